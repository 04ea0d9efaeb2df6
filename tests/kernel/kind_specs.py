"""Fields and readers for the tests of kinds, as the kernel's own fields look to a kind."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from hookline.kernel.kinds import KINDS, BadValue, Option, Reader

NOW = datetime(2026, 11, 18, 12, 20, tzinfo=UTC)
"""A Wednesday."""
ENGLISH = Reader(now=NOW, zone="Europe/London")
RUSSIAN = Reader(now=NOW, language="ru", zone="Europe/Moscow", currency="RUB", region="RU")
AMERICAN = Reader(now=NOW, zone="America/New_York", currency="USD", region="US", day_first=False)


@dataclass(frozen=True)
class FieldSpec:
    name: str = "field"
    required: bool = False
    max_length: int | None = None
    places: int = 2
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    grouped: bool = True
    options: Mapping[str, Option] = field(default_factory=dict)
    currency: str | None = None


def options(*pairs: tuple[str, str]) -> Mapping[str, Option]:
    return {value: Option(value, label) for value, label in pairs}


def parse(kind: str, raw: object, spec: FieldSpec | None = None, reader: Reader = ENGLISH) -> object | None:
    return KINDS[kind].parse(raw, spec or FieldSpec(), reader)


def complaint(kind: str, raw: object, spec: FieldSpec | None = None, reader: Reader = ENGLISH) -> str:
    """What the kind says about a value it cannot take."""
    try:
        taken = parse(kind, raw, spec, reader)
    except BadValue as bad:
        return str(bad.text)
    raise AssertionError(f"{kind} took {raw!r} as {taken!r}")
