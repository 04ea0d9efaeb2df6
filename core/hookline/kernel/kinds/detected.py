"""What was detected of a column of a file, and the questions its detection asks of the values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue
from hookline.kernel.kinds.base import Format, Kind, Option, Reader

_ENOUGH: Final = 0.9
_UNKNOWN: Final = Format()


@dataclass(frozen=True)
class Detected:
    """What a column seems to be. `evidence` is shown to the person who imports, if there is any."""

    kind: str
    format: Format = _UNKNOWN
    evidence: Text | None = None
    sure: bool = True
    """False where another reading fits as well, so that a person should look."""


@dataclass(frozen=True)
class _AnySpec:
    name: str = ""
    required: bool = False
    max_length: int | None = None
    places: int = 6
    minimum: Decimal | int | None = None
    maximum: Decimal | int | None = None
    grouped: bool = True
    options: Mapping[str, Option] = field(default_factory=dict)
    currency: str | None = None


def mostly(fits: Callable[[str], object], values: Sequence[str]) -> bool:
    """Whether nine in ten of the values fit."""
    return enough(sum(1 for value in values if fits(value)), values)


def enough(count: int, values: Sequence[str]) -> bool:
    return count >= _ENOUGH * len(values)


def readings(kind: Kind, values: Sequence[str], reader: Reader) -> Mapping[str, object]:
    """What the kind makes of each value that it can read."""
    read: dict[str, object] = {}
    for value in values:
        try:
            read[value] = kind.parse(value, _AnySpec(), reader)
        except BadValue:
            continue
    return read


def readable(kind: Kind, values: Sequence[str], reader: Reader) -> bool:
    """Whether the kind can read nine in ten of the values."""
    return mostly(readings(kind, values, reader).__contains__, values)
