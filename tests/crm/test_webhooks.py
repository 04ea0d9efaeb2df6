"""Webhooks: what is told to whom, signed how, tried again when, and where they may not lead, against a real server."""

import inspect
import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hookline.crm.access.actors import directory
from hookline.crm.access.roles import field_right
from hookline.crm.access.roles import permission as granted
from hookline.crm.access.users import User
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.notifications.inbox import list_notices
from hookline.crm.webhooks import delivering, hooks
from hookline.crm.webhooks.addresses import read_address
from hookline.crm.webhooks.events import ALL
from hookline.crm.webhooks.posting import post
from hookline.crm.webhooks.tables import webhook, webhook_delivery
from hookline.errors import Forbidden, Invalid
from hookline.kernel.own_events import Event
from hookline.kernel.plugins.plugin import Plugin
from hookline.settings import Settings
from sqlalchemy import func, insert, select

from examples.webhook_receiver import is_ours
from tests.conftest import ROOT
from tests.town import NOW, Town, build_town


@dataclass
class Listener:
    """A real server that keeps what it is sent, and answers as it is told to."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    heard: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    drips: threading.Event | None = None

    @property
    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.heard]


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        yield found


@contextmanager
def listening() -> Iterator[Listener]:
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            found.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            if found.drips is not None:
                # Never an answer, but a byte now and then.
                try:
                    while not found.drips.wait(0.05):
                        self.wfile.write(b"H")
                        self.wfile.flush()
                except OSError:
                    return
                return
            self.send_response(found.status)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/hook?from=hookline"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Clock:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(town: Town, tmp_path: Path) -> Clock:
    made = Clock()
    town.installation.clock = made
    town.installation.settings = Settings(data_dir=tmp_path / "data", webhook_private_addresses=True)
    return made


def make(town: Town, url: str, *events: str, who: str = "ada") -> tuple[int, str]:
    with town.as_(who) as gate:
        return hooks.make_webhook(gate, town.installation.settings, "The shop", url, events)


def deliver(town: Town) -> int:
    count = 0
    while delivering.deliver_next(town.installation):
        count += 1
    return count


def kept(town: Town, id: int, who: str = "ada") -> list[hooks.Delivery]:
    with town.as_(who) as gate:
        return hooks.list_deliveries(gate, id)


def give(town: Town, name: str, permission: str) -> None:
    """Let everybody with this person's role do one thing more."""
    with town.house() as gate:
        role = directory(gate).roles_of[town.ids[name]][0]
        gate.tx.run(insert(granted).values(role=role, name=permission), why="test")
        gate.configured()


def test_what_happens_is_told_signed_and_once(town: Town, clock: Clock, listener: Listener) -> None:
    id, secret = make(
        town, listener.url, "deal.created", "deal.changed", "deal.stage_changed", "deal.deleted"
    )
    with town.as_("boris") as gate:
        gate.update(Deal, town.ids["scanners"], {"name": "Scanners and more", "stage": town.ids["qualified"]})
        gate.update(Company, town.ids["acme"], {"name": "Acme"})
    with town.as_("ada") as gate:
        gate.trash(Deal, town.ids["flour"])
    assert deliver(town) == 3
    changed, moved, deleted = listener.told
    assert [t["event"] for t in listener.told] == ["deal.changed", "deal.stage_changed", "deal.deleted"]
    assert changed["record"] == town.ids["scanners"]
    assert changed["by"] == town.ids["boris"]
    assert {"name", "stage"} <= set(changed["changed"])
    assert changed["data"]["name"] == "Scanners and more"
    assert moved["stage"] == {"from": town.ids["new"], "to": town.ids["qualified"]}
    assert deleted["data"]["id"] == town.ids["flour"]
    assert changed["id"] != moved["id"]
    assert changed["at"] == "2026-03-17T09:30:00Z"
    for headers, body in listener.heard:
        assert is_ours(secret, headers, body, NOW.timestamp())
        assert not is_ours(secret, headers, body + b" ", NOW.timestamp())
        assert not is_ours(secret, headers, body, NOW.timestamp() + 301)
        assert json.loads(body)["id"] == headers["webhook-id"]
    last = kept(town, id)[0]
    assert (last.status, last.answer, last.attempts) == (200, "thanks", 1)
    assert last.sent == listener.heard[-1][1].decode()
    assert deliver(town) == 0
    with town.installation.database.read() as tx:
        assert secret not in str(list(tx.run(select(*webhook.c), why="test")))


