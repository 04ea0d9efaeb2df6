"""Text, safe cells, choices, addresses and references."""

import csv
import io
import unicodedata

import pytest
from hookline.kernel.kinds import KINDS, Address, BadValue
from hookline.kernel.kinds.cells import safe_cell, unsafe_cell
from hypothesis import given
from hypothesis import strategies as st

from tests.kernel.kind_specs import ENGLISH, RUSSIAN, FieldSpec, complaint, options, parse

STAGES = FieldSpec(
    options=options(("won", "Won"), ("lost", "Lost"), ("hold", "On hold, maybe"), ("rest", "Прочее"))
)


def test_a_line_is_trimmed_composed_and_without_breaks() -> None:
    assert parse("text", "  Ada\r\nLovelace\t \u200b") == "Ada Lovelace"
    assert parse("text", "e\u0301t\u2028e\u0301") == "é é".replace(" é", "t é")
    assert parse("text", "\ufeff") is None


def test_several_lines_keep_their_breaks_and_indents() -> None:
    assert parse("long_text", "\n a\r\n\tb\rc\u2029d \n") == "a\n\tb\nc\nd"


@pytest.mark.parametrize("kind", ["text", "long_text", "address", "email", "url", "choice"])
@pytest.mark.parametrize("bad", ["\x00", "\x1b", "\x7f", "\x9f", "\ud800", "\uffff"])
def test_characters_that_cannot_be_kept_are_named(kind: str, bad: str) -> None:
    assert complaint(kind, f"ab{bad}c") == (
        f"Character 3 cannot be kept (U+{ord(bad):04X}). Delete it and try again."
    )


def test_too_long_a_text_says_how_long_it_is() -> None:
    spec = FieldSpec(max_length=5)
    assert parse("text", " 12345 ", spec) == "12345"
    assert complaint("text", "123456", spec) == "Must be at most 5 characters; this has 6."
    with pytest.raises(BadValue, match="at most 5"):
        KINDS["long_text"].load("123456", spec)


def test_codes_in_spreadsheets_are_text() -> None:
    assert parse("text", 12.0) == "12"
    assert parse("text", 1.5) == "1.5"


@given(st.text())
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    for kind in ("text", "long_text"):
        try:
            once = parse(kind, raw)
        except BadValue:
            continue
        assert parse(kind, once) == once
        assert once is None or unicodedata.is_normalized("NFC", str(once))


FORMULAS = st.builds(
    "{}{}{}".format, st.text("' \t\n\u200b\xa0", max_size=4), st.sampled_from("=+-@＝＋－＠﹣"), st.text()
)


@given(st.text() | FORMULAS)
def test_a_safe_cell_comes_back_exactly(text: str) -> None:
    assert unsafe_cell(safe_cell(text)) == text
    row = io.StringIO()
    csv.writer(row).writerow([safe_cell(text), "x"])
    assert unsafe_cell(next(csv.reader(io.StringIO(row.getvalue(), newline="")))[0]) == text


@given(FORMULAS)
def test_no_formula_leaves_unguarded(text: str) -> None:
    assert safe_cell(text).startswith("'")


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        (" \t@SUM(A1)", "' \t@SUM(A1)"),
        ("\u200b＝1", "'\u200b＝1"),
        ("+44 20 7946 0958", "'+44 20 7946 0958"),
        ("'tis", "'tis"),
        ("a=1", "a=1"),
        ("", ""),
        ("'", "'"),
    ],
)
def test_cells(text: str, cell: str) -> None:
    assert safe_cell(text) == cell


@pytest.mark.parametrize("written", ["won", "Won", "WON"])
def test_a_choice_is_known_by_value_and_label(written: str) -> None:
    assert parse("choice", written, STAGES) == "won"


def test_a_choice_in_another_language() -> None:
    assert parse("choice", "прочее", STAGES) == "rest"
    assert KINDS["choice"].show("rest", STAGES, RUSSIAN) == "Прочее"


def test_an_unknown_choice_is_told_the_nearest_or_all() -> None:
    assert complaint("choice", "Wonn", STAGES) == '"Wonn" is not one of the values. Did you mean "Won"?'
    assert "They are: Won, Lost, On hold, maybe, Прочее." in complaint("choice", "zzz", STAGES)
    with pytest.raises(BadValue, match="They are: won, lost"):
        KINDS["choice"].load("Won", STAGES)


