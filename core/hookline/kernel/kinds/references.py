"""Fields that point at other records, by id. What the records are called is the gate's to say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Json, KindOf, Reader, Spec
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.kinds.keys import LARGEST_ID, RecordKey
from hookline.kernel.kinds.numbers import number_of

_ID: Final = re.compile(r"#?\s*([0-9]{1,19})")
_KEY: Final = re.compile(r"([a-z][a-z0-9_.]{0,59}):([0-9]{1,19})")


class ReferenceKind(KindOf[int]):
    """The id of one record. `user`, `team`, `stage` and `file` are references to entities of their own."""

    holds = int

    def __init__(self, name: str = "reference") -> None:
        self.name = name

    def _read(self, text: str, spec: Spec, reader: Reader) -> int | None:
        return read_id(text)

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> int | None:
        return _whole_id(raw)

    def _load(self, raw: object, spec: Spec) -> int | None:
        return _load_id(raw)

    def _dump(self, value: int, spec: Spec) -> Json:
        return value

    def _show(self, value: int, spec: Spec, reader: Reader) -> str:
        return f"#{value}"

    def _edit(self, value: int, spec: Spec, reader: Reader) -> str:
        return str(value)

    def _cell(self, value: int, spec: Spec) -> object:
        return value


class ReferencesKind(KindOf[tuple[int, ...]]):
    """The ids of several records, each once, in the order given."""

    name = "references"
    holds = tuple

    def _read(self, text: str, spec: Spec, reader: Reader) -> tuple[int, ...] | None:
        return _once([read_id(word) for word in re.split(r"[\s,;]+", text) if word])

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> tuple[int, ...] | None:
        if isinstance(raw, Sequence):
            return _once(
                [read_id(item) if isinstance(item, str) else _whole_id(item) for item in raw if item != ""]
            )
        return (_whole_id(raw),)

    def _load(self, raw: object, spec: Spec) -> tuple[int, ...] | None:
        if not isinstance(raw, list | tuple):
            raise BadValue(Text("%(value)s is not a list. Send one like [12, 15].", value=shortened(raw)))
        return _once([_load_id(item) for item in raw])

    def _dump(self, value: tuple[int, ...], spec: Spec) -> Json:
        return list(value)

    def _show(self, value: tuple[int, ...], spec: Spec, reader: Reader) -> str:
        return ", ".join(f"#{item}" for item in value)

    def _edit(self, value: tuple[int, ...], spec: Spec, reader: Reader) -> str:
        return ", ".join(map(str, value))

    def _cell(self, value: tuple[int, ...], spec: Spec) -> object:
        return "; ".join(map(str, value))


class RecordKind(KindOf[str]):
    """One record of any entity, as the text "deal:7"."""

    name = "record"
    holds = str

    def _read(self, text: str, spec: Spec, reader: Reader) -> str | None:
        return str(read_key(text.lower()))

    def _load(self, raw: object, spec: Spec) -> str | None:
        return str(read_key(raw))

    def _dump(self, value: str, spec: Spec) -> Json:
        return value

    def _show(self, value: str, spec: Spec, reader: Reader) -> str:
        return value

    def _cell(self, value: str, spec: Spec) -> object:
        return safe_cell(value)


def read_id(text: str) -> int:
    """The id in "12" or "#12"."""
    found = _ID.fullmatch(text)
    return _in_range(int(found[1]) if found else 0, text)


def read_key(raw: object) -> RecordKey:
    """The two halves of "deal:7"."""
    found = _KEY.fullmatch(raw) if isinstance(raw, str) else None
    if found is None:
        raise BadValue(
            Text('"%(value)s" does not name a record. Write it like deal:7.', value=shortened(raw))
        )
    return RecordKey(found[1], _in_range(int(found[2]), raw))


def _whole_id(raw: object) -> int:
    number = number_of(raw)
    whole = number is not None and number == number.to_integral_value() and number.adjusted() < 20
    return _in_range(int(number) if number is not None and whole else 0, raw)


def _load_id(raw: object) -> int:
    return _in_range(raw if isinstance(raw, int) and not isinstance(raw, bool) else 0, raw)


def _in_range(found: int, raw: object) -> int:
    if not 0 < found <= LARGEST_ID:
        raise BadValue(
            Text('"%(value)s" is not the number of a record. Write it like 12.', value=shortened(raw))
        )
    return found


def _once(ids: list[int]) -> tuple[int, ...] | None:
    return tuple(dict.fromkeys(ids)) or None