def test_only_what_the_owner_may_read_leaves_the_house(town: Town, clock: Clock, listener: Listener) -> None:
    give(town, "boris", hooks.PERMISSION)
    with town.house() as gate:
        role = directory(gate).roles_of[town.ids["boris"]][0]
        gate.tx.run(insert(field_right).values(role=role, entity="deal", field="amount", right=0), why="test")
        gate.configured()
    id, _ = make(town, listener.url, ALL, who="boris")
    with town.as_("ada") as gate:
        gate.update(Deal, town.ids["flour"], {"name": "Nothing for Boris"})
        gate.update(Deal, town.ids["scanners"], {"amount": 7})
        gate.update(Deal, town.ids["scanners"], {"amount": 8, "name": "For Boris"})
    deliver(town)
    assert [t["data"]["name"] for t in listener.told] == ["For Boris"]
    assert "amount" not in listener.told[0]["data"]
    assert listener.told[0]["changed"] == ["name"]
    assert "Nothing for Boris" not in str(listener.heard)
    states = [(d.status, d.error) for d in kept(town, id, "boris")]
    assert states == [(200, None), (None, "hidden"), (None, "hidden")]
    # Another administrator sees that and how it was delivered, not what; and cannot turn it elsewhere.
    assert [d.sent for d in kept(town, id)] == [None, None, None]
    with town.as_("ada") as gate:
        for act in (
            lambda: hooks.change_webhook(gate, town.installation.settings, id, "Mine", listener.url, [ALL]),
            lambda: hooks.renew_secret(gate, town.installation.settings, id),
            lambda: hooks.send_test(gate, id),
            lambda: hooks.replay_delivery(gate, id, 1),
        ):
            with pytest.raises(Forbidden):
                act()
        hooks.pause_webhook(gate, id)
    with town.as_("max") as gate, pytest.raises(Forbidden):
        hooks.list_webhooks(gate)


def test_what_fails_is_tried_again_then_parked_and_can_be_replayed(
    town: Town, clock: Clock, listener: Listener
) -> None:
    id, _ = make(town, listener.url, "deal.changed")
    listener.status = 500
    with town.as_("boris") as gate:
        gate.update(Deal, town.ids["scanners"], {"name": "Again"})
    pauses = []
    for _attempt in range(delivering.ATTEMPTS):
        assert deliver(town) == 1
        due = kept(town, id)[0].due_at
        if due is not None:
            pauses.append((due - clock.now).total_seconds())
            clock.now = due
    assert pauses == [10 * 4**n for n in range(delivering.ATTEMPTS - 1)]
    clock.now += timedelta(days=1)
    assert deliver(town) == 0
    parked = kept(town, id)[0]
    assert parked.parked
    assert parked.status == 500
    assert parked.answer == "thanks"
    assert len({told["id"] for told in listener.told}) == 1
    listener.status = 204
    with town.as_("ada") as gate:
        hooks.replay_delivery(gate, id, parked.id)
    assert deliver(town) == 1
    assert kept(town, id)[0].done_at == clock.now
    assert listener.told[-1]["id"] == listener.told[0]["id"]
    with town.as_("ada") as gate:
        assert hooks.get_webhook(gate, id).failures == 0


def test_after_many_failures_it_rests_and_its_owner_is_told(
    town: Town, clock: Clock, listener: Listener
) -> None:
    id, _ = make(town, listener.url, "contact.created")
    listener.status, listener.headers = 302, {"Location": listener.url}
    with town.as_("boris") as gate:
        for number in range(delivering.FAILURES + 1):
            gate.create(Contact, {"last_name": f"Number {number}"})
    assert deliver(town) == delivering.FAILURES
    assert len(listener.heard) == delivering.FAILURES, "a redirect is not followed"
    with town.as_("ada") as gate:
        assert hooks.get_webhook(gate, id).paused == "failures"
        (notice,) = list_notices(gate).notices
        assert (notice.entity, notice.record) == ("webhook", id)
    with town.as_("boris") as gate:
        gate.create(Contact, {"last_name": "Unheard"})
    listener.status = 200
    with town.as_("ada") as gate:
        hooks.resume_webhook(gate, id)
    clock.now += timedelta(hours=1)
    assert deliver(town) == delivering.FAILURES + 1
    assert "Unheard" not in str(listener.heard)


def test_who_left_takes_the_webhook_along(town: Town, clock: Clock, listener: Listener) -> None:
    give(town, "boris", hooks.PERMISSION)
    id, _ = make(town, listener.url, "deal.changed", who="boris")
    with town.as_("ada") as gate:
        gate.update(Deal, town.ids["scanners"], {"name": "After Boris"})
    with town.house() as gate:
        gate.update(User, town.ids["boris"], {"active": False})
        gate.configured()
    assert deliver(town) == 1
    assert not listener.heard
    with town.as_("ada") as gate:
        assert hooks.get_webhook(gate, id).paused == "owner"