def test_a_value_that_is_not_offered_any_more_is_still_shown() -> None:
    assert KINDS["choice"].show("old", STAGES, ENGLISH) == "old"
    assert KINDS["multi_choice"].cell(("old", "won"), STAGES) == "old; Won"


@pytest.mark.parametrize(
    "written", ["Lost; Won", "lost,won", "won|lost|won", "Won\nLost", ["lost", "won", ""]]
)
def test_several_choices_stand_once_in_the_lists_order(written: object) -> None:
    assert parse("multi_choice", written, STAGES) == ("won", "lost")


def test_a_label_with_a_comma_is_one_choice() -> None:
    assert parse("multi_choice", "On hold, maybe", STAGES) == ("hold",)
    assert parse("multi_choice", "On hold, maybe; Won", STAGES) == ("won", "hold")


def test_nothing_chosen_is_shown_as_nothing() -> None:
    assert KINDS["multi_choice"].show((), STAGES, ENGLISH) == ""
    assert parse("multi_choice", [], STAGES) is None


@pytest.mark.parametrize(
    ("raw", "meant"), [("Да", True), ("нет", False), ("TRUE", True), ("on", True), (0, False), (1.0, True)]
)
def test_yes_and_no(raw: object, meant: bool) -> None:
    assert parse("yes_no", raw) is meant


def test_yes_and_no_are_shown_in_the_readers_words() -> None:
    assert complaint("yes_no", "maybe") == '"maybe" is neither yes nor no.'
    assert [KINDS["yes_no"].show(value, STAGES, RUSSIAN) for value in (True, False)] == ["да", "нет"]
    with pytest.raises(BadValue):
        KINDS["yes_no"].load(1, STAGES)


def test_an_address_has_five_parts() -> None:
    address = Address("1 High St", "Leeds", "", "LS1", "UK")
    assert parse("address", "1 High St; Leeds;; LS1 ;UK") == address
    assert (
        parse("address", {"street": "1 High St", "city": "Leeds", "postcode": "LS1", "country": "UK"})
        == address
    )
    assert KINDS["address"].show(address, STAGES, ENGLISH) == "1 High St, Leeds, LS1, UK"
    assert KINDS["address"].dump(address, STAGES) == {
        "street": "1 High St",
        "city": "Leeds",
        "region": "",
        "postcode": "LS1",
        "country": "UK",
    }


def test_other_text_is_a_street() -> None:
    assert parse("address", "1 High St,\nLeeds") == Address("1 High St, Leeds")
    assert parse("address", {"street": "Flat 2; 1 High St"}) == Address("Flat 2, 1 High St")
    assert parse("address", ";;;;") is None


def test_a_wrong_address_says_why() -> None:
    assert "no part zip; it has street, city" in complaint("address", {"zip": "1"})
    assert "at most 5 characters; this has" in complaint("address", "1 High Street", FieldSpec(max_length=5))
    for raw in ("text", {"city": 5}):
        with pytest.raises(BadValue):
            KINDS["address"].load(raw, STAGES)


@pytest.mark.parametrize("raw", ["12", "#12", "# 12", 12, 12.0])
@pytest.mark.parametrize("kind", ["reference", "user", "team", "stage", "file"])
def test_references(kind: str, raw: object) -> None:
    assert parse(kind, raw) == 12
    assert KINDS[kind].show(12, STAGES, ENGLISH) == "#12"


@pytest.mark.parametrize("raw", ["0", "-1", "9223372036854775808", "12.5", "Ada", True, 1.5, "१२"])
def test_what_is_no_reference(raw: object) -> None:
    assert "is not the number of a record" in complaint("reference", raw)


def test_several_references_stand_once_in_their_order() -> None:
    assert parse("references", "15, 12 15;#3") == (15, 12, 3)
    assert parse("references", ["3", 4, ""]) == (3, 4)
    assert parse("references", 7.0) == (7,)
    assert parse("references", []) is None


def test_a_record_is_named_with_its_entity() -> None:
    assert parse("record", "Deal:7") == "deal:7"
    assert parse("record", "coffee_shop.sale:7") == "coffee_shop.sale:7"
    for written in ("deal", "deal:0", "deal:7:8", "7", ":7"):
        assert complaint("record", written)
