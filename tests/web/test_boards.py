"""Boards: columns of cards over stages and choices, moved by hand, by keys and by plain forms."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from hookline.crm.activities import Activity
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.pipelines import Pipeline, Stage
from hookline.kernel.gate import Gate
from hookline_sdk.testing.elements import Element, read_html
from httpx import Headers

from tests.town import NOW, Town
from tests.web.visitor import Doors, Visitor, words

BOARD = "/deals/board"


def fill(town: Town, count: int, **values: object) -> list[int]:
    """So many deals more of boris."""
    rows = [
        {
            "name": f"Deal {n:04}",
            "amount": Decimal(100),
            "owner": town.ids["boris"],
            "team": town.ids["north"],
            "company": town.ids["acme"],
            **values,
        }
        for n in range(count)
    ]
    with town.as_("ada") as gate:
        return gate.create_many(Deal, rows)


def column(page: Element, label: str) -> Element:
    """The column under a name."""
    found = next((c for c in page.select("section.col:not(.closed)") if label in c.one("h2").text), None)
    assert found is not None, f"no column {label}"
    return found


def heads(page: Element) -> list[str]:
    return [words(str(h.select_one("span:not(.dot)"))) for h in page.select("section.col:not(.closed) h2")]


def titles(place: Element) -> list[str]:
    return [a.get_text() for a in place.select(".board-card > a:first-child")]


def folded(page: Element) -> dict[str, str]:
    """The closed columns and how many each counts."""
    lanes = page.select(".closed-lane > a")
    return {lane.select("span")[1].get_text(): lane.select_one(".count").get_text() for lane in lanes}  # type: ignore[union-attr]  # each has one


def move(visitor: Visitor, doors: Doors, deal: str, stage: str) -> tuple[int, str, Headers]:
    form = {
        "id": str(doors.town.ids[deal]),
        "version": "1",
        "column": str(doors.town.ids[stage]),
        "after": "",
    }
    answer = visitor.post(f"{BOARD}/move", form, htmx=True)
    return answer.status_code, answer.text, answer.headers


def stage_of(town: Town, deal: str) -> int:
    with town.as_("ada") as gate:
        return gate.get(Deal, town.ids[deal]).stage


def test_open_stages_are_columns_and_closed_ones_are_folded_up(doors: Doors) -> None:
    page = doors.enter("ada").see(BOARD)
    assert heads(page) == ["New", "Qualified", "Offer"]
    assert folded(page) == {"Won": "0", "Delivery": "0", "Lost": "0"}
    assert set(titles(column(page, "New"))) == {"Scanners", "Мука, 40 тонн"}
    assert titles(column(page, "Offer")) == []


def test_a_column_tells_what_it_comes_to_in_each_currency(doors: Doors) -> None:
    fill(doors.town, 2, currency="RUB", probability=Decimal(50))
    head = words(str(column(doors.enter("ada").see(BOARD), "New").select_one("header")))
    assert "New 4" in head
    assert "€96,600 + RUB 200" in head.replace("₽", "RUB ")
    assert "€9,660 + RUB 100" in head.replace("₽", "RUB ")
    assert "10%" in head


def test_cards_say_who_how_much_how_long_and_what_is_next(doors: Doors) -> None:
    town = doors.town
    with town.as_("boris") as gate:
        gate.create(
            Activity,
            {
                "subject": "Call",
                "kind": "call",
                "about": f"deal:{town.ids['scanners']}",
                "due_at": NOW - timedelta(days=2),
            },
        )
    with town.house() as gate:
        gate.update(Stage, town.ids["new"], {"expected_days": 3})
        table = gate.schema["deal"].table
        gate.tx.run(
            table.update()
            .where(table.c.id == town.ids["scanners"])
            .values(stage_since=NOW - timedelta(days=5)),
            why="test",
        )
    card = doors.enter("ada").see(BOARD).select_one(f"#card-{town.ids['scanners']}")
    assert card is not None
    said = words(str(card))
    assert "Scanners Acme Works €84,600.50 5 d" in said
    assert card.select_one(".age.old")
    assert card.select_one(".act.late")
    assert "Boris" in said


def test_people_see_their_own_cards_and_observers_move_none(doors: Doors) -> None:
    page = doors.enter("boris").see(BOARD)
    assert titles(page) == ["Scanners"]
    assert page.select_one("[data-move]")
    watching = doors.enter("olga").see(BOARD)
    assert len(titles(watching)) == 2
    assert not watching.select_one("[data-move]")


def test_filters_views_and_words_narrow_the_board(doors: Doors) -> None:
    ada, ids = doors.enter("ada"), doors.town.ids
    assert titles(ada.see(f"{BOARD}?company={ids['acme']}")) == ["Scanners"]
    assert titles(ada.see(f"{BOARD}?q=scanner")) == ["Scanners"]
    assert titles(ada.see(f"{BOARD}?amount.gte=50000")) == ["Scanners"]
    page = ada.see(f"{BOARD}?company={ids['acme']}&pipeline={ids['sales']}")
    assert "Acme Works" in words(str(page.select_one(".chips")))
    layouts = {a.get_text(): a["href"] for a in page.select(".seg a")}
    assert parse_qs(urlsplit(str(layouts["List"])).query) == {
        "company": [str(ids["acme"])],
        "pipeline": [str(ids["sales"])],
    }
    assert all(
        f"pipeline={ids['sales']}" in str(a["href"]) for a in page.select(".views a[href^='/deals/board?']")
    )


def test_a_filter_that_cannot_be_read_says_so(doors: Doors) -> None:
    ada = doors.enter("ada")
    for wrong in (
        "amount.gte=many",
        "no_such=1",
        "sort=no_such",
        "by=name",
        f"lane={doors.town.ids['new']}&after=nonsense",
    ):
        page = ada.see(f"{BOARD}?{wrong}", status=422)
        assert "This board cannot be shown" in page.get_text()
    for nowhere in ("by=no_such", "lane=77777", "pipeline=99999", "pipeline=x", "lane=%00"):
        assert ada.get(f"{BOARD}?{nowhere}").status_code == 404
    assert ada.get("/companies/board").status_code == 404


def test_each_pipeline_has_its_board(doors: Doors) -> None:
    town = doors.town
    with town.as_("ada") as gate:
        line = gate.create(Pipeline, {"name": "Renewals"})
        for place, (name, kind) in enumerate((("Due", "open"), ("Kept", "won"), ("Gone", "lost"))):
            town.ids[name] = gate.create(
                Stage, {"name": name, "pipeline": line, "position": place, "kind": kind}
            )
        gate.create(Deal, {"name": "Renewal of scanners", "stage": town.ids["Due"]})
    ada = doors.enter("ada")
    page = ada.see(f"{BOARD}?pipeline={line}")
    assert heads(page) == ["Due"]
    assert titles(page) == ["Renewal of scanners"]
    choices = {a.get_text().strip(): a["href"] for a in page.select("#pipeline-menu a")}
    assert heads(ada.see(str(choices["Town sales"]))) == ["New", "Qualified", "Offer"]


def test_recent_closed_deals_are_counted_and_can_be_opened(doors: Doors) -> None:
    town = doors.town
    today = NOW.date()
    for days, name in ((3, "Fresh"), (29, "Just in"), (31, "Long ago")):
        fill(
            town,
            1,
            name=name,
            stage=town.ids["won"],
            opened_on=today - timedelta(days=60),
            closed_on=today - timedelta(days=days),
        )
    ada = doors.enter("ada")
    page = ada.see(BOARD)
    assert folded(page)["Won"] == "2"
    opened = ada.see(str(page.select_one(".closed-lane > a")["href"]))  # type: ignore[index]  # Won is the first
    assert heads(opened) == ["New", "Qualified", "Offer", "Won"]
    assert set(titles(column(opened, "Won"))) == {"Fresh", "Just in"}
    assert not column(opened, "Won").select_one(".age")
    again = ada.see(str(opened.select_one(".col-tools a[href*=board]:not([data-dialog])")["href"]))  # type: ignore[index]  # only Won is open
    assert heads(again) == ["New", "Qualified", "Offer"]
    asked = ada.see(f"{BOARD}?outcome=won")
    assert set(titles(column(asked, "Won"))) == {"Fresh", "Just in", "Long ago"}


def test_more_cards_of_a_column_come_by_keyset(doors: Doors) -> None:
    town = doors.town
    made = fill(town, 45, stage=town.ids["offer"])
    ada = doors.enter("ada")
    page = ada.see(BOARD)
    offer = column(page, "Offer")
    seen = titles(offer)
    assert len(seen) == 20
    line = offer.select_one(".col-more")
    assert line is not None
    url = line.one("a")["href"]
    with town.as_("ada") as gate:
        gate.create(Deal, {"name": "In between", "stage": town.ids["offer"]})
    hung = ada.client.get(url, headers={**ada._headers(htmx=True), "hx-target": f"li#{line['id']}"})
    part = read_html(hung.text)
    assert not part.select_one("html")
    assert part.select_one(f"#{line['id']}")
    seen += titles(part)
    alone = ada.see(str(part.select_one(".col-more a")["href"]))  # type: ignore[index]  # there are five more
    assert heads(alone) == ["Offer"]
    assert not alone.select_one(".col-more")
    seen += titles(alone)
    assert len(seen) == len(set(seen)) == len(made)


@pytest.mark.parametrize("count", [10, 1000])
def test_a_board_costs_the_same_whatever_it_holds(doors: Doors, count: int) -> None:
    fill(doors.town, count // 2)
    fill(
        doors.town, count // 2, stage=doors.town.ids["won"], opened_on=date(2026, 1, 1), closed_on=NOW.date()
    )
    for name in ("ada", "boris"):
        visitor = doors.enter(name)
        paths = (
            BOARD,
            f"{BOARD}?q=deal",
            f"{BOARD}?open={doors.town.ids['won']}&company={doors.town.ids['acme']}",
            "/leads/board",
        )
        assert max(visitor.statements(path) for path in paths) <= 8


def test_a_card_moves_and_the_board_comes_back(doors: Doors) -> None:
    status, text, _ = move(doors.enter("boris"), doors, "scanners", "qualified")
    assert status == 200
    block = read_html(text)
    assert not block.select_one("html")
    assert titles(column(block, "Qualified")) == ["Scanners"]
    assert stage_of(doors.town, "scanners") == doors.town.ids["qualified"]


def test_a_won_deal_is_closed_today(doors: Doors) -> None:
    town = doors.town
    status, text, _ = move(doors.enter("boris"), doors, "scanners", "won")
    assert status == 200
    assert folded(read_html(text))["Won"] == "1"
    with town.as_("ada") as gate:
        deal = gate.get(Deal, town.ids["scanners"])
        assert (deal.outcome, deal.closed_on) == ("won", NOW.date())


def test_what_a_stage_asks_for_is_asked_before_the_move(doors: Doors) -> None:
    town = doors.town
    with town.house() as gate:
        gate.update(Stage, town.ids["offer"], {"required_fields": ("expected_close",)})
    status, text, headers = move(doors.enter("boris"), doors, "scanners", "offer")
    assert (status, text) == (200, "Offer asks for something first.")
    form = urlsplit(headers["x-dialog"])
    assert form.path == f"/deals/{town.ids['scanners']}/stage"
    assert parse_qs(form.query)["stage"] == [str(town.ids["offer"])]
    assert stage_of(town, "scanners") == town.ids["new"]
    answer = doors.enter("boris").post(
        f"{BOARD}/move", {"id": str(town.ids["scanners"]), "version": "1", "column": str(town.ids["offer"])}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, headers["x-dialog"])


def test_a_lost_deal_is_asked_why(doors: Doors) -> None:
    _, _, headers = move(doors.enter("boris"), doors, "scanners", "lost")
    assert stage_of(doors.town, "scanners") == doors.town.ids["new"]
    assert headers["x-dialog"].startswith(f"/deals/{doors.town.ids['scanners']}/stage?")


@pytest.mark.parametrize(
    ("arrange", "said"),
    [
        (
            lambda gate, ids: gate.update(Stage, ids["new"], {"next_stages": (ids["offer"],)}),
            "From New one cannot move to Qualified.",
        ),
        (
            lambda gate, ids: gate.update(Stage, ids["qualified"], {"movers": (1,)}),
            "Your role may not move records to Qualified.",
        ),
        (
            lambda gate, ids: gate.update(Deal, ids["scanners"], {"name": "Scanners II"}),
            "Somebody else saved this record while you were editing it.",
        ),
        (
            lambda gate, ids: gate.trash(Deal, ids["scanners"]),
            "There is nothing here, or you may not see it.",
        ),
    ],
)
def test_a_refused_move_says_why_and_changes_nothing(
    doors: Doors, arrange: Callable[[Gate, dict[str, int]], object], said: str
) -> None:
    with doors.town.house() as gate:
        arrange(gate, doors.town.ids)
    status, text, headers = move(doors.enter("boris"), doors, "scanners", "qualified")
    assert status in (404, 409, 422)
    assert text == said
    assert headers["content-type"].startswith("text/plain")
    plain = doors.enter("boris").post(
        f"{BOARD}/move",
        {"id": str(doors.town.ids["scanners"]), "version": "1", "column": str(doors.town.ids["qualified"])},
    )
    assert (plain.status_code, plain.headers["location"]) == (303, BOARD)


def test_nobody_moves_what_is_not_theirs(doors: Doors) -> None:
    assert move(doors.enter("boris"), doors, "flour", "qualified")[0] in (403, 404)
    assert move(doors.enter("olga"), doors, "flour", "qualified")[0] == 403
    assert stage_of(doors.town, "flour") == doors.town.ids["new"]


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"id": "x"},
        {"id": "9" * 30, "version": "-1"},
        {"id": "1", "column": "\x00"},
        {"id": "1", "column": "='; drop table deal"},
    ],
)
def test_nonsense_is_nowhere(doors: Doors, form: dict[str, str]) -> None:
    assert doors.enter("ada").post(f"{BOARD}/move", form, htmx=True).status_code == 404


def test_without_script_a_card_moves_from_its_menu(doors: Doors) -> None:
    boris, ids = doors.enter("boris"), doors.town.ids
    link = boris.see(f"{BOARD}?owner=me").select_one(".card-more")
    assert link is not None
    page = boris.see(str(link["href"]))
    forms = {f.get_text().strip(): f["action"] for f in page.select(".page-menu form")}
    assert list(forms) == ["Move to Qualified", "Move to Offer", "Move to Won", "Move to Delivery"]
    lost = next(a for a in page.select(".page-menu a") if "Lost" in a.get_text())
    assert str(lost["href"]).startswith(f"/deals/{ids['scanners']}/stage?")
    after = boris.walk(str(forms["Move to Offer"]))
    assert "Scanners: moved to Offer." in after.get_text()
    assert "Owner" in words(str(after.select_one(".chips")))
    assert titles(column(after, "Offer")) == ["Scanners"]


def test_the_menu_offers_only_where_the_stage_leads(doors: Doors) -> None:
    ids = doors.town.ids
    with doors.town.house() as gate:
        gate.update(Stage, ids["new"], {"next_stages": (ids["offer"],)})
    path = f"/deals/{ids['scanners']}/move"
    assert [f.get_text().strip() for f in doors.enter("boris").see(path).select(".page-menu form")] == [
        "Move to Offer"
    ]
    assert not doors.enter("olga").see(path).select(".page-menu form")
    assert doors.enter("clara").get(path).status_code == 404


def test_a_board_by_a_choice_moves_too(doors: Doors) -> None:
    town = doors.town
    with town.as_("boris") as gate:
        lead = gate.create(Lead, {"name": "Somebody called"})
    boris = doors.enter("boris")
    page = boris.see("/leads/board")
    assert heads(page)[:2] == ["New", "In work"]
    assert "Not set" not in heads(page)
    assert titles(column(page, "New")) == ["Somebody called"]
    key = str(column(page, "In work").select_one(".cards")["data-column"])  # type: ignore[index]  # each column has its cards
    answer = boris.post("/leads/board/move", {"id": str(lead), "version": "1", "column": key}, htmx=True)
    assert titles(column(read_html(answer.text), "In work")) == ["Somebody called"]


def test_a_field_that_may_be_empty_has_a_column_for_that(doors: Doors) -> None:
    with doors.town.as_("boris") as gate:
        lead = gate.create(Lead, {"name": "Somebody", "channel": "chat"})
    boris = doors.enter("boris")
    assert heads(boris.see("/leads/board?by=channel"))[-1] == "Not set"
    boris.post("/leads/board/move?by=channel", {"id": str(lead), "version": "1", "column": "none"}, htmx=True)
    with doors.town.as_("boris") as gate:
        assert gate.get(Lead, lead).channel is None


def test_a_value_that_is_no_choice_any_more_keeps_its_cards_in_sight(doors: Doors) -> None:
    with doors.town.house() as gate:
        lead = gate.create(Lead, {"name": "From the fax"})
        table = gate.schema["lead"].table
        gate.tx.run(table.update().where(table.c.id == lead).values(channel="fax"), why="test")
    assert titles(column(doors.enter("ada").see("/leads/board?by=channel"), "fax")) == ["From the fax"]


def test_further_fields_are_chosen_for_the_cards(doors: Doors) -> None:
    page = doors.enter("ada").see(f"{BOARD}?card=contact&card=number&card=no_such&card=stage")
    card = page.select_one(f"#card-{doors.town.ids['scanners']}")
    assert card is not None
    assert [words(str(d)) for d in card.select("dl > div")] == ["Contact Helen Marsh"]
    assert {str(box["value"]) for box in page.select("[name=card][checked]")} == {"contact", "number"}


def test_names_are_shown_as_they_are_written(doors: Doors) -> None:
    fill(doors.town, 1, name="<script>alert(1)</script> \u202e и ещё 🦊")
    answer = doors.enter("ada").get(BOARD)
    assert "<script>alert(1)" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text
