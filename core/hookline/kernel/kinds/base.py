"""What every kind of field can do: read what people write, write what people read, speak JSON."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Generic, Literal, Protocol, TypeAlias, TypeVar, cast
from zoneinfo import ZoneInfo

from hookline.kernel.kinds.characters import clean_line

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
DateOrder: TypeAlias = Literal["dmy", "mdy", "ymd"]
Value = TypeVar("Value")


@dataclass(frozen=True)
class Format:
    """How one column of a file writes its values; None where that was not seen or does not matter."""

    date_order: DateOrder | None = None
    decimal: Literal[".", ","] | None = None


@dataclass(frozen=True, kw_only=True)
class Reader:
    """The person for whom values are read and written."""

    language: str = "en"
    zone: str = "UTC"
    currency: str = "EUR"
    region: str = "GB"
    day_first: bool = True
    now: datetime
    """Aware; passed in, so that "tomorrow" means the same through one whole request."""
    format: Format = Format()
    """Set while a column of a file is read, whose values are all written in one way."""

    @cached_property
    def zone_info(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @cached_property
    def here(self) -> datetime:
        """Now, on the clock on this person's wall."""
        return self.now.astimezone(self.zone_info)

    @cached_property
    def today(self) -> date:
        return self.here.date()


@dataclass(frozen=True)
class Option:
    """One of the values a choice offers."""

    value: str
    label: str
    tone: str = "gray"


class Spec(Protocol):
    """What a kind must know of the field it serves."""

    @property
    def name(self) -> str: ...
    @property
    def required(self) -> bool: ...
    @property
    def max_length(self) -> int | None: ...
    @property
    def places(self) -> int: ...
    @property
    def minimum(self) -> Decimal | int | None: ...
    @property
    def maximum(self) -> Decimal | int | None: ...
    @property
    def grouped(self) -> bool: ...
    @property
    def options(self) -> Mapping[str, Option]: ...
    @property
    def currency(self) -> str | None: ...


class Kind(ABC):
    """One kind of field. Nothing written is always None; whether None may be is the record's affair.

    These hold for every value a kind accepts, each of them unless the value is None:
    `parse(edit(v)) == v`, `parse(unsafe_cell(cell(v))) == v` and `load(dump(v)) == v`.
    """

    name: str

    @abstractmethod
    def parse(self, raw: object, spec: Spec, reader: Reader) -> object | None:
        """Read a form input or a cell of a file (text, or what a spreadsheet holds). Raises BadValue."""

    @abstractmethod
    def load(self, raw: object, spec: Spec) -> object | None:
        """Read a value of the JSON API, strictly: no words, no guessing. Raises BadValue."""

    @abstractmethod
    def dump(self, value: object, spec: Spec) -> Json:
        """The value as JSON; decimals as text, times as ISO in UTC."""

    @abstractmethod
    def show(self, value: object, spec: Spec, reader: Reader) -> str:
        """The value for a person, in their language and time zone; "" for None."""

    @abstractmethod
    def edit(self, value: object, spec: Spec, reader: Reader) -> str:
        """The text that stands in the form input and parses back to the same value."""

    @abstractmethod
    def cell(self, value: object, spec: Spec) -> object:
        """The value for a file: None, bool, int, Decimal, date, or text made safe by `safe_cell`."""


class KindOf(Kind, Generic[Value]):
    """A kind whose values are of one Python type; kinds fill in the methods with an underscore."""

    holds: type

    def parse(self, raw: object, spec: Spec, reader: Reader) -> Value | None:
        if isinstance(raw, str):
            raw = self._clean(raw)
            value = self._read(raw, spec, reader) if raw else None
        else:
            value = None if raw is None else self._convert(raw, spec, reader)
        return None if value is None else self._check(value, spec)

    def load(self, raw: object, spec: Spec) -> Value | None:
        value = None if raw is None else self._load(raw, spec)
        return None if value is None else self._check(value, spec)

    def dump(self, value: object, spec: Spec) -> Json:
        return None if value is None else self._dump(self._own(value), spec)

    def show(self, value: object, spec: Spec, reader: Reader) -> str:
        return "" if value is None else self._show(self._own(value), spec, reader)

    def edit(self, value: object, spec: Spec, reader: Reader) -> str:
        return "" if value is None else self._edit(self._own(value), spec, reader)

    def cell(self, value: object, spec: Spec) -> object:
        return None if value is None else self._cell(self._own(value), spec)

    @abstractmethod
    def _read(self, text: str, spec: Spec, reader: Reader) -> Value | None:
        """Read text that is clean and not empty."""

    @abstractmethod
    def _load(self, raw: object, spec: Spec) -> Value | None: ...

    @abstractmethod
    def _dump(self, value: Value, spec: Spec) -> Json: ...

    @abstractmethod
    def _show(self, value: Value, spec: Spec, reader: Reader) -> str: ...

    @abstractmethod
    def _cell(self, value: Value, spec: Spec) -> object: ...

    def _edit(self, value: Value, spec: Spec, reader: Reader) -> str:
        return self._show(value, spec, reader)

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> Value | None:
        """Read what a spreadsheet holds; a number there is often a code that belongs in a text."""
        if isinstance(raw, float) and raw.is_integer():
            raw = int(raw)
        return self.parse(str(raw), spec, reader)

    def _check(self, value: Value, spec: Spec) -> Value:
        return value

    def _clean(self, raw: str) -> str:
        return clean_line(raw)

    def _own(self, value: object) -> Value:
        if not isinstance(value, self.holds):
            raise TypeError(f"a field of kind {self.name!r} cannot hold {value!r}")
        return cast("Value", value)
