"""Pages and links of plugins, as people meet them: in the frame of the house, with its forms, rights and errors."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hookline.crm.bulk import change_later
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.crm.plugins.settings import Settings
from hookline.errors import Forbidden, Invalid, PluginError
from hookline.kernel.fields import stage
from hookline.kernel.forms import Form
from hookline.kernel.installation import Installation
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import ListQuery
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.shown import Panel
from hookline.start import create_worker
from hookline_sdk.testing.elements import Element
from sqlalchemy import select, text

from tests.town import NOW, Town
from tests.web.showroom import Portal, plugin
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


def one(page: Element, selector: str) -> Element:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


def work_off(house: Doors) -> None:
    worker = create_worker(house.town.installation)
    while worker.run_once():
        pass


def in_russian(visitor: Visitor) -> Visitor:
    assert visitor.post("/me/language", {"language": "ru"}).status_code == 303
    return visitor


def test_a_page_stands_in_the_house_with_its_own_template_style_and_words(house: Doors) -> None:
    boris = house.enter("boris")
    page = boris.see("/x/showroom/grid?q=sunny")
    assert one(page, "h1").get_text() == "Unit grid"
    assert {"Scanners", "sunny"} & set(one(page, "#content").get_text(" ").split())
    link = one(page, 'nav a[href="/x/showroom/grid"]')
    assert link["aria-current"] == "page"
    group = link.closest("details")
    assert group is not None
    assert one(group, "h2").get_text() == "Sales"
    style = str(one(page, 'link[href^="/static/x/showroom/showroom.css"]').get("href"))
    assert "@layer plugin" in boris.get(style).text
    assert one(boris.see("/x/showroom/grid/3/east"), "h1").get_text() == "Floor 3/east"
    russian = words(in_russian(boris).get("/x/showroom/grid").text)
    assert "Сетка объектов" in russian
    assert "плит" in russian


def test_the_menu_orders_lists_pages_and_links_alike(house: Doors) -> None:
    groups = house.enter("boris").see("/").select(".nav-group")
    said = {one(group, "h2").get_text(): [a.get_text() for a in group.select("a")] for group in groups}
    assert said["Sales"] == ["Leads", "Deals", "Unit grid", "Activities", "Products"]
    assert said["People"] == ["Contacts", "All companies", "Companies", "Companies by size"]


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


def test_a_typed_form_stands_on_a_page_with_and_without_a_template(house: Doors) -> None:
    boris = house.enter("boris")
    page = boris.see("/x/showroom/counter")
    assert (one(page, "[name=price]").get("value"), one(page, "[name=note]").get("value")) == ("5", "Lamps")
    refused = boris.post("/x/showroom/counter", {"price": "13", "note": "mine"})
    assert refused.status_code == 422
    assert {"Not this one.", "Unlucky.", 'value="mine"'} == {
        text for text in ("Not this one.", "Unlucky.", 'value="mine"') if text in refused.text
    }
    assert "Please fill this in." in boris.post("/x/showroom/counter", {"price": ""}).text
    assert "Counted: 7" in boris.walk("/x/showroom/counter", {"price": "7"}).get_text()
    together = boris.post("/x/showroom/desk", {"price": "3", "firm": "1", "note": "kept"})
    assert together.status_code == 422
    assert "Say how long a firm offer holds." in together.text
    assert 'value="kept"' in together.text
    assert "Thanks" in boris.walk("/x/showroom/desk", {"price": "3", "note": "Thanks"}).get_text()


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


def amount_of(house: Doors, deal: str) -> object:
    with house.town.house() as gate:
        return gate.get(Deal, house.town.ids[deal]).amount


def test_an_action_stands_on_the_page_in_the_rows_menu_and_in_the_palette(house: Doors) -> None:
    boris, deal = house.enter("boris"), house.town.ids["scanners"]
    page = boris.see(f"/deals/{deal}")
    assert (
        page.select_one(f'a.menu-item[href="/deals/{deal}/action/showroom/offer"][data-dialog]') is not None
    )
    assert page.select_one(f'form[action="/deals/{deal}/action/showroom/polish"]') is not None
    assert "Give away" not in page.get_text()
    assert "Give away" in house.enter("ada").see(f"/deals/{deal}").get_text()
    menu = boris.get(f"/deals/{deal}/menu", htmx=True).text
    assert f"/deals/{deal}/action/showroom/offer" in menu
    assert "Make an offer" in boris.get(f"/search?fragment=palette&q=offer&at=/deals/{deal}").text
    bar = boris.see("/deals").select("[formaction]")
    assert "/deals/bulk/action/showroom/offer" in {str(button["formaction"]) for button in bar}


def test_an_actions_form_is_asked_in_the_dialog_and_comes_back_with_what_is_wrong(house: Doors) -> None:
    boris, deal = house.enter("boris"), house.town.ids["scanners"]
    url = f"/deals/{deal}/action/showroom/offer"
    form = boris.get(url, htmx=True).text
    assert "<html" not in form
    assert "dialog-head" in form
    nothing = boris.post(url, {"price": "", "note": "x" * 30}, htmx=True)
    assert nothing.status_code == 422
    assert "Please fill this in." in nothing.text
    assert "x" * 30 in nothing.text
    together = boris.post(url, {"price": "5", "firm": "1", "firm__sent": "1"})
    assert (together.status_code, "Say how long a firm offer holds." in together.text) == (422, True)
    refused = words(boris.post(url, {"price": "5", "note": "no"}).text)
    assert "Say more." in refused
    assert "Not for this one." in refused
    done = boris.walk(url, {"price": "1,250.50", "note": "Lamps"})
    assert "Offered: 1,250.5" in done.get_text()
    assert (name_of(house, "scanners"), amount_of(house, "scanners")) == ("Lamps", Decimal("1250.50"))
    assert boris.post(url, {"price": "1"}, htmx=True).headers["hx-redirect"] == f"/deals/{deal}"


def test_an_action_that_asks_nothing_is_done_and_one_that_fails_leaves_nothing(house: Doors) -> None:
    ada, deal = house.enter("ada"), house.town.ids["scanners"]
    assert "Polish: done." in ada.walk(f"/deals/{deal}/action/showroom/polish").get_text()
    shiny = name_of(house, "scanners")
    assert shiny.startswith("Shiny ")
    again = ada.post(f"/deals/{deal}/action/showroom/polish")
    assert (again.status_code, "It shines already." in again.text) == (400, True)
    failed = ada.walk(f"/deals/{deal}/action/showroom/offer", {"price": "1", "note": "boom"}).get_text()
    assert house.town.installation.host.failures[-1].reference in failed
    assert name_of(house, "scanners") == shiny
    assert "For nothing?" in ada.get(f"/deals/{deal}/action/showroom/give_away").text
    assert "Given away." in ada.walk(f"/deals/{deal}/action/showroom/give_away").get_text()


def test_who_may_not_change_a_record_has_no_action_on_it(house: Doors) -> None:
    deal = house.town.ids["scanners"]
    for name in ("clara", "olga"):
        for method in ("get", "post"):
            answer = getattr(house.enter(name), method)(f"/deals/{deal}/action/showroom/polish")
            assert answer.status_code in (403, 404), (name, method)
    boris = house.enter("boris")
    assert boris.post(f"/deals/{deal}/action/showroom/give_away").status_code == 404
    assert boris.post(f"/deals/{deal}/action/showroom/nothing").status_code == 404
    assert boris.post("/deals/bulk/action/showroom/give_away", {"id": str(deal)}).status_code == 404


def test_an_action_is_offered_only_while_the_record_is_in_its_state(house: Doors) -> None:
    boris, deal = house.enter("boris"), house.town.ids["scanners"]
    url = f"/deals/{deal}/action/showroom/write_off"

    def offered() -> list[bool]:
        places = (
            f"/deals/{deal}",
            f"/deals/{deal}/menu",
            f"/search?fragment=palette&q=write&at=/deals/{deal}",
        )
        return [url in boris.get(place).text for place in places]

    assert offered() == [True, True, True]
    closed = f'name="id" value="{deal}" data-closed="showroom.write_off"'
    assert closed not in boris.get("/deals").text
    assert "Write off: done." in boris.walk(url).get_text()
    assert (offered(), amount_of(house, "scanners")) == ([False, False, False], 0)
    page = boris.get("/deals").text
    assert (closed in page, 'data-key="showroom.write_off"' in page) == (True, True)


def test_a_page_that_has_grown_old_is_told_and_nothing_happens(house: Doors) -> None:
    ada, deal = house.enter("ada"), house.town.ids["scanners"]
    url = f"/deals/{deal}/action/showroom/write_off"
    ada.walk(url)
    with house.town.house() as gate:
        version = gate.get(Deal, deal).version
    told = "“Write off” cannot be done with this record as it stands now."
    assert told in ada.walk(url).get_text()
    assert ada.get(url, htmx=True).headers["hx-redirect"] == f"/deals/{deal}"
    assert told in words(ada.post("/deals/bulk/action/showroom/write_off", {"id": str(deal)}).text)
    with house.town.house() as gate:
        assert gate.get(Deal, deal).version == version
    russian = in_russian(ada)
    assert "нельзя выполнить" in russian.walk(url).get_text()


def test_many_are_done_one_by_one_and_each_that_refuses_is_named(house: Doors) -> None:
    ada = house.enter("ada")
    with house.town.house() as gate:
        ids = [row.id for row in gate.rows(select(Deal.id).order_by(Deal.id))]
    one = str(ids[0])
    assert (
        "Polish: done with 1 record."
        in ada.walk("/deals/bulk/action/showroom/polish", {"id": one}).get_text()
    )
    result = words(ada.post("/deals/bulk/action/showroom/polish", {"id": [str(id) for id in ids]}).text)
    assert f"Polish: done with {len(ids) - 1} record" in result
    assert "It shines already." in result
    asked = ada.post("/deals/bulk/action/showroom/offer", {"id": one})
    assert 'name="price"' in asked.text
    missing = ada.post("/deals/bulk/action/showroom/offer", {"id": one, "go": "1", "price": "x"})
    assert missing.status_code == 422
    assert f'name="id" value="{one}"' in missing.text
    failed = words(
        ada.post(
            "/deals/bulk/action/showroom/offer", {"id": one, "go": "1", "price": "1", "note": "boom"}
        ).text
    )
    assert "The plugin showroom failed." in failed
    with house.town.house() as gate:
        change_later(
            gate,
            "deal",
            (),
            ListQuery(),
            Reader(now=NOW),
            way="showroom.offer",
            values={"price": Decimal("7.5")},
            total=len(ids),
        )
    work_off(house)
    with house.town.house() as gate:
        assert set(gate.run(select(Deal.amount)).scalars()) == {Decimal("7.5")}


def test_settings_are_a_form_with_secrets_that_are_never_shown_again(house: Doors) -> None:
    ada, url = house.enter("ada"), "/settings/plugins/showroom/Portal"
    listed = ada.see("/settings")
    assert listed.select_one(f'a[href="{url}"]') is not None
    assert "Where deals are shown to the world." in listed.get_text()
    assert one(ada.see(url), "[name=address]")["value"] == "https://portal.example"
    refused = ada.post(url, {"address": "", "eager": "1", "token": "sesame-one"})
    assert (refused.status_code, "Please fill this in." in refused.text) == (422, True)
    assert "sesame-one" not in refused.text
    together = ada.post(url, {"address": "https://a.example", "eager": "1"})
    assert "Without it nothing can be shown at once." in together.text
    failed = ada.post(url, {"address": "https://a.example", "limit": "13"})
    assert house.town.installation.host.failures[-1].reference in words(failed.text)
    form = {"address": "https://a.example", "token": "sesame-two", "limit": "1,500.5", "eager": "1"}
    assert "Saved." in ada.walk(url, form).get_text()
    with house.town.house() as gate:
        stands = Portal.of(gate)
        assert (stands.address, stands.token, stands.limit, stands.eager) == (
            "https://a.example", "sesame-two", Decimal("1500.50"), True
        )  # fmt: skip
        assert "sesame-two" not in repr(stands)
        everything = gate.tx.run(text("SELECT value FROM setting"), why="test").all()
        log = gate.tx.run(text("SELECT facts FROM audit"), why="test").all()
        assert "sesame" not in str([*everything, *log])
        assert "https://a.example" in str(log)
    shown = ada.get(url).text
    assert "sesame" not in shown
    assert "Leave this empty to keep it." in shown
    ada.walk(url, {"address": "https://b.example"})
    with house.town.house() as gate:
        assert (Portal.of(gate).token, Portal.of(gate).eager) == ("sesame-two", False)
    ada.walk(url, {"address": "https://b.example", "token__forget": "1"})
    with house.town.house() as gate:
        assert Portal.of(gate).token is None
    boris = house.enter("boris")
    assert boris.get(url).status_code == 403
    assert boris.post(url, {"address": "https://c.example"}).status_code == 403
    assert url not in boris.get("/settings").text


def test_code_keeps_settings_by_the_same_rules_as_the_form(house: Doors) -> None:
    with house.town.house() as gate:
        Portal(address="https://demo.example", token="sesame-three", eager=True).keep(gate)
    with house.town.house() as gate:
        stands = Portal.of(gate)
        assert (stands.address, stands.token, stands.eager) == ("https://demo.example", "sesame-three", True)
        # A secret that is not said stays; what the plugin or the form would refuse is refused.
        Portal(address="https://demo.example").keep(gate)
        assert Portal.of(gate).token == "sesame-three"
        with pytest.raises(Invalid):
            Portal(address=None).keep(gate)
    with house.town.as_("boris") as gate, pytest.raises(Forbidden):
        Portal(address="https://boris.example").keep(gate)
    with house.town.house() as gate, pytest.raises(TypeError, match="not declared"):
        Undeclared().keep(gate)


class Undeclared(Settings):
    """Of no plugin."""


def test_a_view_is_a_tab_of_the_list_and_a_line_of_the_palette(house: Doors) -> None:
    boris, ada = house.enter("boris"), house.enter("ada")
    tabs = {
        a.get_text(" ", strip=True): str(a["href"]) for a in boris.see("/deals").select("nav.views a[href]")
    }
    assert list(tabs)[:2] == ["All", "My open deals"]
    assert "By owner" not in tabs
    assert "By owner" in one(ada.see("/deals"), "nav.views").get_text()
    page = boris.see(tabs["Large ones"])
    assert one(page, "nav.views [aria-current]").get_text() == "Large ones"
    assert "view=showroom.large_ones" in tabs["Large ones"]
    assert [th["aria-sort"] for th in page.select("th[aria-sort]") if th["aria-sort"] != "none"] == [
        "descending"
    ]
    assert "Large ones" in boris.get("/search?fragment=palette&q=large").text


def test_a_cell_looks_as_the_plugin_says_and_as_usual_while_it_fails(house: Doors) -> None:
    ada, deal = house.enter("ada"), house.town.ids["scanners"]
    usual = ada.see("/deals").get_text()
    assert "Free" not in usual
    with house.town.house() as gate:
        gate.update(Deal, deal, {"amount": Decimal(0)})
    page = ada.see("/deals")
    assert [
        badge.get_text() for badge in page.select("td .badge, td .stage") if "Free" in badge.get_text()
    ] == ["Free"]
    with house.town.house() as gate:
        gate.update(Deal, deal, {"name": "in words"})
        gate.update("user", house.town.ids["ada"], {"language": "ru"})
    assert one(ada.see("/deals"), f'tbody a[href="/deals/{deal}"]').get_text() == "Сделки"
    with house.town.house() as gate:
        gate.update(Deal, deal, {"name": "boom"})
    failed = ada.get("/deals")
    assert failed.status_code == 200
    assert "Free" not in failed.text
    assert house.town.installation.host.failures[-1].place == "cell amount"


def test_the_search_finds_what_plugins_find(house: Doors) -> None:
    boris = house.enter("boris")
    found = boris.see("/search?q=shelf+7")
    assert one(found, 'section a[href="/x/showroom/grid"]').get_text() == "Shelf shelf 7"
    assert "In the hall" in found.get_text()
    assert "Shelves" in boris.get("/search?fragment=palette&q=shelf+7").text
    assert "Shelves" not in boris.get("/search?q=other").text
    failed = boris.get("/search?q=boom")
    assert house.town.installation.host.failures[-1].reference in words(failed.text)
    assert boris.get("/search?fragment=palette&q=boom").status_code == 200


def test_blocks_and_panels_stand_in_their_slots(house: Doors) -> None:
    boris, ada, deal = house.enter("boris"), house.enter("ada"), house.town.ids["scanners"]
    top = str(one(boris.see("/deals?outcome=open"), '[data-slot="list.top"] [hx-get]')["hx-get"])
    assert top == "/blocks/showroom/whole_sum?outcome=open"
    assert "at /deals" in words(boris.get(top, htmx=True).text)
    assert boris.see("/companies").select_one('[data-slot="list.top"]') is None
    failed = words(boris.get(f"{top}&sort=name", htmx=True).text)
    assert house.town.installation.host.failures[-1].reference in failed
    assert boris.see("/my-day").select_one('[data-slot="my_day.top"]') is None
    assert one(boris.see("/my-day"), '[data-slot="my_day.side"] h2').get_text() == "Weather"
    assert boris.get("/blocks/showroom/word").status_code == 404
    assert one(ada.see("/my-day"), '[data-slot="my_day.top"] h2').get_text() == "Word of the day"
    assert "sesame" in ada.get("/blocks/showroom/word").text
    story = str(one(boris.see(f"/deals/{deal}"), '[data-slot="record.main"] [hx-get]')["hx-get"])
    assert "Once there was" in boris.get(story, htmx=True).text


def test_what_is_declared_wrongly_is_told_at_once() -> None:
    wrong = Plugin("wrong")
    with pytest.raises(PluginError, match=r"there is no slot 'record.top'.*record.side"):
        wrong.panel(Deal, "X", slot="record.top")(lambda _deal, _gate: Panel())  # type: ignore[call-overload]  # deliberately wrong
    with pytest.raises(PluginError, match="Say whose list"):
        wrong.block("list.top", "X")
    with pytest.raises(TypeError, match="only a record can have a field of this kind"):
        type("Staged", (Form,), {"stage": stage()})
    wrong.view(Deal, "Dear", filter={"amuont.gte": "1"})
    host = PluginHost()
    host.load([core, wrong])
    assert "Did you mean amount?" in host.broken["wrong"]
