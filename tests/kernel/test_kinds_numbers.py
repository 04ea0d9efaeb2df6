"""Numbers, percentages and amounts as English and Russian people write and read them."""

from decimal import Decimal

import pytest
from babel.numbers import format_currency, format_decimal
from hookline.kernel.kinds import KINDS, BadValue, Format, Reader, currency_in, show_money
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kernel.kind_specs import AMERICAN, ENGLISH, NOW, RUSSIAN, FieldSpec, complaint, parse

SPEC = FieldSpec()
NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("1234.5", "1234.5"),
        ("1234,5", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("1 234,5", "1234.5"),
        (f"1{NBSP}234,5", "1234.5"),
        ("1\u202f234.5", "1234.5"),
        ("1\u2009234\u2009567", "1234567"),
        ("1'234.50", "1234.5"),
        ("1’234.50", "1234.5"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("12,34,567", "1234567"),
        ("1 234 567,89", "1234567.89"),
        ("0.25", "0.25"),
        (".5", "0.5"),
        (",5", "0.5"),
        ("5.", "5"),
        ("+7", "7"),
        ("\N{MINUS SIGN}7", "-7"),
        ("(12.5)", "-12.5"),
        ("1.2E+05", "120000"),
        ("７５", "75"),
        ("٤٢", "42"),
        ("-0", "0"),
    ],
)
def test_both_languages_agree_on_what_is_clear(written: str, meant: str) -> None:
    for reader in (ENGLISH, RUSSIAN):
        assert parse("decimal", written, reader=reader) == Decimal(meant)


@pytest.mark.parametrize(
    ("written", "english", "russian"), [("1,234", "1234", "1.234"), ("1.234", "1.234", "1.234")]
)
def test_the_language_decides_what_is_not_clear(written: str, english: str, russian: str) -> None:
    spec = FieldSpec(places=3)
    assert parse("decimal", written, spec) == Decimal(english)
    assert parse("decimal", written, spec, RUSSIAN) == Decimal(russian)


def test_the_format_of_a_column_goes_before_the_language() -> None:
    spec = FieldSpec(places=3)
    comma = Reader(now=NOW, format=Format(decimal=","))
    point = Reader(now=NOW, language="ru", format=Format(decimal="."))
    assert parse("decimal", "1,234", spec, comma) == Decimal("1.234")
    assert parse("decimal", "1.234", spec, comma) == 1234
    assert parse("decimal", "1,234", spec, point) == 1234
    assert "1,2" in complaint("decimal", "1,2", spec, point)


@pytest.mark.parametrize(
    "written",
    [
        "1.2.3",
        "1,23.4",
        "12 34",
        "1_000",
        "0x10",
        "NaN",
        "inf",
        "-",
        "1e5000",
        "two",
        "²",
        "1..2",
        "--1",
        "4" * 61,
    ],
)
def test_what_is_no_number_is_said_with_an_example(written: str) -> None:
    assert "Write it like 1234.5" in complaint("decimal", written)
    assert "Write it like 1234,5" in complaint("decimal", written, reader=RUSSIAN)


@pytest.mark.parametrize("kind", ["integer", "decimal", "money", "percent"])
@pytest.mark.parametrize("raw", [float("nan"), float("inf"), True, [], {}, b"1"])
def test_no_number_comes_from_other_things(kind: str, raw: object) -> None:
    assert complaint(kind, raw)
    with pytest.raises(BadValue):
        KINDS[kind].load(raw, SPEC)


def test_the_largest_numbers_are_those_of_64_bits() -> None:
    assert parse("integer", "9223372036854775807") == 2**63 - 1
    assert parse("decimal", "-92233720368547758.07") == Decimal("-92233720368547758.07")
    for kind, written in (
        ("integer", "9223372036854775808"),
        ("integer", "1e300"),
        ("decimal", "92233720368547758.08"),
        ("money", "1e400"),
    ):
        assert complaint(kind, written) == "The number is too large to be kept."


def test_no_digit_is_lost_silently() -> None:
    assert complaint("decimal", "1.005") == "May have at most 2 digits after the point."
    assert complaint("decimal", "1.5", FieldSpec(places=0)) == "Must be a whole number, without a fraction."
    assert complaint("decimal", "1e-40") == "May have at most 2 digits after the point."
    assert complaint("integer", "12.5") == "12.5 is not a whole number. Write it like 42."
    assert str(parse("decimal", "1.500000")) == "1.50"


def test_spreadsheets_hold_whole_numbers_and_sums_as_floats() -> None:
    assert parse("integer", 12.0) == 12
    assert parse("decimal", 0.1 + 0.2) == Decimal("0.3")
    assert complaint("integer", 12.5)


