"""The developer bar: at the foot of each page in development, what the request has cost, statement by statement, and whom."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hookline.app import create_site
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.shown import Figure, Panel
from hookline.settings import Settings
from hookline.web.developing.listener import alike
from hookline_sdk.testing.elements import Element, read_html
from sqlalchemy import func, select

from tests.town import NOW, Town
from tests.web.visitor import Doors, open_doors, words

pytestmark = pytest.mark.one_engine


def counting_plugin() -> Plugin:
    plugin = Plugin("counting", label="Counting")

    @plugin.page("How many")
    def deals(_asked: object, gate: Gate) -> Figure:
        return Figure(gate.scalar(select(func.count(Deal.id))))

    @plugin.panel(Deal, "Twice")
    def twice(record: Deal, gate: Gate) -> Panel:
        for _ in range(2):
            gate.scalar(select(func.count(Deal.id)).where(Deal.id == record.id))
        return Panel(text="Counted")

    @plugin.panel(Deal, "Broken")
    def broken(_record: Deal, _gate: Gate) -> Panel:
        raise ZeroDivisionError("on purpose")

    return plugin


@pytest.fixture(params=[False], ids=["lenient"])
def house(town: Town, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Doors]:
    host = PluginHost(strict=request.param)
    host.load([core, counting_plugin()])
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data", bar=True) as opened:
        yield opened


def bar_of(page: Element) -> Element:
    return page.one("#developer-bar")


def test_a_page_says_what_it_cost_and_whom(house: Doors) -> None:
    ada = house.enter("ada")
    answer = ada.get("/x/counting/deals")
    bar = bar_of(read_html(answer.text))
    folded = bar.select_one("summary")
    assert folded is not None
    assert f"Statements: {answer.headers['x-statements']} ·" in words(str(folded))
    assert "counting : 1 ·" in words(str(folded))
    contributions, statements = bar.select("table")
    assert "counting page deals" in words(str(contributions))
    whose = {line.select("td")[2].text: line for line in reversed(statements.select("tbody tr"))}
    assert set(whose) == {"core", "counting"}
    assert "count(deal.id)" in whose["counting"].text
    asked: int = sum(int(line.select("td")[1].text) for line in statements.select("tbody tr"))
    assert asked == int(answer.headers["x-statements"])
    assert bar.select_one("style") is None
    assert [script.get("src") is not None for script in bar.select("script")] == [True]
    assert not bar.select("[style], [onclick]")


def test_parts_that_are_loaded_later_tell_it_by_their_header(house: Doors) -> None:
    ada, deal = house.enter("ada"), house.town.ids["scanners"]
    answer = ada.get(f"/deals/{deal}/panel/counting/twice", htmx=True)
    told = answer.headers["server-timing"]
    assert told.startswith("total;dur=")
    assert f'desc="{answer.headers["x-statements"]}", p-counting;dur=' in told
    assert told.endswith('desc="1"')
    assert "developer-bar" not in answer.text
    failed = ada.get(f"/deals/{deal}/panel/counting/broken", htmx=True)
    reference = house.town.installation.host.failures[-1].reference
    assert f'e-counting;desc="{reference}"' in failed.headers["server-timing"]


def test_it_speaks_the_language_of_the_page_and_stands_on_every_one(house: Doors) -> None:
    ada = house.enter("ada")
    ada.post("/me/language", {"language": "ru", "back": "/my-day"})
    assert "Запросы к базе:" in bar_of(ada.see("/deals")).text
    bar_of(ada.see("/deals/999999", status=404))
    outside = house.client.get("/sign-in")
    bar_of(read_html(outside.text))


@pytest.mark.parametrize("development", [False, True])
def test_in_production_nothing_listens(town: Town, tmp_path: Path, development: bool) -> None:
    database = town.installation.database
    settings = Settings(
        database_url=database.url,
        data_dir=tmp_path,
        development=development,
        developer_bar=not development,
    )
    site = create_site(settings, town.installation)
    assert site.developing is None
    assert not list(database.engine.dispatch.after_cursor_execute)
    assert town.installation.host.listening == town.installation.host.watch.listening == {}


def test_when_a_request_is_over_nobody_listens_to_its_thread(house: Doors) -> None:
    house.enter("ada").see("/my-day")
    host = house.town.installation.host
    assert host.listening == host.watch.listening == {}


@pytest.mark.parametrize("house", [True], indirect=True, ids=["strict"])
def test_what_fails_is_shown_with_plugin_place_line_and_traceback(house: Doors) -> None:
    ada, path = house.enter("ada"), f"/deals/{house.town.ids['scanners']}/panel/counting/broken"
    for htmx in (False, True):
        answer = ada.get(path, htmx=htmx)
        assert answer.status_code == 500
        assert answer.headers["content-type"].startswith("text/html")
        said = words(answer.text)
        assert "ZeroDivisionError: on purpose" in said
        assert "plugin 'counting', panel broken (test_developer_bar.py, line " in said
        assert 'raise ZeroDivisionError("on purpose")' in said
        assert ("<!doctype html>" in answer.text) is not htmx


def test_statements_that_differ_in_their_values_are_alike() -> None:
    few, many = (alike(f"SELECT 1\nFROM deal WHERE id IN ({', '.join('?' * n)})") for n in (2, 30))
    assert few == many == "SELECT 1 FROM deal WHERE id IN (?, …)"
    assert alike("WHERE id IN ($1::BIGINT, $2::BIGINT)") == "WHERE id IN ($1::BIGINT, …)"
