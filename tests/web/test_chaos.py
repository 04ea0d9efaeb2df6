"""Plugins that do everything wrong at every point there is: no page fails, nothing of others is lost, and their authors are told."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.crm.sessions import make_token
from hookline.kernel.installation import Installation
from hookline.kernel.plugins import breaker
from hookline.kernel.plugins.host import PluginHost
from hookline.start import create_worker
from sqlalchemy import func, select

from tests.api.client import Caller
from tests.pages import add_rarities, pages
from tests.town import NOW, Town, build_town
from tests.web import chaos
from tests.web.visitor import Doors, open_doors, words

pytestmark = pytest.mark.one_engine


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
    installation = Installation(settled.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, settled.ids), tmp_path / "data") as opened:
        yield opened


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