def test_an_erased_record_leaves_nothing_behind(town: Town, clock: Clock, listener: Listener) -> None:
    make(town, listener.url, ALL)
    with town.as_("ada") as gate:
        gate.update(Contact, town.ids["ivan"], {"last_name": "Secret"})
    deliver(town)
    assert "Secret" in str(listener.heard)
    with town.house() as gate:
        gate.trash(Contact, town.ids["ivan"])
        gate.update(Deal, town.ids["flour"], {"contact": None})
        gate.erase(Contact, town.ids["ivan"])
    with town.installation.database.read() as tx:
        about = webhook_delivery.c.entity == "contact"
        assert tx.run(select(func.count()).where(about), why="test").scalar_one() == 0


@pytest.mark.one_engine
def test_what_plugins_tell_goes_to_those_with_every_right(
    migrated_url: str, tmp_path: Path, listener: Listener
) -> None:
    plugin = Plugin("cafe")

    class SaleRecorded(Event, plugin=plugin):
        total: Decimal

    town = build_town(migrated_url, [plugin])
    town.installation.settings = Settings(data_dir=tmp_path, webhook_private_addresses=True)
    give(town, "boris", hooks.PERMISSION)
    for who in ("ada", "boris"):
        make(town, listener.url, "cafe.sale_recorded", who=who)
    with town.as_("clara") as gate:
        gate.emit(SaleRecorded(total=Decimal("2.50")), about=f"deal:{town.ids['flour']}")
    assert deliver(town) == 2
    (told,) = listener.told
    assert (told["event"], told["data"], told["record"]) == (
        "cafe.sale_recorded", {"total": "2.50"}, town.ids["flour"]
    )  # fmt: skip
    town.installation.database.close()


@pytest.mark.one_engine
def test_a_test_can_be_sent_and_old_deliveries_are_forgotten(
    town: Town, clock: Clock, listener: Listener
) -> None:
    id, _ = make(town, listener.url, "deal.created")
    with town.as_("ada") as gate:
        hooks.send_test(gate, id)
    assert deliver(town) == 1
    assert listener.told[0]["event"] == "webhook.test"
    with town.installation.database.write() as tx:
        assert hooks.prune(tx, NOW + timedelta(days=29)) == 0
        assert hooks.prune(tx, NOW + timedelta(days=31)) == 1
    with town.as_("ada") as gate:
        hooks.remove_webhook(gate, id)
        assert hooks.list_webhooks(gate) == []


@pytest.mark.one_engine
def test_a_webhook_that_makes_no_sense_is_refused_with_every_reason(town: Town, clock: Clock) -> None:
    settings = replace(town.installation.settings, webhook_private_addresses=False)
    with town.as_("ada") as gate, pytest.raises(Invalid) as refusal:
        hooks.make_webhook(gate, settings, " ", "http://shop.example/", ["deal.exploded"])
    assert {p.field for p in refusal.value.problems} == {"name", "url", "events"}


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/", "https://10.1.2.3/", "https://169.254.169.254/latest/meta-data", "https://[::1]/",
        "https://[::ffff:127.0.0.1]/", "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1]/",
        "https://0.0.0.0/", "https://224.0.0.1/", "https://[fc00::1]/", "https://100.64.0.1/",
        "http://shop.example/", "ftp://shop.example/", "https://", "https://user:word@shop.example/",
        "https://shop.example:99999/", "https://shop.example/\r\nX: y", "javascript:alert(1)", "https://[::1",
    ],
)  # fmt: skip
def test_addresses_that_no_webhook_may_have(url: str) -> None:
    assert read_address(url, private=False)[1] is not None


def test_a_name_that_leads_inside_is_not_called(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    port = int(listener.url.split(":")[2].split("/")[0])
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in ("93.184.215.14", "127.0.0.1")]  # fmt: skip
    monkeypatch.setattr("hookline.crm.webhooks.addresses.socket.getaddrinfo", lambda *_args, **_named: inside)
    outcome = post(f"https://shop.example:{port}/", b"{}", {}, private=False)
    assert outcome.status is None
    assert "inner network" in outcome.error
    assert not listener.heard
    # The connection goes to what was resolved, and nothing resolves the name again.
    monkeypatch.setattr(
        "hookline.crm.webhooks.addresses.socket.getaddrinfo", lambda *_args, **_named: inside[1:]
    )
    assert post(f"http://shop.example:{port}/", b"{}", {}, private=True).fine
    assert listener.heard[0][0]["host"] == f"shop.example:{port}"


def test_whoever_drips_is_cut_off(listener: Listener) -> None:
    listener.drips = threading.Event()
    outcome = post(listener.url, b"{}", {}, private=True, seconds=0.5)
    listener.drips.set()
    assert outcome.status is None
    assert outcome.error.startswith("no answer within")


@pytest.mark.one_engine
def test_the_page_shows_the_check_that_is_tested() -> None:
    page = (ROOT / "docs/webhooks.md").read_text("utf-8")
    assert inspect.getsource(is_ours) in page
