"""Views of a list: kept, shared, changed and deleted, each only by whom it belongs to."""

from urllib.parse import parse_qs, urlsplit

from hookline.crm.desks.view_presets import list_presets
from hookline_sdk.testing.elements import Element

from tests.web.visitor import Doors, Visitor

OPEN = "outcome=open&sort=-amount&column=amount"


def tabs(visitor: Visitor, path: str = "/deals") -> list[str]:
    return [
        " ".join(tab.get_text().split())
        for tab in visitor.see(path).select(".views a")
        if tab.get_text().strip()
    ]


def keep(visitor: Visitor, name: str, shared_with: str = "private", query: str = OPEN) -> str:
    answer = visitor.post("/deals/views", {"name": name, "shared_with": shared_with, "query": query})
    assert answer.status_code == 303, answer.text
    return parse_qs(urlsplit(answer.headers["location"]).query)["view"][0]


def current(page: Element) -> str:
    found = page.select_one(".views a[aria-current]")
    return found.get_text(strip=True) if found else ""


def test_a_list_begins_with_views_that_work(doors: Doors) -> None:
    for entity, slug in (
        ("deal", "deals"),
        ("activity", "activities"),
        ("lead", "leads"),
        ("contact", "contacts"),
        ("company", "companies"),
    ):
        ada = doors.enter("ada")
        with doors.town.as_("ada") as gate:
            presets = list_presets(gate, gate.schema[entity])
        for preset in presets:
            page = ada.see(f"/{slug}?{preset.query}&view={preset.name}")
            assert current(page) == str(preset.label)


def test_a_view_keeps_what_the_list_shows(doors: Doors) -> None:
    boris = doors.enter("boris")
    form = boris.see("/deals/views/new?query=outcome%3Dopen")
    assert form.select_one('input[name="query"][value="outcome=open"]') is not None
    id = keep(boris, "  My own  ")
    page = boris.see("/deals")
    tab = next(link for link in page.select(".views a") if link.get_text(strip=True) == "My own")
    assert parse_qs(urlsplit(str(tab["href"])).query) == {
        "outcome": ["open"],
        "sort": ["-amount"],
        "column": ["amount"],
        "view": [id],
    }
    assert current(boris.see(str(tab["href"]))) == "My own"


def test_views_are_seen_by_those_they_are_shared_with(doors: Doors) -> None:
    ada, boris = doors.enter("ada"), doors.enter("boris")
    keep(boris, "Private of boris")
    keep(boris, "North's", "team")
    keep(ada, "Everybody's", "all")
    assert {"Private of boris", "North's", "Everybody's"} <= set(tabs(boris))
    assert {"Private of boris", "North's", "Everybody's"} & set(tabs(doors.enter("max"))) == {
        "North's",
        "Everybody's",
    }
    assert {"Private of boris", "North's", "Everybody's"} & set(tabs(doors.enter("clara"))) == {"Everybody's"}
    assert boris.post("/deals/views", {"name": "x", "shared_with": "all", "query": ""}).status_code == 403


def test_only_its_keeper_changes_a_view(doors: Doors) -> None:
    boris, clara = doors.enter("boris"), doors.enter("clara")
    id = keep(boris, "North's", "team")
    for path, form in (
        (f"/deals/views/{id}", {"name": "y", "shared_with": "private"}),
        (f"/deals/views/{id}/contents?query=x", {}),
        (f"/deals/views/{id}/deletion", {}),
    ):
        for stranger in (clara, doors.enter("max")):
            assert stranger.post(path, form).status_code == 404
    boris.walk(f"/deals/views/{id}", {"name": "Renamed", "shared_with": "private"})
    assert "Renamed" in tabs(boris)
    assert "Renamed" not in tabs(doors.enter("max"))
    boris.walk(f"/deals/views/{id}/contents?query=outcome%3Dwon")
    tab = next(
        link for link in boris.see("/deals").select(".views a") if link.get_text(strip=True) == "Renamed"
    )
    assert "outcome=won" in str(tab["href"])
    page = boris.walk(f"/deals/views/{id}/deletion")
    assert "The view is deleted." in page.get_text()
    assert "Renamed" not in tabs(boris)


def test_the_administrator_looks_after_views_of_everybody(doors: Doors) -> None:
    ada, boris = doors.enter("ada"), doors.enter("boris")
    id = keep(ada, "Everybody's", "all")
    assert boris.post(f"/deals/views/{id}/deletion").status_code == 404
    assert ada.post(f"/deals/views/{id}/deletion").status_code == 303


def test_what_cannot_be_kept_is_said_beside_the_field(doors: Doors) -> None:
    boris = doors.enter("boris")
    for form, complaint in (
        ({"name": " ", "shared_with": "private"}, "Please fill this in."),
        ({"name": "a\x00b", "shared_with": "private"}, "cannot be kept"),
        ({"name": "x", "shared_with": "world"}, "is not one of the choices"),
        ({"name": "x", "shared_with": "private", "query": "q=" + "x" * 9000}, "too long to be kept"),
    ):
        answer = boris.post("/deals/views", {"query": "", **form})
        assert answer.status_code == 422, form
        assert complaint in answer.text
    olga = doors.enter("olga")
    assert olga.post("/deals/views", {"name": "x", "shared_with": "team", "query": ""}).status_code == 422


def test_a_view_is_read_with_the_rights_of_who_opens_it(doors: Doors) -> None:
    id = keep(doors.enter("ada"), "All deals", "all", "name.contains=a")
    tab = next(
        link
        for link in doors.enter("boris").see("/deals").select(".views a")
        if link.get_text(strip=True) == "All deals"
    )
    page = doors.enter("boris").see(str(tab["href"]))
    assert "Мука" not in page.get_text()
    assert f"view={id}" in str(tab["href"])


def test_views_of_one_entity_are_not_doors_to_another(doors: Doors) -> None:
    boris = doors.enter("boris")
    id = keep(boris, "Mine too")
    assert boris.get(f"/contacts/views/{id}/edit").status_code == 404
    assert boris.get(f"/deals/views/{id}/edit").status_code == 200
    assert "Mine too" not in tabs(boris, "/contacts")
