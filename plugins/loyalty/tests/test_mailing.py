"""Sending through a real mail server: to those who agreed, once, also when the process is killed in the middle."""

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from hookline_sdk import Contact, Gate, func, select
from hookline_sdk.testing import Client, Clock, Crm, Jobs

from hookline_loyalty.campaigns.data import Campaign, Cause, Fate, Recipient, State, Suppression
from hookline_loyalty.campaigns.launching import carry
from hookline_loyalty.campaigns.sending import send_campaign, suppress
from hookline_loyalty.campaigns.terms import Mailing

PURPOSE = 1


@dataclass
class PostOffice:
    """A mail server and what it took; `at` is asked before it answers to the nth letter."""

    port: int = 0
    taken: list[EmailMessage] = field(default_factory=list)
    at: Callable[[int], str | None] = lambda _: None
    nobody: frozenset[str] = frozenset()

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _how: Any) -> str:  # noqa: N802  # aiosmtpd's name  # fmt: skip
        if address in self.nobody:
            return "550 nobody"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        answer = self.at(len(self.taken) + 1)
        if answer is None:
            self.taken.append(letter)
        return answer or "250 taken"

    @property
    def addresses(self) -> Counter[str]:
        return Counter(str(letter["To"]) for letter in self.taken)


@pytest.fixture
def post_office(crm: Crm) -> Iterator[PostOffice]:
    with opened(crm) as office:
        yield office


@contextmanager
def opened(crm: Crm) -> Iterator[PostOffice]:
    office = PostOffice()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        office.port = int(free.getsockname()[1])
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    crm.home.settings = replace(crm.home.settings, smtp_url=f"smtp+plain://127.0.0.1:{office.port}")
    try:
        yield office
    finally:
        controller.stop()


def people(crm: Crm, number: int, *, agreed: bool = True, prefix: str = "p") -> list[int]:
    """Contacts with an address, who have agreed or not."""
    with crm.house() as gate:
        rows = [{"first_name": f"{prefix}{n}", "email": f"{prefix}{n}@mail.example"} for n in range(number)]
        ids = gate.create_many(Contact, rows)
        if agreed:
            words = [
                {"about": f"contact:{id}", "purpose": PURPOSE, "said": "given", "source": "Form"}
                for id in ids
            ]
            gate.create_many("consent", words)
    return ids


def settle(crm: Crm, **how: Any) -> None:
    """Terms without quiet hours and without a holdout, so that everybody is written to at any time of day."""
    with crm.house() as gate:
        terms = Mailing.of(gate)
        terms.quiet_from = terms.quiet_to = 0
        terms.holdout = Decimal(0)
        for name, value in how.items():
            setattr(terms, name, value)
        terms.keep(gate)


def campaign(crm: Crm, *, control: int = 0, **how: Any) -> int:
    """An approved one."""
    with crm.writing() as gate:
        id = gate.create(
            Campaign,
            {
                "name": "Spring", "purpose": PURPOSE, "subject": "Hello {{first_name}}",
                "said": "Dear {{first_name|friend}},\n\nit is spring.", "control": Decimal(control), **how,
            },
        )  # fmt: skip
        carry(gate, id, state=State.approved)
    return id


def act(client: Client, id: int, name: str) -> None:
    client.get(f"/loyalty/campaigns/{id}/action/loyalty/{name}")
    client.form().submit()


def fates(gate: Gate, id: int) -> dict[str, int]:
    found = select(Recipient.fate, func.count(Recipient.id)).where(Recipient.campaign == id)
    return dict(gate.rows(found.group_by(Recipient.fate)))


