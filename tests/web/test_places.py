"""Favourites and what was opened last: the star, the lists, and that neither tells of what may not be seen."""

import pytest
from hookline.crm.deals import Deal
from hookline.crm.desks.favourites import MOST, RECENT, favourite, prune, recent
from hookline.crm.desks.views import save_view
from sqlalchemy import insert, select

from tests.town import NOW
from tests.web.visitor import Doors, Visitor, words


def starred(visitor: Visitor) -> list[str]:
    """The favourites on their page."""
    page = visitor.see("/favourites")
    return [link.get_text() for link in page.select("section:first-of-type .entry-main a")]


def opened(visitor: Visitor) -> list[str]:
    page = visitor.see("/favourites")
    return [link.get_text() for link in page.select("section:last-of-type .entry-main a")]


def test_a_star_is_set_shown_and_taken_away(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    deal, path = f"deal:{town.ids['scanners']}", f"/deals/{town.ids['scanners']}"
    page = boris.walk("/favourites", {"key": deal, "on": "on", "back": path})
    assert "It is among your favourites." in page.get_text()
    star = page.select_one(".star button")
    assert star is not None
    assert star["aria-pressed"] == "true"
    assert boris.statements(path) <= 8
    bell = boris.get("/notifications/bell?favourites=1", htmx=True).text
    assert f'<a href="{path}">' in bell
    assert starred(boris) == ["Scanners"]
    again = boris.post("/favourites", {"key": deal, "on": "on"}, htmx=True)
    assert 'aria-pressed="true"' in again.text
    assert 'aria-pressed="false"' in boris.post("/favourites", {"key": deal, "on": "off"}, htmx=True).text
    assert starred(boris) == []
    assert starred(doors.enter("max")) == []


@pytest.mark.one_engine
def test_a_view_can_be_a_favourite_until_it_is_deleted(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    with town.as_("boris") as gate:
        view = save_view(gate, "deal", "Hot ones", "private", "outcome=open&view=9")
    shown = boris.see(f"/deals?outcome=open&view={view}")
    star = shown.select_one('form[action^="/favourites?"]')
    assert star is not None
    boris.walk(str(star["action"]))
    again = boris.see(f"/deals?outcome=open&view={view}").select_one('form[action^="/favourites?"]')
    assert again is not None
    assert "on=off" in str(again["action"])
    link = boris.see("/favourites").select_one(".entry-main a")
    assert link is not None
    assert (link.get_text(), link["href"]) == ("Hot ones", f"/deals?outcome=open&view={view}")
    assert (
        doors.enter("clara").post("/favourites", {"key": f"saved_view:{view}", "on": "on"}).status_code == 404
    )
    boris.walk(f"/deals/views/{view}/deletion")
    assert starred(boris) == []
    with town.house() as gate:
        assert gate.tx.run(select(favourite.c.record), why="test").all() == []


@pytest.mark.one_engine
def test_what_may_not_be_seen_can_be_no_favourite_and_stays_none(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    for key in (f"deal:{town.ids['flour']}", "deal:999", "nothing:1", "deal:x", "deal", "", "deal:²"):
        for path in ("/favourites", "/recent"):
            assert boris.post(path, {"key": key, "on": "on"}).status_code == 404, (path, key)
    mine = f"deal:{town.ids['scanners']}"
    boris.post("/favourites", {"key": mine, "on": "on"})
    boris.post("/recent", {"key": mine})
    assert (starred(boris), opened(boris)) == (["Scanners"], ["Scanners"])
    with town.house() as gate:
        gate.update(Deal, town.ids["scanners"], {"owner": town.ids["clara"], "team": town.ids["south"]})
    assert (starred(boris), opened(boris)) == ([], [])
    assert "Scanners" not in boris.get("/notifications/bell?favourites=1").text


def test_what_was_opened_last_stands_first_and_only_so_much_is_kept(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    page = boris.see(f"/companies/{town.ids['acme']}")
    asks = page.select_one('[hx-post="/recent"]')
    assert asks is not None
    assert asks["hx-vals"] == f'{{"key": "company:{town.ids["acme"]}"}}'
    with town.house() as gate:
        rows = [
            {"user": town.ids["boris"], "entity": "deal", "record": 1000 + n, "at": NOW.replace(year=2025)}
            for n in range(RECENT)
        ]
        gate.tx.run(insert(recent), rows, why="test")
    for key in (f"company:{town.ids['acme']}", f"deal:{town.ids['scanners']}", f"company:{town.ids['acme']}"):
        assert boris.post("/recent", {"key": key}).status_code == 204
    assert sorted(opened(boris)) == ["Acme Works", "Scanners"]
    with town.house() as gate:
        kept = gate.tx.run(select(recent.c.record), why="test").all()
        assert len(kept) == RECENT
        assert prune(gate.tx, NOW) == RECENT - 2


@pytest.mark.one_engine
def test_there_are_no_more_favourites_than_a_menu_can_hold(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    with town.house() as gate:
        rows = [
            {"user": town.ids["boris"], "entity": "deal", "record": 1000 + n, "at": NOW} for n in range(MOST)
        ]
        gate.tx.run(insert(favourite), rows, why="test")
    answer = boris.post("/favourites", {"key": f"deal:{town.ids['scanners']}", "on": "on"})
    assert answer.status_code == 422
    assert "Take one away first" in words(answer.text)


@pytest.mark.one_engine
def test_the_menu_is_in_a_sellers_order_and_stays_as_it_was_folded(doors: Doors) -> None:
    boris = doors.enter("boris")
    page = boris.see("/")
    assert [a.get_text() for a in page.select("#sidebar nav a")][:6] == [
        "My day", "Leads", "Deals", "Activities", "Products", "Contacts",
    ]  # fmt: skip
    key = str(page.select(".nav-group")[1]["data-group"])
    answer = boris.post("/me/frame", {"key": key, "on": "on", "back": "/deals"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/deals")
    cookie = answer.cookies["hookline_frame"]
    boris.cookie += f"; hookline_frame={cookie}"
    assert [group.has_attr("open") for group in boris.see("/").select(".nav-group")][:2] == [True, False]
    narrow = boris.post("/me/frame", {"key": "rail", "on": "on"}, htmx=True)
    assert narrow.status_code == 204
    boris.cookie = boris.cookie.split(";")[0] + f"; hookline_frame={narrow.cookies['hookline_frame']}"
    assert "rail" in boris.see("/").classes
    assert boris.post("/me/frame", {"key": "<script>", "on": "on"}).status_code == 404


@pytest.mark.one_engine
def test_language_and_density_change_with_one_press(doors: Doors) -> None:
    boris = doors.enter("boris")
    page = boris.walk("/me/language", {"language": "ru", "back": "/deals"})
    assert page["lang"] == "ru"
    boris.walk("/me/density", {"density": "compact", "back": "/deals"})
    assert "density-compact" in boris.see("/deals").classes
    assert boris.post("/me/language", {"language": "xx"}).status_code == 422
    assert boris.post("/me/theme", {"theme": "dark", "back": "//evil.example"}).headers["location"] == "/"


def test_ready_made_stages_are_named_in_the_readers_language(doors: Doors) -> None:
    boris, url = doors.enter("boris"), f"/deals/{doors.town.ids['scanners']}"
    english = words(boris.get(url).text)
    russian = words(str(boris.walk("/me/language", {"language": "ru", "back": url})))
    assert "Qualified" in english
    assert "Qualified" not in russian
    assert "Квалифицирован" in russian