def test_bounds_are_named() -> None:
    spec = FieldSpec(minimum=1, maximum=Decimal("9.5"))
    assert complaint("integer", "0", spec) == "Must be at least 1."
    assert complaint("decimal", "9.51", spec) == "Must be at most 9.5."
    assert parse("decimal", "9.5", spec) == Decimal("9.5")


@pytest.mark.parametrize(
    ("written", "amount", "currency"),
    [
        ("€84,600.50", "84600.50", "EUR"),
        ("84 600 €", "84600", "EUR"),
        ("€ 1.234,50", "1234.50", "EUR"),
        ("1 234,50 руб.", "1234.50", "RUB"),
        ("84 тыс. руб.", "84000", "RUB"),
        ("1,5 млн", "1500000", None),
        ("84.6k", "84600", None),
        ("-$5", "-5", None),
        ("$-5", "-5", None),
        ("($5)", "-5", None),
        ("US$ 5", "5", "USD"),
        ("USD1,000.00", "1000", "USD"),
        ("chf 7", "7", "CHF"),
        ("$.50", "0.50", None),
        ("12 zł", "12", "PLN"),
    ],
)
def test_amounts_may_carry_their_currency(written: str, amount: str, currency: str | None) -> None:
    for reader in (ENGLISH, RUSSIAN):
        assert parse("money", written, reader=reader) == Decimal(amount)
    assert currency_in(written) == currency


@pytest.mark.parametrize(
    "written", ["5 apples", "$", "5 EUR USD", "5-", "5 (EUR)", "(5", "5)", "€ € 5", "EUR", "5 +", "x" * 99]
)
def test_amounts_carry_nothing_else(written: str) -> None:
    assert "is not a number" in complaint("money", written)


def test_cents_are_shown_where_there_are_some() -> None:
    assert show_money(Decimal("84600.00"), "EUR", "en") == "€84,600"
    assert show_money(Decimal("84600.5"), "EUR", "en") == "€84,600.50"
    assert show_money(Decimal(-84600), "EUR", "en") == "-€84,600"
    assert show_money(Decimal(84600), "EUR", "ru") == f"84{NBSP}600{NBSP}€"
    assert show_money(Decimal("-84600.5"), "RUB", "ru") == f"-84{NBSP}600,50{NBSP}₽"
    assert show_money(Decimal(5), "CHF", "en") == f"CHF{NBSP}5"
    assert show_money(Decimal(5), "RUB", "en") == "₽5"
    assert show_money(Decimal(5), "JPY", "en") == "¥5"


def test_an_amount_is_in_the_fields_currency_or_the_installations() -> None:
    assert KINDS["money"].show(Decimal(5), SPEC, AMERICAN) == "$5"
    assert KINDS["money"].show(Decimal(5), FieldSpec(currency="GBP"), AMERICAN) == "£5"


@settings(deadline=None)
@given(amount=st.decimals(-(10**12), 10**12, places=2), language=st.sampled_from(["en", "ru"]))
def test_quick_writing_is_babels_writing(amount: Decimal, language: str) -> None:
    if amount != int(amount):
        assert show_money(amount, "EUR", language) == format_currency(amount, "EUR", locale=language)
    shown = KINDS["decimal"].show(amount, SPEC, Reader(now=NOW, language=language))
    assert shown == format_decimal(abs(amount) if amount == 0 else amount, locale=language) or amount == 0


@pytest.mark.parametrize("written", ["50", "50%", "50 %", "50,00 ％", 50.0])
def test_percentages(written: object) -> None:
    assert parse("percent", written) == 50
    assert KINDS["percent"].show(Decimal("12.50"), SPEC, ENGLISH) == "12.5%"
    assert KINDS["percent"].show(Decimal("12.50"), SPEC, RUSSIAN) == f"12,5{NBSP}%"
    assert "%" in complaint("percent", "%")


def test_the_api_speaks_exactly() -> None:
    assert KINDS["money"].dump(Decimal(84600), SPEC) == "84600.00"
    for raw in ("84600.00", 84600, 84600.0):
        assert KINDS["money"].load(raw, SPEC) == 84600
    for raw in ("84,600", " 1", "1e3", "", "١"):
        with pytest.raises(BadValue):
            KINDS["money"].load(raw, SPEC)
    with pytest.raises(BadValue):
        KINDS["integer"].load("42", SPEC)


def test_a_year_is_written_without_thousands_apart() -> None:
    assert KINDS["integer"].show(1998, FieldSpec(), ENGLISH) == "1,998"
    assert KINDS["integer"].show(1998, FieldSpec(grouped=False), ENGLISH) == "1998"
    assert KINDS["integer"].show(1998, FieldSpec(grouped=False), RUSSIAN) == "1998"
