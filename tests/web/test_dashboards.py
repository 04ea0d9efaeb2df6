"""Dashboards and their widgets: what they show to whom, how they are arranged, shared and begun with, and what they cost."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hookline.crm.deals import Deal
from hookline.crm.desks.dashboard_starts import STARTS
from hookline.crm.desks.dashboards import (
    MOST_WIDGETS,
    Placed,
    create_dashboard,
    find_dashboard,
    place_widget,
    table,
)
from hookline.crm.desks.views import save_view
from hookline.crm.persons.erasing import erase_person
from hookline.crm.persons.subjects import Subject
from hookline.crm.stages import move
from hookline.errors import Invalid, PluginError
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.shown import Asked, Figure
from hookline_sdk.testing.elements import Element
from sqlalchemy import Select, select

from tests.town import NOW
from tests.web.visitor import Doors, words


def board_of(doors: Doors, who: str, *widgets: Placed, shared_with: str = "private") -> int:
    with doors.town.as_(who) as gate:
        return create_dashboard(gate, "Numbers", shared_with, widgets)


def order_of(doors: Doors, id: int) -> list[str]:
    with doors.town.house() as gate:
        found = gate.tx.run(_state(id), why="test").scalar_one()
    return [w["key"] for w in found["widgets"]]


def _state(id: int) -> Select[Any]:
    return select(table.c.state).where(table.c.id == id)


def labels(page: Element) -> list[str]:
    return [h.get_text() for h in page.select(".widget h2")]


def test_everybody_begins_with_what_suits(doors: Doors) -> None:
    assert words(str(doors.enter("boris").see("/dashboards").one("h1"))) == "My sales"
    assert words(str(doors.enter("vera").see("/dashboards").one("h1"))) == "Sales of the team"
    page = doors.enter("boris").see("/dashboards/start/head")
    assert "Top sellers" in labels(page)
    assert doors.enter("boris").get("/dashboards/start/nobody").status_code == 404


def test_every_widget_of_a_start_shows_the_viewers_own_records(doors: Doors) -> None:
    v = doors.enter("boris")
    shown = {}
    for name in STARTS:
        for place in v.see(f"/dashboards/start/{name}").select("[hx-get]"):
            url = str(place["hx-get"])
            answer = v.get(url, htmx=True)
            assert answer.status_code == 200, url
            shown[url] = words(answer.text)
            assert v.statements(url) <= 6, url
    value = next(text for url, text in shown.items() if "pipeline_value" in url)
    assert "€84,600.50" in value
    assert "12,000" not in value
    assert "€96,600.50" in words(doors.enter("vera").get("/widgets/core/pipeline_value").text)


def test_a_figure_is_compared_with_the_days_before(doors: Doors) -> None:
    with doors.town.house() as gate:
        for name, amount, days in (("Now", 300, 1), ("Before", 200, 30)):
            values = {
                "name": name,
                "amount": Decimal(amount),
                "owner": doors.town.ids["boris"],
                "currency": "EUR",
                "opened_on": (NOW - timedelta(days=60)).date(),
            }
            id = gate.create(Deal, values)
            move(gate, Deal, id, doors.town.ids["won"], {})
            gate.update(Deal, id, {"closed_on": (NOW - timedelta(days=days)).date()})
    text = words(doors.enter("boris").get("/widgets/core/won?period=this_month&whose=me").text)
    assert "€300" in text
    assert "+50 %" in text
    assert "before: €200" in text


def test_a_start_is_arranged_by_making_it_ones_own(doors: Doors) -> None:
    v = doors.enter("boris")
    page = v.walk("/dashboards", {"start": "seller"})
    assert words(str(page.one("h1"))) == "My sales"
    own = str(page.select_one("[data-arrange]")["data-arrange"]).removesuffix("/order")  # type: ignore[index]  # it is there
    id = int(own.rpartition("/")[2])
    assert labels(v.see("/dashboards"))[:2] == ["Pipeline value", "Won"]
    assert labels(v.walk(f"{own}/widgets/1/move", {"by": "1"}))[:2] == ["Won", "Pipeline value"]
    v.walk(f"{own}/widgets/1/move", {"by": "-1"})
    v.post(f"{own}/order", {"keys": "3,2,1"}, htmx=True)
    assert order_of(doors, id)[:4] == ["3", "2", "1", "4"]
    page = v.walk(f"{own}/widgets/3", {"size": "wide"})
    assert page.select_one('[data-key="3"].size-wide')
    v.walk(f"{own}/widgets/3", {"settings": "1", "period": "last_year", "whose": "my_team"})
    url = str(v.see(own).select_one('[data-key="3"] [hx-get]')["hx-get"])  # type: ignore[index]  # it is there
    assert url.endswith("?period=last_year&whose=my_team")
    v.walk(f"{own}/widgets/3/removal")
    assert "3" not in order_of(doors, id)
    assert "Add" in words(str(v.see(f"{own}/widgets/new")))
    added = v.walk(f"{own}/widgets", {"widget": "core.new_leads"})
    assert labels(added)[-1] == "New leads"


def test_what_a_widget_must_be_told_is_asked(doors: Doors) -> None:
    v = doors.enter("boris")
    with doors.town.as_("boris") as gate:
        view = save_view(gate, "deal", "Big ones", "private", "amount.gte=50000")
    own = f"/dashboards/{board_of(doors, 'boris')}"
    refused = v.post(f"{own}/widgets", {"widget": "core.view_list", "settings": "1"})
    assert refused.status_code == 422
    assert "Please fill this in." in refused.text
    page = v.walk(f"{own}/widgets", {"widget": "core.view_list", "settings": "1", "view": str(view)})
    url = str(page.select_one("[hx-get]")["hx-get"])  # type: ignore[index]  # it is there
    assert "Scanners" in v.get(url).text
    assert "nothing here that you may see" in doors.enter("clara").get(url).text
    assert "1 Big ones" in words(v.get(f"/widgets/core/view_count?view={view}", htmx=True).text)


def test_a_shared_dashboard_is_shown_with_the_viewers_rights_and_changed_by_its_own(doors: Doors) -> None:
    id = board_of(doors, "vera", Placed("1", "core.pipeline_value"), shared_with="all")
    team = board_of(doors, "max", Placed("1", "core.won"), shared_with="team")
    private = board_of(doors, "vera")
    for who, seen in (("boris", [200, 200, 404]), ("clara", [200, 404, 404]), ("olga", [200, 404, 404])):
        v = doors.enter(who)
        assert [v.get(f"/dashboards/{each}").status_code for each in (id, team, private)] == seen, who
        assert v.post(f"/dashboards/{id}/widgets/1/removal").status_code == 404
        assert v.post(f"/dashboards/{id}/deletion").status_code == 404
        assert not v.see(f"/dashboards/{id}?arrange=1").select("[data-arrange]")
    answer = doors.enter("boris").post("/dashboards", {"name": "Mine for all", "shared_with": "all"})
    assert answer.status_code == 403
    copied = doors.enter("boris").walk("/dashboards", {"name": "Copy", "start": str(id)})
    assert labels(copied) == ["Pipeline value"]


def test_one_may_be_where_the_day_begins(doors: Doors) -> None:
    id = board_of(doors, "boris", Placed("1", "core.won"))
    v = doors.enter("boris")
    v.walk(f"/dashboards/{id}/start?on=1")
    assert v.get("/").headers["location"] == f"/dashboards/{id}"
    assert "Good morning" in v.see("/my-day").get_text()
    v.walk(f"/dashboards/{id}/deletion")
    assert "Good morning" in v.see("/").get_text()


def test_a_dashboard_costs_as_much_with_many_widgets(doors: Doors) -> None:
    many = [Placed(str(n), "core.won") for n in range(1, MOST_WIDGETS + 1)]
    full, empty = board_of(doors, "boris", *many), board_of(doors, "boris")
    v = doors.enter("boris")
    assert v.statements(f"/dashboards/{full}") == v.statements(f"/dashboards/{empty}") <= 5
    with doors.town.as_("boris") as gate, pytest.raises(Invalid):
        place_widget(gate, full, "core.won", "small", {})


@pytest.mark.one_engine
def test_a_widget_that_fails_says_so_in_its_place(doors: Doors) -> None:
    host = doors.town.installation.host
    options = {"takes": (), "order": 1, "needs": "", "size": "small", "icon": "plug"}
    broken = Contribution("acme", "widget", None, "broken", "Broken", _fails, options)
    secret = Contribution(
        "acme", "widget", None, "secret", "Secret", _fails, {**options, "needs": "acme.see"}
    )
    host.strict = False
    host._by_kind.setdefault(("widget", None), []).extend([broken, secret])  # a plugin for one test
    v = doors.enter("boris")
    text = words(v.get("/widgets/acme/broken", htmx=True).text)
    assert "This part could not be shown." in text
    assert host.failures[-1].reference in text
    assert v.get("/widgets/acme/secret").status_code == 404
    id = board_of(doors, "boris", Placed("1", "acme.broken"), Placed("2", "away.thing"))
    page = v.see(f"/dashboards/{id}")
    assert "The plugin of this widget is away." in page.get_text()


@pytest.mark.one_engine
def test_declarations_of_widgets_are_checked() -> None:
    plugin = Plugin("acme")
    with pytest.raises(PluginError, match="weather"):
        plugin.widget("Sky", takes=("weather",))  # type: ignore[arg-type]  # that is the mistake
    with pytest.raises(PluginError, match="huge"):
        plugin.widget("Sky", size="huge")  # type: ignore[call-overload]  # that is the mistake
    with pytest.raises(PluginError, match="moon"):
        plugin.panel(Deal, "Sky", takes=("moon",))  # type: ignore[arg-type]  # that is the mistake
    assert Asked().reader is None
    assert Figure(1).better == "up"


@pytest.mark.one_engine
def test_erasing_somebody_takes_the_own_dashboards_along(doors: Doors, tmp_path: Path) -> None:
    mine, shared = board_of(doors, "clara"), board_of(doors, "clara", shared_with="team")
    with doors.town.as_("ada") as gate:
        erase_person(gate, Subject("user", doors.town.ids["clara"], "Clara"), tmp_path, reason="asked")
    with doors.town.house() as gate:
        left = {id for id in (mine, shared) if gate.tx.run(_state(id), why="test").first()}
    assert left == {shared}
    with doors.town.as_("boris") as gate:
        assert find_dashboard(gate, shared) is None


def _fails(_gate: object) -> Figure:
    raise RuntimeError("the sky has fallen")