def test_it_goes_to_those_who_agreed_and_to_nobody_else(
    crm: Crm, client: Client, gate: Gate, jobs: Jobs, post_office: PostOffice
) -> None:
    settle(crm)
    wanted, silent = people(crm, 30), people(crm, 10, agreed=False, prefix="silent")
    with crm.house() as house:
        suppress(house, wanted[0], Cause.asked)
        house.create(Suppression, {"address": "p1@mail.example"})
    id = campaign(crm, control=10)
    page = client.get(f"/loyalty/campaigns/{id}/panel/loyalty/before_the_launch", htmx=True)
    assert page.rows() == [["Has not agreed", "10"], ["On the suppression list", "2"]]
    act(client, id, "launch")
    jobs.run()
    assert len(post_office.taken) == 25
    assert set(post_office.addresses.values()) == {1}
    assert not {f"silent{n}@mail.example" for n in range(len(silent))} & set(post_office.addresses)
    assert not {"p0@mail.example", "p1@mail.example"} & set(post_office.addresses)
    assert fates(gate, id) == {Fate.sent: 25, Fate.untouched: 3}
    assert gate.get(Campaign, id).state == State.sent
    letter = post_office.taken[0]
    assert letter["Subject"].startswith("Hello p")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain = letter.get_body(("plain",))
    assert plain is not None
    assert "it is spring." in plain.get_content()


def test_who_takes_consent_back_while_it_goes_out_gets_nothing(
    crm: Crm, client: Client, gate: Gate, jobs: Jobs, post_office: PostOffice
) -> None:
    settle(crm)
    ids = people(crm, 4)

    def withdraw(number: int) -> None:
        if number == 2:
            with crm.home.house("a link in a letter") as house:
                word = {
                    "about": f"contact:{ids[3]}",
                    "purpose": PURPOSE,
                    "said": "withdrawn",
                    "source": "Link",
                }
                house.create("consent", word)
                suppress(house, ids[2], Cause.asked)

    post_office.at = withdraw
    id = campaign(crm)
    act(client, id, "launch")
    jobs.run()
    assert sorted(post_office.addresses) == ["p0@mail.example", "p1@mail.example"]
    assert fates(gate, id) == {Fate.sent: 2, Fate.skipped: 2}


def test_killed_and_taken_up_again_nobody_gets_it_twice(
    crm: Crm, client: Client, gate: Gate, jobs: Jobs, clock: Clock, post_office: PostOffice
) -> None:
    settle(crm)
    people(crm, 120)
    id = campaign(crm)
    act(client, id, "launch")
    crm.settle()
    environment = {
        **os.environ, "HOOKLINE_DATABASE_URL": crm.url, "HOOKLINE_DATA_DIR": str(crm.folder),
        "HOOKLINE_PLUGINS": "hookline_loyalty:plugin", "HOOKLINE_BASE_URL": "http://crm.example",
        "HOOKLINE_SMTP_URL": f"smtp+plain://127.0.0.1:{post_office.port}",
    }  # fmt: skip
    command = [sys.executable, "-m", "hookline.cli", "work"]
    with subprocess.Popen(command, env=environment, start_new_session=True) as worker:  # our own worker

        def kill(number: int) -> None:
            if number == 50:
                # It has said the whole letter, and never hears that it was taken.
                os.killpg(worker.pid, signal.SIGKILL)

        post_office.at = kill
        assert worker.wait(timeout=90) == -signal.SIGKILL
    assert len(post_office.taken) == 50
    post_office.at = lambda _: None
    clock.set(datetime.now(UTC) + timedelta(hours=1))
    jobs.run()
    assert len(post_office.taken) == 120
    assert set(post_office.addresses.values()) == {1}
    assert fates(gate, id) == {Fate.sent: 119, Fate.unclear: 1}


def test_a_server_that_cannot_now_is_asked_again_and_one_that_never_will_is_believed(
    crm: Crm, client: Client, gate: Gate, jobs: Jobs, clock: Clock, post_office: PostOffice
) -> None:
    settle(crm)
    people(crm, 3)
    post_office.nobody = frozenset({"p1@mail.example"})
    post_office.at = lambda number: "451 busy" if number == 1 and clock.now.hour < 10 else None
    id = campaign(crm)
    act(client, id, "launch")
    jobs.run()
    assert fates(gate, id) == {Fate.waiting: 2, Fate.bounced: 1}
    assert gate.rows(select(Suppression.address, Suppression.cause)) == [("p1@mail.example", Cause.bounced)]
    clock.move(hours=1)
    jobs.run()
    assert fates(gate, id) == {Fate.sent: 2, Fate.bounced: 1}


