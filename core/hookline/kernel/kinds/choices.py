"""Yes or no, one of a closed list, several of a closed list."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Json, KindOf, Reader, Spec
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.kinds.characters import clean_line, clean_lines

_YES: Final = frozenset(("yes", "y", "true", "t", "1", "on", "x", "да", "д", "истина", "✓", "✔", "+"))
_NO: Final = frozenset(("no", "n", "false", "f", "0", "off", "нет", "н", "ложь", "✗", "-"))
_SHOWN: Final = {"ru": ("нет", "да")}
_BETWEEN: Final = re.compile(r"\s*[;|\n]\s*")
_COMMAS: Final = re.compile(r"\s*,\s*")


class YesNoKind(KindOf[bool]):
    """A tick."""

    name = "yes_no"
    holds = bool

    def _read(self, text: str, spec: Spec, reader: Reader) -> bool | None:
        word = text.lower()
        if word in _YES or word in _NO:
            return word in _YES
        raise BadValue(Text('"%(value)s" is neither yes nor no.', value=shortened(text)))

    def _load(self, raw: object, spec: Spec) -> bool | None:
        if not isinstance(raw, bool):
            raise BadValue(Text("%(value)s is neither true nor false.", value=shortened(raw)))
        return raw

    def _dump(self, value: bool, spec: Spec) -> Json:
        return value

    def _show(self, value: bool, spec: Spec, reader: Reader) -> str:
        return _SHOWN.get(reader.language, ("no", "yes"))[value]

    def _cell(self, value: bool, spec: Spec) -> object:
        return value


class ChoiceKind(KindOf[str]):
    """One value out of a closed list, known by its value or by its label, in any case."""

    name = "choice"
    holds = str

    def _read(self, text: str, spec: Spec, reader: Reader) -> str | None:
        return find_option(text, spec)

    def _load(self, raw: object, spec: Spec) -> str | None:
        return None if raw == "" else load_option(raw, spec)

    def _dump(self, value: str, spec: Spec) -> Json:
        return value

    def _show(self, value: str, spec: Spec, reader: Reader) -> str:
        return label_of(value, spec)

    def _edit(self, value: str, spec: Spec, reader: Reader) -> str:
        return value

    def _cell(self, value: str, spec: Spec) -> object:
        return safe_cell(_findable_label(value, spec))


class MultiChoiceKind(KindOf[tuple[str, ...]]):
    """Several values out of a closed list, each once, in the list's order."""

    name = "multi_choice"
    holds = tuple

    def _clean(self, raw: str) -> str:
        return clean_lines(raw)

    def _read(self, text: str, spec: Spec, reader: Reader) -> tuple[str, ...] | None:
        return self._several(split_several(text, spec), spec)

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> tuple[str, ...] | None:
        if isinstance(raw, Sequence):
            return self._several((clean_line(str(item)) for item in raw), spec)
        return super()._convert(raw, spec, reader)

    def _several(self, words: Iterable[str], spec: Spec) -> tuple[str, ...] | None:
        return _in_order({find_option(word, spec) for word in words if word}, spec)

    def _load(self, raw: object, spec: Spec) -> tuple[str, ...] | None:
        if not isinstance(raw, list | tuple):
            raise BadValue(Text('%(value)s is not a list. Send one like ["a", "b"].', value=shortened(raw)))
        return _in_order({load_option(item, spec) for item in raw}, spec)

    def _dump(self, value: tuple[str, ...], spec: Spec) -> Json:
        return list(value)

    def _show(self, value: tuple[str, ...], spec: Spec, reader: Reader) -> str:
        return ", ".join(label_of(item, spec) for item in value)

    def _edit(self, value: tuple[str, ...], spec: Spec, reader: Reader) -> str:
        return "; ".join(value)

    def _cell(self, value: tuple[str, ...], spec: Spec) -> object:
        labels = [_findable_label(item, spec) for item in value]
        # A label with a mark in it would be read back as two.
        whole = not any(_BETWEEN.search(label) for label in labels)
        return safe_cell("; ".join(labels if whole else value))


def find_option(text: str, spec: Spec) -> str:
    """The value meant by a value or a label. Raises BadValue with the nearest label."""
    if text in spec.options:
        return text
    wanted = text.casefold()
    for option in spec.options.values():
        if wanted in (option.label.casefold(), option.value.casefold()):
            return option.value
    raise _unknown(text, spec)


def load_option(raw: object, spec: Spec) -> str:
    if isinstance(raw, str) and raw in spec.options:
        return raw
    message = "%(value)s is not one of the values. They are: %(options)s."
    raise BadValue(Text(message, value=shortened(raw), options=", ".join(spec.options)))


def label_of(value: str, spec: Spec) -> str:
    """The label; the value itself where it is not offered any more."""
    option = spec.options.get(value)
    return option.label if option else value


def split_several(text: str, spec: Spec) -> Iterable[str]:
    """By semicolons, bars or lines; by commas only where the whole is not one label with a comma in it."""
    words = _BETWEEN.split(text)
    if len(words) > 1:
        return words
    known = {name.casefold() for option in spec.options.values() for name in (option.value, option.label)}
    return words if text.casefold() in known else _COMMAS.split(text)


def _findable_label(value: str, spec: Spec) -> str:
    """The label where it leads back to the value, as it does unless two options look alike."""
    label = label_of(value, spec)
    try:
        return label if find_option(clean_line(label), spec) == value else value
    except BadValue:
        return value


def _in_order(values: set[str], spec: Spec) -> tuple[str, ...] | None:
    return tuple(value for value in spec.options if value in values) or None


def _unknown(text: str, spec: Spec) -> BadValue:
    labels = [option.label for option in spec.options.values()]
    if near := get_close_matches(text.casefold(), [label.casefold() for label in labels], n=1):
        meant = next(label for label in labels if label.casefold() == near[0])
        return BadValue(
            Text(
                '"%(value)s" is not one of the values. Did you mean "%(meant)s"?',
                value=shortened(text),
                meant=meant,
            )
        )
    offered = ", ".join(labels[:8]) + (", …" if len(labels) > 8 else "")
    message = '"%(value)s" is not one of the values. They are: %(options)s.'
    return BadValue(Text(message, value=shortened(text), options=offered))
