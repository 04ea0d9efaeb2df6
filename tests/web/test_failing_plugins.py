"""A plugin that fails in everything it does takes nothing else with it, and administrators see who failed and where."""

from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hookline.crm.catalogs import Product
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.nouns import core
from hookline.errors import NotFound
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import BeforeSave, Change
from hookline.kernel.shown import Panel, Report, Value
from hookline.start import create_worker
from hookline_sdk.testing.elements import read_html
from sqlalchemy import func, select

from tests.town import NOW, Town
from tests.web.visitor import Doors, open_doors, words

MOST_PAGES = 300


def boom(*_: Any) -> Any:
    raise ZeroDivisionError("on purpose")


def wrong_sql(_record: object, gate: Gate) -> Any:
    """On PostgreSQL nothing more can be asked after this."""
    return gate.rows(select(func.no_such_function(Deal.id)))


def no_panel(*_: Any) -> Any:
    return {"a": "dict"}


def uneven(*_: Any) -> Report:
    return Report(("One",), [["a", "b"]])


def broken_plugin() -> Plugin:
    plugin = Plugin("broken", label="Broken")
    for entity in (Deal, Company, Contact, Lead):
        plugin.panel(entity, "Broken panel")(boom)
        plugin.column(entity, "Broken column")(boom)
    plugin.panel(Deal, "Broken statement")(wrong_sql)
    plugin.column(Deal, "Broken statement")(wrong_sql)
    plugin.panel(Deal, "No panel")(no_panel)
    plugin.report("Broken report")(boom)
    plugin.report("Uneven report")(uneven)
    plugin.before_save(Company)(boom)
    plugin.before_delete(Company)(boom)
    plugin.before_stage_change(Deal)(boom)
    plugin.after_commit(Contact)(boom)
    plugin.follow(Lead)(boom)
    plugin.restrict(Product)(boom)
    plugin.seed(boom)
    plugin.job(attempts=1)(boom)
    return plugin


def sound_plugin(heard: list[str]) -> Plugin:
    plugin = Plugin("sound", label="Sound")

    @plugin.panel(Deal, "Sound panel")
    def panel(record: Deal, gate: Gate) -> Panel:
        return Panel(facts={"Name": record.name})

    @plugin.column(Deal, "Sound column", fields=("name",))
    def column(rows: list[dict[str, Any]], gate: Gate) -> dict[int, Value]:
        return {row["id"]: f"sounds {row['name']}" for row in rows}

    @plugin.report("Sound report")
    def report(gate: Gate) -> Report:
        return Report(("Deals",), [[gate.scalar(select(func.count(Deal.id)))]])

    @plugin.report("Secret report")
    def secret(gate: Gate) -> Report:
        raise NotFound

    plugin.widget("Secret widget")(secret)

    @plugin.panel(Deal, "Secret panel")
    def secret_panel(_record: Deal, gate: Gate) -> Panel:
        raise NotFound

    @plugin.before_save(Company)
    def judge(event: BeforeSave[Company]) -> None:
        heard.append(f"save {event.record.name}")

    @plugin.after_commit(Contact)
    def hear(event: Change, _gate: Gate) -> None:
        heard.append(event.name)

    return plugin


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def house(town: Town, heard: list[str], tmp_path: Path) -> Iterator[Doors]:
    """The town with both plugins, as in production."""
    host = PluginHost()
    host.load([core, broken_plugin(), sound_plugin(heard)])
    assert host.broken == {}
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data") as opened:
        yield opened


def links_of(html: str) -> Iterator[str]:
    for name in ("href", "hx-get", "data-menu"):
        for element in read_html(html).select(f"[{name}]"):
            address = element[name]
            if address.startswith("/") and not address.startswith("/static"):
                yield address.partition("#")[0]


def test_no_page_fails_in_a_walk_through_the_house(house: Doors) -> None:
    ada = house.enter("ada")
    waiting = deque(["/", "/products", "/-/plugins", "/-/hooks"])
    asked: Counter[str] = Counter()
    failed = []
    while waiting:
        path = waiting.popleft()
        answer = ada.get(path)
        if answer.status_code >= 500:
            failed.append((path, answer.status_code, answer.text[:200]))
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        for link in links_of(answer.text):
            page = link.partition("?")[0]
            # Of the many ways to filter and sort one page, two will do.
            if asked[page] < 2 and link not in waiting and len(asked) < MOST_PAGES:
                asked[page] += 1
                waiting.append(link)
    assert failed == []
    assert f"/deals/{house.town.ids['scanners']}/panel/broken/boom" in asked
    assert "/reports/broken/boom" in asked