def test_paused_nothing_goes_and_stopped_nobody_waits(
    crm: Crm, client: Client, gate: Gate, jobs: Jobs, post_office: PostOffice
) -> None:
    settle(crm)
    people(crm, 6)
    id = campaign(crm)

    def pause(number: int) -> None:
        if number == 3:
            with crm.home.house("a colleague") as house:
                carry(house, id, state=State.paused)

    post_office.at = pause
    act(client, id, "launch")
    jobs.run()
    assert fates(gate, id) == {Fate.sent: 3, Fate.waiting: 3}
    post_office.at = lambda _: None
    jobs.call(send_campaign, campaign=id)
    assert len(post_office.taken) == 3
    act(client, id, "go_on")
    jobs.run()
    assert fates(gate, id) == {Fate.sent: 6}
    other = campaign(crm, name="Summer")
    act(client, other, "launch")
    act(client, other, "pause")
    jobs.run()
    assert gate.get(Campaign, other).state == State.paused
    assert len(post_office.taken) == 6
    act(client, other, "stop")
    jobs.run()
    assert len(post_office.taken) == 6
    assert gate.get(Campaign, other).state == State.stopped


def test_nobody_is_written_to_more_often_than_anybody_may_be(
    crm: Crm, client: Client, gate: Gate, jobs: Jobs, clock: Clock, post_office: PostOffice
) -> None:
    settle(crm, most=1, within=7)
    people(crm, 3)
    first, second, third = campaign(crm), campaign(crm, name="Second"), campaign(crm, name="Third")
    for each in (first, second):
        act(client, each, "launch")
        jobs.run()
    assert len(post_office.taken) == 3
    assert "Written to often enough" in client.get(
        f"/loyalty/campaigns/{second}/panel/loyalty/on_its_way", htmx=True
    )
    clock.move(days=8)
    act(client, third, "launch")
    jobs.run()
    assert len(post_office.taken) == 6


def test_in_quiet_hours_it_waits_for_the_morning(
    crm: Crm, client: Client, gate: Gate, jobs: Jobs, clock: Clock, post_office: PostOffice
) -> None:
    settle(crm, quiet_from=21, quiet_to=8, zone="Europe/Moscow")
    people(crm, 2)
    clock.set(datetime(2026, 3, 17, 19, tzinfo=UTC))
    act(client, campaign(crm), "launch")
    jobs.run()
    assert post_office.taken == []
    clock.set(datetime(2026, 3, 18, 4, 59, tzinfo=UTC))
    jobs.run()
    assert post_office.taken == []
    clock.move(minutes=2)
    jobs.run()
    assert len(post_office.taken) == 2


def test_the_link_in_a_letter_ends_it_at_once(
    crm: Crm, client: Client, gate: Gate, jobs: Jobs, post_office: PostOffice
) -> None:
    settle(crm)
    (id,) = people(crm, 1)
    act(client, campaign(crm), "launch")
    jobs.run()
    link = str(post_office.taken[0]["List-Unsubscribe"]).strip("<>").replace("http://crm.example", "")
    page = crm.wire.get(link)
    assert page.status_code == 200
    assert "p0…@mail.example" in page.text
    # Looking is not unsubscribing: mail programs open links to look for bad ones.
    assert gate.rows(select(Suppression.id)) == []
    done = crm.wire.post(link, data={"List-Unsubscribe": "One-Click"}, follow_redirects=False)
    assert done.status_code == 303
    assert gate.rows(select(Suppression.address)) == [("p0@mail.example",)]
    assert gate.get(Contact, id).name == "p0"
    second = campaign(crm, name="Second")
    act(client, second, "launch")
    jobs.run()
    assert len(post_office.taken) == 1
    assert fates(gate, second) == {}
