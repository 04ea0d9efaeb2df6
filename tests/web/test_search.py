"""Search and lookups: what words find, for whom, at what cost."""

import pytest
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline_sdk.testing.elements import read_html

from tests.web.visitor import Doors, Visitor, words


def offers(visitor: Visitor, path: str) -> list[tuple[str, str]]:
    answer = visitor.get(path)
    assert answer.status_code == 200, answer.text
    options = read_html(answer.text).select("[role=option]")
    return [(str(option["data-value"]), str(option["data-label"])) for option in options]


def found(visitor: Visitor, q: str) -> list[str]:
    return [
        " ".join(link.get_text().split())
        for link in visitor.see(f"/search?q={q}").select(".search-group li a")
    ]


@pytest.mark.parametrize(
    ("q", "expected"),
    [
        ("scann", ["Scanners"]),
        ("мельников", ["Иван Мельников"]),
        ("муки тонна", ["Мука, 40 тонн"]),
        ("ivan@mill", ["Иван Мельников"]),
        ("nobody", []),
    ],
)
def test_words_find_records_of_every_kind_in_either_language(
    doors: Doors, q: str, expected: list[str]
) -> None:
    assert found(doors.enter("ada"), q) == expected


def test_what_was_found_is_marked_and_where(doors: Doors) -> None:
    page = doors.enter("ada").see("/search?q=ivan@mill.example")
    assert [mark.get_text() for mark in page.select("mark")] == ["ivan@mill.example"]
    assert "E-mail: ivan@mill.example" in words(str(page))


def test_nobody_finds_what_they_may_not_see(doors: Doors) -> None:
    assert found(doors.enter("boris"), "мука") == []
    assert found(doors.enter("clara"), "мука") == ["Мука, 40 тонн"]


def test_a_search_costs_the_same_however_much_there_is(doors: Doors) -> None:
    ada, costs = doors.enter("ada"), []
    for count in (10, 990):
        with doors.town.house() as gate:
            gate.create_many(Deal, [{"name": f"Sack {n}"} for n in range(count)])
            gate.create_many(Company, [{"name": f"Sack {n}"} for n in range(count)])
        costs.append(
            [
                ada.statements(path)
                for path in ("/search?q=sack", "/search?fragment=palette&q=sack", "/lookup/company?q=sack")
            ]
        )
    assert costs[0] == costs[1]
    assert max(costs[0]) <= 8
    page = ada.see("/search?q=sack")
    assert len(page.select(".search-group li")) == 12
    assert page.select_one('.search-group a[href="/deals?q=sack"]') is not None


def test_the_palette_offers_records_pages_and_what_can_be_made(doors: Doors) -> None:
    ada = doors.enter("ada")
    lines = words(ada.get("/search?fragment=palette&q=com").text)
    assert "Companies" in lines
    assert "New: Company" in lines
    assert "Search everywhere for “com”" in lines
    empty = words(ada.get("/search?fragment=palette&q=").text)
    assert "Newest records" in empty
    assert "New: Deal" in empty
    assert "New:" not in words(doors.enter("olga").get("/search?fragment=palette&q=").text)


def test_the_palette_offers_what_can_be_done_with_the_record_that_is_open(doors: Doors) -> None:
    boris, ids = doors.enter("boris"), doors.town.ids
    page = read_html(boris.get(f"/search?fragment=palette&q=&at=/deals/{ids['scanners']}").text)
    options = {" ".join(option.get_text(" ").split()): option for option in page.select("a[role=option]")}
    assert options["Write down: Call"]["href"] == "#composer-call"
    assert options["Won"]["data-post"] == ""
    assert options["Lost"].has_attr("data-in-dialog")
    assert options["Move to Offer"]["href"] == f"/deals/{ids['scanners']}/stage?stage={ids['offer']}"
    assert "Assign to me" not in options, "it is his already"
    assert not [label for label in options if "trash" in label]
    hidden = boris.get(f"/search?fragment=palette&q=&at=/deals/{ids['flour']}").text
    assert "This record" not in hidden
    found = words(boris.get(f"/search?fragment=palette&q=won&at=/deals/{ids['scanners']}").text)
    assert "Won this quarter" in found
    assert boris.post("/recent", {"key": f"deal:{ids['scanners']}"}).status_code == 204
    assert "Opened last Scanners" in words(boris.get("/search?fragment=palette&q=").text).replace(
        "S Scanners", "Scanners"
    )
    assert "Scanners" in words(boris.get("/search").text)