def test_a_failed_panel_is_a_small_error_and_the_others_stand(house: Doors) -> None:
    ada, deal = house.enter("ada"), house.town.ids["scanners"]
    page = ada.see(f"/deals/{deal}")
    assert {"Broken panel", "Sound panel"} <= {h.get_text(strip=True) for h in page.select("h2")}
    for name in ("boom", "wrong_sql", "no_panel"):
        fragment = words(ada.get(f"/deals/{deal}/panel/broken/{name}", htmx=True).text)
        assert "This part could not be shown." in fragment
        assert house.town.installation.host.failures[-1].reference in fragment
    assert "Scanners" in words(ada.get(f"/deals/{deal}/panel/sound/panel", htmx=True).text)


def test_a_failed_column_is_marked_and_the_others_are_filled(house: Doors) -> None:
    text = words(str(house.enter("ada").see("/deals")))
    assert "sounds Scanners" in text
    assert {f.place for f in house.town.installation.host.failures} == {"column boom", "column wrong_sql"}


def test_reports_of_others_are_made(house: Doors) -> None:
    ada = house.enter("ada")
    assert "2" in words(str(ada.see("/reports/sound/report").select_one("table")))
    for name in ("boom", "uneven"):
        assert "This report could not be made." in words(str(ada.see(f"/reports/broken/{name}")))


def test_what_stands_on_what_one_may_not_see_is_refused_and_no_failure(house: Doors) -> None:
    ada = house.enter("ada")
    assert ada.get("/reports/sound/secret").status_code == 404
    assert "There is nothing here that you may see." in words(
        ada.get("/widgets/sound/secret", htmx=True).text
    )
    deal = house.town.ids["scanners"]
    panel = ada.get(f"/deals/{deal}/panel/sound/secret_panel", htmx=True)
    assert "There is nothing here that you may see." in words(panel.text)
    assert list(house.town.installation.host.failures) == []


def test_what_cannot_be_judged_is_not_saved_and_every_judge_was_asked(house: Doors, heard: list[str]) -> None:
    ada = house.enter("ada")
    answer = ada.post("/companies", {"name": "Brand new"})
    assert answer.status_code == 422
    assert "The plugin broken failed, so this was not saved." in words(answer.text)
    assert heard == ["save Brand new"]
    with house.town.house() as gate:
        assert gate.scalar(select(Company.id).where(Company.name == "Brand new")) is None


def test_moves_deletions_and_bookkeeping_that_fail_are_refused(house: Doors) -> None:
    ada, ids = house.enter("ada"), house.town.ids
    assert (
        ada.post(f"/deals/{ids['scanners']}/stage", {"stage": str(ids["offer"]), "version": "1"}).status_code
        == 422
    )
    assert ada.post(f"/companies/{ids['the_mill']}/trash", {"version": "1"}).status_code < 500
    assert ada.post("/leads", {"name": "A request"}).status_code == 422
    places = {f.place.split()[0] for f in house.town.installation.host.failures}
    assert {"before_stage_change", "before_delete", "follow"} <= places
    with house.town.house() as gate:
        assert gate.get(Company, ids["the_mill"]).trashed_at is None
        assert gate.get(Deal, ids["scanners"]).stage == ids["new"]
        assert gate.scalar(select(func.count(Lead.id))) == 0


def test_events_reach_the_others(house: Doors, heard: list[str]) -> None:
    assert house.enter("ada").post("/contacts", {"first_name": "Nora"}).status_code == 303
    create_worker(house.town.installation).run_once()
    assert heard == ["contact.created"]
    assert [f.plugin for f in house.town.installation.host.failures] == ["broken"]


def test_the_administrator_sees_who_and_where_and_nobody_else_does(house: Doors) -> None:
    ada = house.enter("ada")
    ada.post("/companies", {"name": "Brand new"})
    text = words(str(ada.see("/-/plugins")))
    assert "before_save boom" in text
    assert "ZeroDivisionError: on purpose" in text
    assert "Broken" in text
    assert "Sound" in text
    assert "panel" in words(str(ada.see("/-/plugins/sound")))
    assert "before_save(event)" in words(str(ada.see("/-/hooks")))
    for path in ("/-/plugins", "/-/plugins/sound", "/-/hooks"):
        assert house.enter("boris").get(path).status_code == 403
    assert ada.get("/-/plugins/nobody").status_code == 404
