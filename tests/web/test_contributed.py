"""Pages and links of plugins, as people meet them: in the frame of the house, with its forms, rights and errors."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.host import PluginHost

from tests.town import NOW, Town
from tests.web.showroom import plugin
from tests.web.visitor import Doors, Visitor, open_doors, words

pytestmark = pytest.mark.one_engine


@pytest.fixture
def house(town: Town, tmp_path: Path) -> Iterator[Doors]:
    """The town with the showroom, as in production."""
    host = PluginHost()
    host.load([core, plugin])
    assert host.broken == {}
    installation = Installation(town.installation.database, host, clock=lambda: NOW)
    with open_doors(Town(installation, town.ids), tmp_path / "data") as opened:
        yield opened


def name_of(house: Doors, deal: str) -> str:
    with house.town.house() as gate:
        return gate.get(Deal, house.town.ids[deal]).name


def in_russian(visitor: Visitor) -> Visitor:
    assert visitor.post("/me/language", {"language": "ru"}).status_code == 303
    return visitor


def test_a_page_stands_in_the_house_with_its_own_template_style_and_words(house: Doors) -> None:
    boris = house.enter("boris")
    page = boris.see("/x/showroom/grid?q=sunny")
    assert page.select_one("h1").get_text() == "Unit grid"
    assert {"Scanners", "sunny"} & set(page.select_one("#content").get_text(" ").split())
    link = page.select_one('nav a[href="/x/showroom/grid"]')
    assert link["aria-current"] == "page"
    assert link.find_parent("details").select_one("h2").get_text() == "Sales"
    style = page.select_one('link[href^="/static/x/showroom/showroom.css"]')["href"]
    assert "@layer plugin" in boris.get(style).text
    assert boris.see("/x/showroom/grid/3/east").select_one("h1").get_text() == "Floor 3/east"
    russian = words(in_russian(boris).get("/x/showroom/grid").text)
    assert "Сетка объектов" in russian
    assert "плит" in russian


def test_htmx_gets_the_block_it_asks_for(house: Doors) -> None:
    boris = house.enter("boris")
    content = boris.get("/x/showroom/grid", htmx=True).text
    assert "<html" not in content
    assert "<form" in content
    tiles = boris.client.get(
        "/x/showroom/grid", headers={**boris._headers(True), "hx-target": "ul#tiles"}
    ).text
    assert tiles.startswith('<ul class="showroom-tiles"')
    assert "<form" not in tiles


def test_a_form_leads_on_with_a_sentence_or_comes_back_as_it_was_sent(house: Doors) -> None:
    boris, deal = house.enter("boris"), house.town.ids["scanners"]
    assert "Renamed." in words(str(boris.walk("/x/showroom/grid", {"deal": str(deal), "name": "Lamps"})))
    assert name_of(house, "scanners") == "Lamps"
    refused = boris.post("/x/showroom/grid", {"deal": str(deal), "name": "nothing"})
    assert refused.status_code == 422
    assert 'value="nothing"' in refused.text
    assert "Nothing is no name." in refused.text
    too_long = boris.post("/x/showroom/grid", {"deal": str(deal), "name": "x" * 999})
    assert too_long.status_code == 422
    assert "x" * 999 in too_long.text
    assert name_of(house, "scanners") == "Lamps"
    unsigned = boris.client.post(
        "/x/showroom/grid",
        data={"deal": "1", "name": "y"},
        headers=boris._headers(False),
        follow_redirects=False,
    )
    assert unsigned.status_code == 403


def test_values_need_no_template(house: Doors) -> None:
    page = house.enter("ada").see("/x/showroom/figures")
    assert page.select_one(".figure-number") is not None
    assert [th.get_text() for th in page.select("thead th")] == ["Deal", "Amount"]


def test_only_who_may_finds_a_page_and_its_link(house: Doors) -> None:
    ada, boris = house.enter("ada"), house.enter("boris")
    assert "Gold" in words(ada.get("/x/showroom/vault").text)
    assert "Treasures" in words(ada.get("/x/showroom/figures").text)
    assert boris.get("/x/showroom/vault").status_code == 404
    assert boris.get("/x/showroom/nothing").status_code == 404
    seen = words(boris.get("/x/showroom/figures").text)
    assert "Treasures" not in seen
    assert "Vault" not in seen
    # Whose record it is decides in a page as everywhere.
    foreign = house.town.ids["scanners"]
    assert house.enter("clara").post(
        "/x/showroom/grid", {"deal": str(foreign), "name": "Mine"}
    ).status_code in (403, 404)
    assert "Companies by size" in seen


@pytest.mark.parametrize("way", ["", "/none", "/word"])
def test_a_page_that_fails_is_a_small_error_with_a_reference(house: Doors, way: str) -> None:
    ada = house.enter("ada")
    answer = ada.get(f"/x/showroom/broken{way}")
    assert answer.status_code == 200
    assert f"Reference: {house.town.installation.host.failures[-1].reference}" in words(answer.text)
    assert "This page could not be shown." in words(answer.text)


def test_nothing_stays_of_a_form_whose_page_fails(house: Doors) -> None:
    before = name_of(house, "scanners")
    answer = house.enter("ada").post("/x/showroom/broken", {"deal": str(house.town.ids["scanners"])})
    assert answer.status_code == 200
    assert "could not be shown" in answer.text
    assert name_of(house, "scanners") == before
