"""Mailings: many letters over one line, to those who have agreed, each handed over once at most."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from hookline.crm.contacts import Contact
from hookline.crm.messages.consents import Consent, ConsentPurpose
from hookline.crm.messages.mailings import Delivery, Letter, posting
from hookline.kernel.background.runs import JobRun
from hookline.kernel.mail import Handed

from tests.crm.test_report_letters import mail
from tests.town import Town


def run_of(town: Town) -> JobRun:
    """A job as the worker would run it, whose row nobody asks for here."""
    return JobRun(town.installation, 1, "core.test", {}, None, 1, lambda *_: None, threading.Event(), claim=1)


def contact(town: Town, email: str | None, said: str) -> tuple[int, int]:
    with town.house() as gate:
        who = gate.create(Contact, {"last_name": "Wit", "email": email})
        what = gate.create(ConsentPurpose, {"name": f"News {who}"})
        gate.create(Consent, {"about": f"contact:{who}", "purpose": what, "said": said, "source": "A call"})
    return who, what


def post_one(town: Town, contact: int, purpose: int, **how: str) -> Delivery:
    with posting(run_of(town)) as post:
        return post.send(contact, Letter("News", "Good news.", **how), purpose=purpose, key="loyalty.7")


def test_it_goes_to_who_has_agreed_and_says_how_to_get_no_more(town: Town) -> None:
    who, what = contact(town, "wit@mail.example", "given")
    with mail(town) as post:
        assert post_one(town, who, what, leave="https://crm.example/p/x/leave/7").is_taken
    (letter,) = post.taken
    assert letter["Message-ID"] == "<loyalty.7@crm.example>"
    assert letter["List-Unsubscribe"] == "<https://crm.example/p/x/leave/7>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_who_has_not_agreed_or_has_no_address_gets_nothing(town: Town) -> None:
    with mail(town) as post:
        withdrawn = post_one(town, *contact(town, "wit@mail.example", "withdrawn"))
        nowhere = post_one(town, *contact(town, None, "given"))
        nobody = post_one(town, 999_999, 1)
    assert post.taken == []
    assert [found.handed for found in (withdrawn, nowhere, nobody)] == [None, None, None]
    assert [str(found.why) for found in (withdrawn, nowhere, nobody)] == [
        "Wit has not agreed to such letters.", "Wit has no e-mail address.", "Nobody is there.",
    ]  # fmt: skip


@dataclass
class Moody:
    """A server that answers as it is told."""

    recipient: str = "250 ok"
    said: list[str] = field(default_factory=list)
    heard: int = 0

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, _server: Any, _session: Any, envelope: Envelope, address: str, _how: Any
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Any, _session: Any, _envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.heard += 1
        answer = self.said.pop(0)
        if not answer:
            server.transport.abort()
        return answer


@contextmanager
def served(town: Town, mood: Moody) -> Iterator[None]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    controller = Controller(mood, hostname="127.0.0.1", port=port)
    controller.start()
    old = town.installation.settings
    town.installation.settings = replace(old, smtp_url=f"smtp+plain://127.0.0.1:{port}")
    try:
        yield
    finally:
        town.installation.settings = old
        controller.stop()


@pytest.mark.parametrize(
    ("recipient", "said", "handed"),
    [
        ("550 nobody", [], Handed.no_address),
        ("552 full", [], Handed.refused),
        ("451 greylisted", [], Handed.later),
        ("250 ok", ["554 spam"], Handed.refused),
        ("250 ok", ["451 busy"], Handed.later),
        # The line breaks after everything was said: it may have been taken, and is not said again.
        ("250 ok", [""], Handed.unclear),
    ],
)
def test_what_became_of_it_is_told(town: Town, recipient: str, said: list[str], handed: Handed) -> None:
    who, what = contact(town, "wit@mail.example", "given")
    mood, tries = Moody(recipient, [*said]), len(said)
    with served(town, mood):
        found = post_one(town, who, what)
    assert (found.handed, mood.heard) == (handed, tries)
    assert found.why is not None


def test_a_server_that_hung_up_between_two_letters_is_called_again(town: Town) -> None:
    who, what = contact(town, "wit@mail.example", "given")
    mood = Moody(said=["250 ok", "250 ok"])
    with served(town, mood), posting(run_of(town)) as post:
        assert post.send(who, Letter("One", "1"), purpose=what, key="a").is_taken
        server = post.line._server  # to break the line as a server does that waits no longer
        assert server is not None
        assert server.sock is not None
        server.sock.shutdown(socket.SHUT_RDWR)
        assert post.send(who, Letter("Two", "2"), purpose=what, key="b").is_taken
    assert mood.heard == 2
