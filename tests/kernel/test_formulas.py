"""What formulas come to, and what is said of those that cannot be understood."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hookline.kernel.formulas.language import parse
from hookline.kernel.formulas.syntax import DEEPEST, LONGEST_SOURCE, MOST_NODES
from hookline.kernel.kinds import BadValue
from hypothesis import given, settings
from hypothesis import strategies as st

TODAY = date(2026, 11, 18)
VALUES = {
    "amount": Decimal("84600.50"),
    "probability": 40,
    "nothing": None,
    "name": "Acme",
    "blank": "",
    "won": True,
    "close_date": date(2026, 12, 18),
    "seen_at": datetime(2026, 11, 17, 23, tzinfo=UTC),
    "spent": timedelta(minutes=90),
    "tags": ("a", "b"),
    "min": 5,
}


def result(source: str) -> object:
    return parse(source, VALUES).evaluate(VALUES, TODAY)


def complaint(source: str) -> str:
    with pytest.raises(BadValue) as caught:
        parse(source, VALUES)
    return str(caught.value.text)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("1 + 2 * 3 - 4 / 2", "5"),
        ("(1 + 2) * 3", "9"),
        ("10 - 3 - 2", "5"),
        ("24 / 4 / 2", "3"),
        ("-2 - -3", "1"),
        ("0.1 + 0.2", "0.3"),
        ("amount * probability / 100", "33840.2"),
        ("min + 1", "6"),
        ("min(3, 1, 2) + max(3, 1, 2)", "4"),
        ("round(2.5)", "3"),
        ("ROUND(-2.5)", "-3"),
        ("round(10 / 3, 2)", "3.33"),
        ("abs(-7)", "7"),
        ("coalesce(nothing, 5)", "5"),
        ("if(amount > 1000, 1, 2)", "1"),
        ("if(nothing > 1000, 1, 2)", "2"),
        ("days_between(today(), close_date)", "30"),
        ("close_date - today()", "30"),
        ("days_between(seen_at, today())", "1"),
        ("spent * 2", "3"),
        ("0 * -1", "0"),
    ],
)
def test_numbers(source: str, value: str) -> None:
    found = result(source)
    assert isinstance(found, Decimal)
    assert found == Decimal(value)


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("amount >= 84600.50 and name = 'Acme'", True),
        ("amount == 1 or won", True),
        ("not won", False),
        ("not (amount <> 1)", False),
        ("NOT won OR TRUE", True),
        ("1 = 1 and 2 = 3 or 4 = 4", True),
        ("name != 'acme'", True),
        ("name < 'Bcme'", True),
        ("name = 5", False),
        ("name != 5", True),
        ("close_date > today()", True),
        ("nothing = 1 or won", True),
        ("nothing = 1 and not won", False),
        ("is_empty(nothing)", True),
        ("is_empty(blank) and not is_empty(name)", True),
        ("close_date + 30", date(2027, 1, 17)),
        ("today() - 1", date(2026, 11, 17)),
        ("concat(name, ' ', nothing, 5.50, \" \", 'it''s')", "Acme 5.5 it's"),
        ("concat(close_date, won)", "2026-12-18true"),
        ("coalesce(blank, name)", "Acme"),
        ("max('a', 'b')", "b"),
        ("min(close_date, today())", TODAY),
        ("'say \"hi\"'", 'say "hi"'),
    ],
)
def test_other_values(source: str, value: object) -> None:
    assert result(source) == value


@pytest.mark.parametrize(
    "source",
    [
        "nothing",
        "nothing + 1",
        "nothing = 1",
        "nothing = 1 or not won",
        "not nothing",
        "1 / 0",
        "0 / 0",
        "name + 1",
        "name + name",
        "-name",
        "not amount",
        "amount and won",
        "amount < name",
        "won < won",
        "tags",
        "min(1, nothing)",
        "min(1, 'a')",
        "max(won)",
        "abs(name)",
        "round(1, 0 - 1)",
        "round(1, 99)",
        "round(name)",
        "if(won and false, 1)",
        "days_between(name, today())",
        "today() + 99999999999",
        "today() * 2",
        "concat(nothing, blank)",
        "coalesce(nothing, blank)",
    ],
)
def test_what_is_not_known_is_empty(source: str) -> None:
    assert result(source) is None


def test_nothing_grows_beyond_what_may_be_kept() -> None:
    assert result("*".join(["999999999999"] * 90)) is None
    long = {"name": "x" * 9_000}
    assert parse("concat(name, name)", long).evaluate(long, TODAY) is None
    huge = {"amount": Decimal("1E+999999")}
    assert parse("amount + 1", huge).evaluate(huge, TODAY) is None


def test_a_formula_knows_the_fields_it_depends_on() -> None:
    formula = parse("if(amount > 0, concat(name, 'won'), coalesce(nothing, amount))", VALUES)
    assert formula.fields == {"amount", "name", "nothing"}
    assert formula.evaluate({}, TODAY) is None


def test_a_condition_holds_when_it_is_known_to_be_true() -> None:
    assert parse("amount > 1", VALUES).holds(VALUES, TODAY)
    assert not parse("nothing > 1", VALUES).holds(VALUES, TODAY)
    assert not parse("amount", VALUES).holds(VALUES, TODAY)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("", "Write a formula"),
        ("amuont * 2", "There is no field amuont (position 1). Did you mean amount?"),
        ("1 + zzz", "There is no field zzz (position 5)."),
        ("ruond(1)", "There is no function ruond (position 1). Did you mean round?"),
        ("amount +", "The formula ends too early"),
        ("(amount", "The formula ends too early"),
        ("amount)", ") was not expected at position 7."),
        ("amount amount", "amount was not expected at position 8."),
        ("1 +* 2", "* was not expected at position 4."),
        ("1 < 2 < 3", "< was not expected at position 7."),
        ("and", "and was not expected at position 1."),
        ("amount ; 1", "; 1 at position 8 is not understood."),
        ("'open", "'open at position 1 is not understood."),
        ("1.2.3", "is not understood"),
        ("5amount", "is not understood"),
        ("amount.__class__", "There is no field amount.__class__"),
        ("round()", "round at position 1 takes 1 to 2, not 0, values."),
        ("min()", "takes 1 or more"),
        ("today(1)", "takes 0, not 1"),
        ("if(won)", "takes 2 to 3"),
        ("round(1,)", ") was not expected at position 9."),
        ("9" * 41, "The number at position 1 is too large."),
        ("9" * 30, "The number at position 1 is too large."),
        ("__import__('os')", "There is no function __import__"),
    ],
)
def test_mistakes_are_said_with_their_place(source: str, said: str) -> None:
    assert said in complaint(source)


def test_formulas_have_bounds() -> None:
    assert "nested too deeply" in complaint("(" * DEEPEST + "1" + ")" * DEEPEST)
    assert "nested too deeply" in complaint("-" * 3000 + "1")
    assert "nested too deeply" in complaint("not " * 900 + "won")
    assert "too many parts" in complaint("+".join(["1"] * MOST_NODES))
    assert "at most 4000 characters" in complaint(" " * LONGEST_SOURCE + "1")
    assert result("+".join(["1"] * (MOST_NODES - 1))) == MOST_NODES - 1


PIECES = st.sampled_from(
    [
        "amount",
        "nothing",
        "name",
        "won",
        "close_date",
        "today()",
        "1",
        "0",
        "2.5",
        "'x'",
        "+",
        "-",
        "*",
        "/",
        "=",
        "<",
        "and",
        "or",
        "not",
        "(",
        ")",
        ",",
        "if(",
        "min(",
        "round(",
        "concat(",
        "coalesce(",
        "abs(",
        "days_between(",
    ]
)


@settings(deadline=None, max_examples=400)
@given(st.text(max_size=40) | st.lists(PIECES, max_size=20).map(" ".join))
def test_any_source_is_understood_or_refused(source: str) -> None:
    try:
        formula = parse(source, VALUES)
    except BadValue:
        return
    formula.evaluate(VALUES, TODAY)


NUMBERS = st.decimals(-(10**9), 10**9, places=2)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_arithmetic_is_exact(a: Decimal, b: Decimal, c: Decimal) -> None:
    values = {"a": a, "b": b, "c": c}
    assert parse("a + b * c - (a - b)", values).evaluate(values, TODAY) == b * c + b
