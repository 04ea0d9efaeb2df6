"""Plugins that do everything wrong at every point there is: no page fails, nothing of others is lost, and their authors are told."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import get_ident

import pytest
from hookline.commands.of_plugins import _command, list_commands
from hookline.crm.activities import Activity
from hookline.crm.catalogs import LostReason, Source
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.demo.parts import tell_parts
from hookline.crm.files import keep_file
from hookline.crm.foreign_files import read_file
from hookline.crm.nouns import core
from hookline.crm.public_files import picture_addresses
from hookline.crm.purchases import Purchase
from hookline.crm.seeds import lay_seeds
from hookline.crm.sessions import make_token
from hookline.errors import Invalid, PluginError, Refused
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.settled import settle
from hookline.kernel.plugins import breaker
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.points import Point
from hookline.kernel.plugins.watch import switch_of
from hookline.kernel.shown import Money
from hookline.start import create_worker
from sqlalchemy import func, select

from tests.api.client import Caller
from tests.pages import add_rarities, pages
from tests.town import NOW, Town, build_town
from tests.web import chaos
from tests.web.visitor import Doors, open_doors, words

pytestmark = pytest.mark.one_engine


# What a form comes to, and what neither a page nor a form does. Whatever else there is, pages must come to.
WRITTEN = frozenset({"before_save", "before_delete", "before_stage_change", "default", "action", "endpoint"})
BESIDES = frozenset({
    "exporter", "importer", "personal_data", "erase_personal_data", "erase", "follow", "around_write", "follow_event", "after_commit", "on", "job",
    "seed", "demo", "command", "provides", "public_file",
})  # fmt: skip


def tried(host: PluginHost) -> set[str]:
    """The kinds of contributions that were called."""
    there = [c for c in host.all() if c.plugin != "core"]
    return {c.kind for c in there if (times := host.watch.times.get(switch_of(c))) and times.count}


@pytest.fixture
def house(migrated_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Doors]:
    """The town, with one plugin for each way to go wrong. None of them is ever paused."""
    monkeypatch.setattr(breaker, "FAILURES", 1_000_000)
    # Thousands of tracebacks; what they tell is kept by the host too.
    monkeypatch.setattr(logging.getLogger("hookline.plugins"), "disabled", True)
    settled = build_town(migrated_url)
    add_rarities(settled.installation, tmp_path)
    host = PluginHost()
    host.load([core, *(chaos.misbehaving(way) for way in chaos.WAYS)])
    assert host.broken == {}
    chaos.watched[:] = [lambda: host.watch.running(get_ident()) is not None]
    chaos.unwatched.clear()
    installation = Installation(settled.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, settled.ids), tmp_path / "data") as opened:
        yield opened
    assert chaos.unwatched == []


def test_every_page_comes_and_every_point_was_tried(house: Doors) -> None:
    ada, home = house.enter("ada"), house.town.installation
    seen = [
        address.path for address, _ in pages(house.client, house.client.app, home, who=house.town.ids["ada"])
    ]
    assert len(seen) > 100
    deal = house.town.ids["scanners"]
    asked = {
        "panel": "/deals/{deal}/panel/{plugin}/{name}", "report": "/reports/{plugin}/{name}", "page": "/x/{plugin}/{name}",
        "widget": "/widgets/{plugin}/{name}", "block": "/blocks/{plugin}/{name}", "selection": "/deals?id.among={plugin}.{name}:1",
    }  # fmt: skip
    for c in home.host.all():
        if c.plugin != "core" and c.kind in asked and c.entity in (None, "deal"):
            path = asked[c.kind].format(deal=deal, plugin=c.plugin, name=c.name)
            for htmx in (False, True):
                answer = ada.get(path, htmx=htmx)
                assert answer.status_code < 500, (path, words(answer.text)[:300])
    for path in (
        "/search?q=scan",
        "/search?q=scan&fragment=palette",
        "/api/v1/deal",
        "/api/v1/product",
        "/products",
        "/openapi.json",
        *(f"/{slug}/similar?name=Acme&owner=1" for slug in ("deals", "companies", "contacts", "leads")),
    ):
        assert ada.get(path).status_code < 500, path
    # A point is a question: it is others who are called.
    kinds = {c.kind for c in home.host.all() if c.plugin != "core"} - {"point"}
    assert kinds - tried(home.host) <= WRITTEN | BESIDES


def test_whatever_is_written_is_refused_or_kept_whole(house: Doors) -> None:
    ada, ids, home = house.enter("ada"), house.town.ids, house.town.installation
    sent = [
        ("/contacts", {"first_name": "Nora"}), ("/companies", {"name": "Brand new"}), ("/leads", {"name": "A request"}),
        (f"/deals/{ids['scanners']}/stage", {"stage": str(ids["offer"]), "version": "1"}),
        (f"/deals/{ids['scanners']}/trash", {"version": "1"}),
        (f"/contacts/{ids['helen']}/privacy", {}), ("/products", {"name": "Bolt"}),
    ]  # fmt: skip
    for path, form in sent:
        answer = ada.post(path, form)
        assert answer.status_code < 500, (path, words(answer.text)[:300])
    for c in home.host.all():
        if c.kind == "action" and c.entity == "deal" and c.plugin != "core":
            path = f"/deals/{ids['scanners']}/action/{c.plugin}/{c.name}"
            answer = ada.post(path, {"version": "1"})
            assert answer.status_code in (303, 403, 404, 422), (path, answer.status_code)
    create_worker(home).run_once()
    with house.town.house() as gate:
        assert gate.scalar(select(func.count(Contact.id)).where(Contact.first_name == "Nora")) == 0
        assert gate.get(Deal, ids["scanners"]).stage == ids["new"]
    assert tried(home.host) >= WRITTEN - {"endpoint"}


def test_programs_get_an_answer_that_names_the_plugin(house: Doors) -> None:
    with house.town.installation.database.write() as tx:
        robot = Caller(house.client, make_token(tx, house.town.ids["ada"], "test", "write", NOW))
    answers = {
        way.__name__: robot.post(f"/x/chaos_{way.__name__}/{way.__name__}", {"said": "Hello"})
        for way in chaos.WAYS
    }
    assert answers.pop("absent").status_code == 404
    for name, answer in answers.items():
        told = answer.json()
        assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json"), name
        assert told["detail"].startswith(f"The plugin chaos_{name} failed. Reference: "), (name, told)
    assert "endpoint" in tried(house.town.installation.host)


def test_what_is_done_besides_pages_fails_alone_too(house: Doors, tmp_path: Path) -> None:
    home, ids, ada = house.town.installation, house.town.ids, house.enter("ada")
    keys = [f"chaos_{way.__name__}.{way.__name__}" for way in chaos.WAYS]
    for key in keys:
        taken = ada.post("/deals/export", {"format": key, "query": "sort=id"})
        assert taken.status_code in (200, 404, 422), (key, taken.status_code)
    with house.town.house() as gate:
        for key in keys:
            importer = next(c for c in home.host.all() if (c.kind, c.key) == ("importer", key))
            with pytest.raises(Refused):
                read_file(gate, importer, "people.txt", b"Ada")
    assert ada.post(f"/privacy/contact/{ids['helen']}/copy").status_code == 200
    erased = ada.post(f"/privacy/contact/{ids['helen']}/erasure", {"name": "Helen Marsh", "reason": "asked"})
    assert erased.status_code == 422
    for entity in (Source, LostReason):
        with pytest.raises(Invalid, match="failed, so this was not saved"), house.town.house() as gate:
            gate.create(entity, {"name": "Fair"})
    with house.town.house() as gate:
        met = gate.create(Activity, {"subject": "Met", "about": f"deal:{ids['scanners']}"})
        gate.trash(Activity, met)
    with pytest.raises(Invalid, match="failed, so this was not saved"), house.town.house() as gate:
        gate.erase(Activity, met)
    with house.town.house() as gate:
        id = keep_file(gate, home.settings.files_dir, "a.txt", b"As we said.", f"deal:{ids['scanners']}")
        found = [picture_addresses(gate, way, [id])[id] for way in chaos.WAYS]
    for address in found:
        assert house.client.get(address).status_code == 404
    _tell_of_a_purchase(house)
    with home.database.write() as tx:
        for key in keys:
            enqueue(tx, key, {}, now=NOW)
    worker = create_worker(home)
    while worker.run_once():
        pass
    lay_seeds(home)
    assert {part.key for part in tell_parts(home)} <= set(keys)
    with house.town.house() as gate:
        Point("chaos_raises.raises", chaos.raises).answers(None, gate)
    settle(home.database, home.host)
    for commands in list_commands(home.host).values():
        _run(home, commands[0])
    assert tried(home.host) >= BESIDES


def _run(home: Installation, command: Contribution) -> None:
    with suppress(PluginError, Refused):
        _command(home, command).main([], standalone_mode=False)


def _tell_of_a_purchase(house: Doors) -> None:
    """By an installation in which they only listen: there it can be told and a contact saved, and here both are heard."""
    host = PluginHost()
    host.load([core, *(chaos.misbehaving(way, only=("on", "after_commit")) for way in chaos.WAYS)])
    told = Purchase(source="till:1", what="Tea", amount=Money(3), bought_at=NOW)
    with Installation(house.town.installation.database, host, clock=lambda: NOW).house("till") as gate:
        gate.emit(told)
        gate.create(Contact, {"first_name": "Nora"})
    with pytest.raises(Invalid, match="failed, so this was not saved"), house.town.house() as gate:
        gate.emit(told)


def test_its_author_is_told_what_came_and_what_was_expected(house: Doors) -> None:
    ada, deal = house.enter("ada"), house.town.ids["scanners"]
    ada.get(f"/deals/{deal}/panel/chaos_wrong/wrong", htmx=True)
    told = house.town.installation.host.failures[-1]
    assert "plugin 'chaos_wrong', panel wrong (chaos.py, line " in told.error
    assert "it answered a int, 7: it must answer a Panel, not int" in told.error
    ada.get(f"/deals/{deal}/panel/chaos_hostile/hostile", htmx=True)
    assert "it answered a Hostile" in house.town.installation.host.failures[-1].error
    ada.get(f"/deals/{deal}/panel/chaos_interrupts/interrupts", htmx=True)
    assert "it raised KeyboardInterrupt" in house.town.installation.host.failures[-1].error
    shown = words(str(ada.see("/-/plugins")))
    assert "it must answer a Panel, not int" in shown
