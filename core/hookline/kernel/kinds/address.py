"""Postal addresses in five parts, each of them one line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Json, KindOf, Reader, Spec
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.kinds.characters import clean_line, clean_lines

_MARK: Final = ";"


class Address(NamedTuple):
    """Where a letter goes. Parts that are not known are ""; none holds a line break or a semicolon."""

    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""


class AddressKind(KindOf[Address]):
    """An address. Its text is the five parts with semicolons between; any other text is all street."""

    name = "address"
    holds = Address

    def _clean(self, raw: str) -> str:
        return clean_lines(raw)

    def _read(self, text: str, spec: Spec, reader: Reader) -> Address | None:
        parts = text.split(_MARK)
        if len(parts) == len(Address._fields):
            return _address(parts)
        return _address([", ".join(line.strip(" ,") for line in text.splitlines() if line.strip())])

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> Address | None:
        return _from_mapping(raw) if isinstance(raw, Mapping) else super()._convert(raw, spec, reader)

    def _load(self, raw: object, spec: Spec) -> Address | None:
        if not isinstance(raw, Mapping):
            message = '%(value)s is not an address. Send an object like {"city": "Leeds", "postcode": "LS1"}.'
            raise BadValue(Text(message, value=shortened(raw)))
        return _from_mapping(raw)

    def _dump(self, value: Address, spec: Spec) -> Json:
        return dict(value._asdict())

    def _show(self, value: Address, spec: Spec, reader: Reader) -> str:
        return ", ".join(part for part in value if part)

    def _edit(self, value: Address, spec: Spec, reader: Reader) -> str:
        return f"{_MARK} ".join(value)

    def _cell(self, value: Address, spec: Spec) -> object:
        return safe_cell(f"{_MARK} ".join(value))

    def _check(self, value: Address, spec: Spec) -> Address:
        length = len("\n".join(value))
        if spec.max_length is not None and length > spec.max_length:
            message = "The address must be at most %(max)s characters; this has %(length)s."
            raise BadValue(Text(message, max=spec.max_length, length=length))
        return value


def _from_mapping(raw: Mapping[object, object]) -> Address | None:
    unknown = [str(name) for name in raw if name not in Address._fields]
    if unknown:
        message = "An address has no part %(name)s; it has %(parts)s."
        raise BadValue(Text(message, name=shortened(unknown[0]), parts=", ".join(Address._fields)))
    return _address([_part(raw.get(name)) for name in Address._fields])


def _part(raw: object) -> str:
    if raw is None or isinstance(raw, str):
        return raw or ""
    raise BadValue(Text("%(value)s is not text. Send a string.", value=shortened(raw)))


def _address(parts: list[str]) -> Address | None:
    # A semicolon inside a part would be read back as the end of it.
    found = Address(*(clean_line(part.replace(_MARK, ",")) for part in parts))
    return found if any(found) else None
