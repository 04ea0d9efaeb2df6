"""The frame of a page: it is drawn once for many pages, and each still says where it stands and what its reader may open."""

from itertools import product

from hookline.crm.access.actors import directory
from hookline.crm.access.rights import give_rights
from hookline.crm.access.roles import Role
from hookline.crm.desks.views import save_view
from hookline_sdk.testing.elements import Element
from sqlalchemy import select

from tests.web.visitor import Doors


def current(page: Element) -> list[str]:
    return [str(link["href"]) for link in page.select(".sidebar [aria-current]")]


def menu(page: Element) -> list[str]:
    return [str(link["href"]) for link in page.select(".sidebar nav a")]


def backs(page: Element) -> set[str]:
    return {str(field["value"]) for field in page.select(".sidebar [name=back], .topbar [name=back]")}


def test_each_page_is_current_in_the_menu_and_the_way_back(doors: Doors) -> None:
    ada, company = doors.enter("ada"), f"/companies/{doors.town.ids['acme']}"
    places = {"/": "/my-day", "/deals": "/deals", company: "/companies", "/companies": "/companies"}
    for path, link in [*places.items(), *places.items()]:
        page = ada.see(path)
        assert current(page) == [link]
        assert backs(page) == {path}
    assert current(ada.see("/settings")) == ["/settings"]


def test_what_stands_in_an_address_stays_text(doors: Doors) -> None:
    page = doors.enter("ada").see('/missing"><i>', status=404)
    assert backs(page) == {'/missing"><i>'}


def test_what_is_refused_says_so_as_a_page_or_beside_what_was_asked(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.see("/missing", status=404)
    assert [h.get_text() for h in page.select("main h1")] == ["There is nothing here, or you may not see it."]
    assert page.select_one('main a[href="/"]')
    assert "<h1" not in (beside := ada.get("/missing", htmx=True)).text
    assert "There is nothing here, or you may not see it." in beside.text


def test_nobody_gets_the_frame_or_the_bars_of_somebody_else(doors: Doors) -> None:
    people = [doors.enter("ada"), doors.enter("boris"), doors.enter("boris")]
    pages = ("/deals", f"/deals/{doors.town.ids['scanners']}", "/my-day", "/companies/new")
    for who, path in product([*people, *people], pages):
        page = who.see(path)
        assert {str(field["value"]) for field in page.select("[name=_csrf]")} == {who.csrf}


def test_a_view_and_a_lost_right_show_from_the_next_page_on(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    assert "/reports" in menu(boris.see("/deals"))
    with town.as_("boris") as gate:
        save_view(gate, "deal", "Large ones", "private", "amount.gte=1000")
    assert "Large ones" in [link.get_text() for link in boris.see("/deals").select(".views a")]
    with town.as_("ada") as gate:
        for role in gate.rows(select(Role.id)):
            if "reports" in directory(gate).roles[role.id].permissions:
                give_rights(gate, role.id, {}, [])
    page = boris.see("/")
    assert "/reports" not in menu(page)
    assert "/deals" not in menu(page)
