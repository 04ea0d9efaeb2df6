"""What the pages that are opened most may cost, in statements: the bench compares their time, this holds their number."""

import pytest

from tests.web.visitor import Doors


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/contacts", 5),
        ("/contacts?job_title.is=Engineer&q=marsh", 5),
        ("/contacts?offset=1", 5),
        ("/reports/core/pipeline", 4),
    ],
)
@pytest.mark.parametrize("who", ["ada", "boris", "clara"])
def test_a_page_costs_no_more_statements_than_it_may(doors: Doors, who: str, path: str, most: int) -> None:
    visitor = doors.enter(who)
    assert visitor.statements(path) <= most


def test_only_whoever_has_kept_something_of_a_list_is_asked_about_it(doors: Doors) -> None:
    boris, clara = doors.enter("boris"), doors.enter("clara")
    boris.post("/contacts/columns", {"query": "", "column": ["email", "phone"], "keep": "1"})
    assert (boris.statements("/contacts"), clara.statements("/contacts")) == (3, 2)
    assert boris.statements("/companies") == 2
    boris.post("/contacts/columns", {"query": "", "usual": "1"})
    assert boris.statements("/contacts") == 2


def test_a_record_costs_no_more_statements_than_it_may(doors: Doors) -> None:
    visitor = doors.enter("boris")
    path = f"/deals/{doors.town.ids['scanners']}"
    assert visitor.statements(path) <= 8


def test_a_search_finds_its_own_words_in_a_statement_made_for_others(doors: Doors) -> None:
    visitor = doors.enter("boris")
    found = {
        words: "Helen Marsh" in visitor.get(f"/contacts?q={words}").text
        for words in ("helen", "nobody", "marsh", "%22", "hel")
    }
    assert found == {"helen": True, "nobody": False, "marsh": True, "%22": False, "hel": True}
