"""How somebody likes a list: kept columns, the view it opens with, the order of views, and views that were changed."""

import pytest
from hookline.crm.desks.views import list_views, save_view
from hookline_sdk.testing.elements import Element

from tests.web.test_lists import heads, names, query_of, text
from tests.web.visitor import Doors


def tabs(page: Element) -> list[str]:
    return [text(link) for link in page.select(".views [data-view]")]


def test_columns_are_kept_for_one_person(doors: Doors) -> None:
    boris, clara = doors.enter("boris"), doors.enter("clara")
    form = {"query": "owner=me", "column": ["amount", "stage"]}
    now = boris.post("/deals/columns", form)
    assert now.headers["location"] == "/deals?owner=me&column=amount&column=stage"
    kept = boris.post("/deals/columns", {**form, "keep": "1"})
    assert kept.headers["location"] == "/deals?owner=me"
    assert heads(boris.see("/deals?owner=me")) == ["Deal", "Amount", "Stage"]
    assert heads(boris.see("/deals?column=source")) == ["Deal", "Source"]
    assert "Next activity" in heads(clara.see("/deals"))
    assert boris.see("/deals?owner=me").select_one(".view-changes") is not None
    assert boris.see("/deals").select_one(".view-changes") is None
    assert boris.statements("/deals") <= 5
    boris.post("/deals/columns", {"query": "", "usual": "1"})
    assert "Next activity" in heads(boris.see("/deals"))


def test_a_list_opens_with_the_view_that_somebody_likes(doors: Doors) -> None:
    ada, ids = doors.enter("ada"), doors.town.ids
    with doors.town.as_("ada") as gate:
        key = str(save_view(gate, "deal", "Clara's", "private", f"owner={ids['clara']}"))
    ada.walk(f"/deals/views/first?view={key}&query=")
    page = ada.see("/deals")
    assert names(page) == ["Мука, 40 тонн"]
    assert text(page.select_one(".views [aria-current]")) == "Clara's"
    everything = page.select_one(".views [data-view='']")
    assert query_of(everything) == {"view": ["all"]}
    whole = ada.see("/deals?view=all")
    assert len(names(whole)) == 2
    assert text(whole.select_one(".views [aria-current]")) == "All"
    assert ada.statements("/deals") <= 5
    ada.post(f"/deals/views/{key}/deletion")
    assert len(names(ada.see("/deals"))) == 2


@pytest.mark.one_engine
def test_views_stand_in_the_order_that_somebody_likes(doors: Doors) -> None:
    boris, clara = doors.enter("boris"), doors.enter("clara")
    before = tabs(clara.see("/deals"))
    boris.post("/deals/views/order?view=open&to=left&query=")
    boris.post("/deals/views/order?view=open&to=left&query=")
    assert tabs(boris.see("/deals"))[:3] == ["All", "All open", "My open deals"]
    boris.post("/deals/views/order?view=open&to=right&query=")
    assert tabs(boris.see("/deals")) == before
    assert tabs(clara.see("/deals")) == before


@pytest.mark.one_engine
def test_a_changed_view_offers_to_be_saved_or_put_back(doors: Doors) -> None:
    ada = doors.enter("ada")
    with doors.town.as_("ada") as gate:
        key = str(save_view(gate, "deal", "Large", "all", "amount.gte=50000&owner=me"))
    assert ada.see(f"/deals?owner=me&amount.gte=50000&view={key}").select_one(".view-changes") is None
    page = ada.see(f"/deals?amount.gte=70000&view={key}")
    bar = page.select_one(".view-changes")
    assert bar is not None
    assert text(bar) == "Not saved Reset Save as… Save"
    saving = bar.select_one("form")
    assert saving is not None
    ada.walk(str(saving["action"]))
    with doors.town.as_("ada") as gate:
        assert [view.query for view in list_views(gate, "deal")] == ["amount.gte=70000"]
    boris = doors.enter("boris").see(f"/deals?view={key}")
    assert text(boris.select_one(".view-changes")) == "Not saved Reset Save as…"


@pytest.mark.one_engine
def test_views_that_find_no_room_fold_into_a_menu(doors: Doors) -> None:
    with doors.town.as_("ada") as gate:
        keys = [
            save_view(gate, "deal", f"A view with a rather long name, {n}", "private", f"amount.gte={n}")
            for n in range(9)
        ]
    page = doors.enter("ada").see(f"/deals?amount.gte=8&view={keys[-1]}")
    folded = page.select("#views-menu [data-view]")
    assert len(folded) > 3
    assert text(page.select_one(".views > [aria-current]")).endswith("name, 8")


def test_how_many_each_view_holds(doors: Doors) -> None:
    boris = doors.enter("boris")
    found = boris.get("/deals/views/counts").json()
    assert found == {"": "1", "my-open": "1", "open": "1", "closing": "0", "idle": "1", "won": "0"}
    assert int(boris.get("/deals/views/counts").headers["x-statements"]) <= 8


@pytest.mark.one_engine
def test_an_empty_list_says_what_to_take_away_or_how_to_begin(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.see("/deals?amount.gte=9000000&owner=me&q=nothing")
    assert [text(chip) for chip in page.select(".empty .chip")] == [
        "Search “nothing”",
        "Amount at least €9,000,000",
        "Owner is me",
    ]
    assert page.select(".empty .chip a")[1]["href"] == "/deals?owner=me&q=nothing"
    begin = ada.see("/leads")
    assert [text(link) for link in begin.select(".empty .btn")] == ["Create", "Import a file"]


@pytest.mark.one_engine
def test_a_day_in_words_carries_its_moment(doors: Doors) -> None:
    cell = doors.enter("ada").see("/deals?column=created_at").select_one("tbody td.k-date")
    assert cell is not None
    assert str(cell["data-at"]).startswith("2026-03-17T09:30:00")