def test_the_palette_commands_as_well_as_it_leads(doors: Doors) -> None:
    boris = doors.enter("boris")
    page = read_html(boris.get("/search?fragment=palette&q=dark").text)
    option = page.select_one("a[data-post]")
    assert option is not None
    assert (option["href"], option["data-post"]) == ("/me/theme", "theme=dark")
    first = read_html(boris.get("/search?fragment=palette&q=deals").text).select_one("[role=option]")
    assert first is not None
    assert first["href"] == "/deals", "a page that is named so stands before records"
    for nonsense in ("/deals/0", "/deals/99999999999999999999", "/nothing/1", "/deals/1/x", "x" * 300):
        assert boris.get(f"/search?fragment=palette&q=&at={nonsense}").status_code == 200


def test_a_lookup_offers_what_fits_and_may_be_seen(doors: Doors) -> None:
    boris, ids = doors.enter("boris"), doors.town.ids
    assert offers(boris, "/lookup/company?q=old mi") == [(str(ids["the_mill"]), "The Old Mill")]
    assert offers(boris, "/lookup/deal?q=") == [(str(ids["scanners"]), "Scanners")]
    assert offers(boris, "/lookup/deal?q=мука") == []
    assert (str(ids["clara"]), "Clara") in offers(boris, "/lookup/user?q=cl")
    assert offers(boris, "/lookup/team?q=no") == [(str(ids["north"]), "North")]
    assert (f"deal:{ids['scanners']}", "Scanners") in offers(boris, "/lookup/record?q=scan")
    assert boris.get("/lookup/nothing?q=").status_code == 404


def test_a_lookup_offers_twenty_at_most_and_the_best_first(doors: Doors) -> None:
    with doors.town.house() as gate:
        gate.create_many(Contact, [{"first_name": f"Anna {n}", "last_name": "Sack"} for n in range(30)])
        gate.create(Contact, {"first_name": "Sack", "last_name": "Anna"})
    found = offers(doors.enter("ada"), "/lookup/contact?q=sack")
    assert len(found) == 20
    assert found[0][1] == "Sack Anna"


def test_people_who_left_are_not_offered(doors: Doors) -> None:
    with doors.town.house() as gate:
        gate.update("user", doors.town.ids["clara"], {"active": False})
    assert offers(doors.enter("ada"), "/lookup/user?q=clara") == []


def test_a_record_that_needs_only_a_name_is_made_in_place(doors: Doors) -> None:
    ada, olga = doors.enter("ada"), doors.enter("olga")
    answer = ada.post("/lookup/company", {"name": "The New Mill"}, htmx=True)
    option = read_html(answer.text).select_one("[data-value]")
    assert option is not None
    with doors.town.as_("ada") as gate:
        assert gate.get(Company, int(str(option["data-value"]))).name == "The New Mill"
    assert ada.post("/lookup/company", {"name": " "}).status_code == 422
    assert ada.post("/lookup/contact", {"name": " "}).status_code == 422
    assert olga.post("/lookup/company", {"name": "x"}).status_code == 403


@pytest.mark.parametrize(
    "q", ["%00", "%", "'", '"', "<script>", "*", "AND OR NOT", "(", ":*", "\U0001f600", "a" * 5000, "١٢٣"]
)
def test_no_words_break_a_search(doors: Doors, q: str) -> None:
    ada = doors.enter("ada")
    for path in (
        f"/search?q={q}",
        f"/search?fragment=palette&q={q}",
        f"/lookup/company?q={q}",
        f"/lookup/record?q={q}",
        f"/deals?q={q}",
    ):
        assert ada.get(path).status_code == 200, path
