"""Numbers: how people write them in any of the usual ways, and how we write them back."""

from __future__ import annotations

import re
from decimal import Decimal
from math import isfinite
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Json, KindOf, Reader, Spec
from hookline.kernel.kinds.locales import number_style

LARGEST: Final = 2**63 - 1
_LONGEST: Final = 60
_NUMBER: Final = re.compile(r"([+-]?)((?:\d[\d.,' ]*)|[.,]\d+)(?:e([+-]?\d{1,3}))?", re.IGNORECASE)
_GROUPS: Final = re.compile(r"\d{1,3}(?P<mark>[ ',.])\d{3}(?:(?P=mark)\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")
_EXACT: Final = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?")
_OTHER_SIGNS: Final = str.maketrans(
    {"\u2212": "-", "\u2013": "-", "\u2019": "'", "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " "}
)


def read_number(text: str, reader: Reader) -> Decimal:
    """The number somebody wrote: "1 234,5", "1,234.5", "(12)". The language decides what "1,234" is."""
    plain = _plain(text)
    if plain.startswith("(") and plain.endswith(")"):
        plain = f"-{plain[1:-1].strip()}"
    found = _NUMBER.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None:
        raise not_a_number(text, reader)
    sign, digits, exponent = found.groups(default="")
    whole, fraction = _halves(digits.strip(), reader)
    if not (whole.isdigit() or _GROUPS.fullmatch(whole) or (not whole and fraction)) or (
        fraction and not fraction.isdigit()
    ):
        raise not_a_number(text, reader)
    return Decimal(f"{sign}{re.sub('[^0-9]', '', whole) or 0}.{fraction or 0}E{exponent or 0}")


def number_of(raw: object) -> Decimal | None:
    """The number a spreadsheet cell holds; None for what is not one. Spreadsheets are exact to 15 digits."""
    if isinstance(raw, bool):
        return None
    if isinstance(raw, int | Decimal):
        return Decimal(raw)
    return Decimal(format(raw, ".15g")) if isinstance(raw, float) and isfinite(raw) else None


def exact_number(raw: object) -> Decimal:
    """A number of the API: a whole number, or a decimal as text, because JSON's numbers lose digits."""
    if isinstance(raw, int) and not isinstance(raw, bool):
        return Decimal(raw)
    if isinstance(raw, str) and _EXACT.fullmatch(raw) and raw.isascii():
        return Decimal(raw)
    if isinstance(raw, float) and isfinite(raw):
        return Decimal(repr(raw))
    raise BadValue(Text('%(value)s is not a number. Send it as text, like "1234.50".', value=shortened(raw)))


def not_a_number(text: object, reader: Reader) -> BadValue:
    example = "1234.5".translate(number_style(reader.language).marks)
    return BadValue(
        Text(
            '"%(value)s" is not a number. Write it like %(example)s.', value=shortened(text), example=example
        )
    )


def grouped(value: Decimal | int, places: int, language: str) -> str:
    """The number with thousands apart, in the language's marks."""
    return f"{value:,.{places}f}".translate(number_style(language).marks)


def trimmed(value: Decimal, places: int) -> str:
    """The number without thousands marks and without zeros at its end: "84600.5"."""
    written = f"{value:.{places}f}"
    return written.rstrip("0").rstrip(".") if places else written


def check_range(value: Decimal | int, spec: Spec) -> None:
    if spec.minimum is not None and value < spec.minimum:
        raise BadValue(Text("Must be at least %(min)s.", min=spec.minimum))
    if spec.maximum is not None and value > spec.maximum:
        raise BadValue(Text("Must be at most %(max)s.", max=spec.maximum))


class IntegerKind(KindOf[int]):
    """A whole number that fits into 64 bits."""

    name = "integer"
    holds = int

    def _read(self, text: str, spec: Spec, reader: Reader) -> int | None:
        return _whole(read_number(text, reader), text)

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> int | None:
        number = number_of(raw)
        if number is None:
            raise not_a_number(raw, reader)
        return _whole(number, raw)

    def _load(self, raw: object, spec: Spec) -> int | None:
        if not isinstance(raw, int) or isinstance(raw, bool):
            raise BadValue(Text("%(value)s is not a whole number. Send it like 42.", value=shortened(raw)))
        return raw

    def _dump(self, value: int, spec: Spec) -> Json:
        return value

    def _show(self, value: int, spec: Spec, reader: Reader) -> str:
        return grouped(value, 0, reader.language) if spec.grouped else str(value)

    def _edit(self, value: int, spec: Spec, reader: Reader) -> str:
        return str(value)

    def _cell(self, value: int, spec: Spec) -> object:
        return value

    def _check(self, value: int, spec: Spec) -> int:
        if abs(value) > LARGEST:
            raise _too_large()
        check_range(value, spec)
        return value


class DecimalKind(KindOf[Decimal]):
    """An exact number with a fixed count of places, small enough for 64 bits of its smallest unit."""

    name = "decimal"
    holds = Decimal

    def _read(self, text: str, spec: Spec, reader: Reader) -> Decimal | None:
        return read_number(text, reader)

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> Decimal | None:
        number = number_of(raw)
        if number is None:
            raise not_a_number(raw, reader)
        return number

    def _load(self, raw: object, spec: Spec) -> Decimal | None:
        return exact_number(raw)

    def _dump(self, value: Decimal, spec: Spec) -> Json:
        return f"{value:.{spec.places}f}"

    def _show(self, value: Decimal, spec: Spec, reader: Reader) -> str:
        whole = value == int(value)
        written = grouped(value, 0 if whole else spec.places, reader.language)
        return written if whole else written.rstrip("0")

    def _edit(self, value: Decimal, spec: Spec, reader: Reader) -> str:
        return trimmed(value, spec.places).replace(".", number_style(reader.language).point)

    def _cell(self, value: Decimal, spec: Spec) -> object:
        return value

    def _check(self, value: Decimal, spec: Spec) -> Decimal:
        if not value.is_finite() or value.adjusted() > 19:
            raise _too_large()
        # Told from the digits, because arithmetic would round to the context's 28 of them.
        digits, exponent = "".join(map(str, value.as_tuple().digits)).rstrip("0"), value.as_tuple().exponent
        lost = len(value.as_tuple().digits) - len(digits)
        if digits and isinstance(exponent, int) and -(exponent + lost) > spec.places:
            raise _too_exact(spec.places)
        settled = Decimal(f"{value:.{spec.places}f}")
        if abs(settled) * 10**spec.places > LARGEST:
            raise _too_large()
        check_range(settled, spec)
        return abs(settled) if settled == 0 else settled


class PercentKind(DecimalKind):
    """A percentage: Decimal("63.15") is 63.15 %."""

    name = "percent"

    def _read(self, text: str, spec: Spec, reader: Reader) -> Decimal | None:
        return read_number(text.rstrip("%\uff05\ufe6a").rstrip() or text, reader)

    def _show(self, value: Decimal, spec: Spec, reader: Reader) -> str:
        return super()._show(value, spec, reader) + number_style(reader.language).percent


def _plain(text: str) -> str:
    if text.isascii():
        return text
    digits = "".join(str(int(c)) if c.isdecimal() else c for c in text)
    return digits.translate(_OTHER_SIGNS)


def _halves(digits: str, reader: Reader) -> tuple[str, str]:
    point = _point(digits, reader)
    whole, _, fraction = digits.rpartition(point) if point else (digits, "", "")
    return whole, fraction


def _point(digits: str, reader: Reader) -> str:
    """The mark that parts whole from fraction here; "" where there is none."""
    if reader.format.decimal:
        return reader.format.decimal if reader.format.decimal in digits else ""
    commas, dots = digits.count(","), digits.count(".")
    if commas and dots:
        return "," if digits.rindex(",") > digits.rindex(".") else "."
    if commas + dots != 1:
        return ""
    mark = "," if commas else "."
    return "" if mark == number_style(reader.language).group and may_group(digits, mark) else mark


def may_group(digits: str, mark: str) -> bool:
    """Whether the one mark there may part thousands: in "1,234", not in "0,234", "1 234,567" or "1,5"."""
    before, _, after = digits.partition(mark)
    return len(after) == 3 and before.isdigit() and len(before) <= 3 and before[0] != "0"


def _whole(number: Decimal, raw: object) -> int:
    if number.adjusted() > 19:
        raise _too_large()
    if number != number.to_integral_value():
        raise BadValue(Text("%(value)s is not a whole number. Write it like 42.", value=shortened(raw)))
    return int(number)


def _too_large() -> BadValue:
    return BadValue(Text("The number is too large to be kept."))


def _too_exact(places: int) -> BadValue:
    if places == 0:
        return BadValue(Text("Must be a whole number, without a fraction."))
    return BadValue(Text("May have at most %(places)s digits after the point.", places=places))
