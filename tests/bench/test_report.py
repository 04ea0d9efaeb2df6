"""The tables that a run leaves behind."""

import pytest

from bench.report import END_MARK, START_MARK, replace_measured, show_numbers, show_ratios
from tests.bench.result_specs import a_case, a_run, an_application

FLOOR = an_application(A=a_case(2), B=a_case(4, statements=None), rows=20_000)
HOOKLINE = an_application(A=a_case(4, cpu=3, statements=4), B=a_case(12), rows=6_000)


def _lines(text: str, start: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(start)]


def test_ratios_stand_beside_their_goals() -> None:
    shown = show_ratios([a_run(FLOOR, HOOKLINE)])
    assert _lines(shown, "| A") == [
        "| A: List of 50 contacts by name | 2.00x | ≤ 2.5x | met | 3.00x | 4 | 5 |"
    ]
    assert _lines(shown, "| B") == [
        "| B: Filter on one field and a search | 3.00x | ≤ 2x | **missed** | 1.00x | 1 | 5 |"
    ]
    assert _lines(shown, "| G") == [
        "| G: Import of contacts, rows a second | 0.30x, 6,000 | ≥ 0.25x or ≥ 5,000 | met | – | – | – |"
    ]


def test_every_row_has_as_many_cells_as_its_table_has_heads() -> None:
    runs = [a_run(FLOOR, HOOKLINE), a_run(FLOOR, HOOKLINE, contacts=100_000)]
    for block in (show_ratios(runs) + "\n\n" + show_numbers(runs[0])).split("\n\n"):
        lines = [line for line in block.splitlines() if line.startswith("|")]
        assert len({line.count("|") for line in lines}) <= 1


def test_the_page_tells_ratios_only() -> None:
    shown = show_ratios([a_run(an_application(A=a_case(1234)), an_application(A=a_case(2468)))])
    assert "1234" not in shown
    assert "2468" not in shown


def test_what_a_rule_adds_stands_beside_its_goal() -> None:
    product = an_application(A=a_case(1))
    product.rules = {"all": 2.0, "own": 4.5, "team": 9.25}
    run = a_run(FLOOR, product)
    shown = show_ratios([run])
    assert _lines(shown, "| own") == ["| own | 2.5 | ≤ 5 | met |"]
    assert _lines(shown, "| team") == ["| team | 7.2 | ≤ 5 | **missed** |"]
    assert "page for who sees own 4.50 ms" in show_numbers(run)
    assert "H: " not in show_ratios([a_run(FLOOR, HOOKLINE)])


def test_growth_is_shown_when_an_engine_ran_at_two_sizes() -> None:
    large = a_run(an_application(), an_application(A=a_case(4, cpu=6, statements=4)), contacts=100_000)
    shown = show_ratios([large, a_run(FLOOR, HOOKLINE)])
    assert "### SQLite 3: from 1,000 to 100,000 contacts" in shown
    assert (
        _lines(shown, "| A")[-1]
        == "| A: List of 50 contacts by name | 1.00x | 2.00x | ≤ 1.15x | **missed** | 0 |"
    )


def test_the_terminal_gets_every_number() -> None:
    shown = show_numbers(a_run(FLOOR, HOOKLINE))
    assert len(_lines(shown, "| A | ")) == len(_lines(shown, "| B | ")) == 2
    assert "hookline: import 6,000 rows/s, memory 100 MB, warm start 1.00 s" in shown


def test_tables_go_between_the_marks_of_the_page() -> None:
    page = f"before\n{START_MARK}\nold\n{END_MARK}\nafter\n"
    assert replace_measured(page, "new") == f"before\n{START_MARK}\n\nnew\n\n{END_MARK}\nafter\n"
    assert replace_measured(replace_measured(page, "other"), "new") == replace_measured(page, "new")


@pytest.mark.parametrize("page", ["", START_MARK, END_MARK, f"{END_MARK}\n{START_MARK}"])
def test_a_page_without_both_marks_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="measured: start"):
        replace_measured(page, "new")
