"""Text of one line and of several."""

from __future__ import annotations

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Json, KindOf, Reader, Spec
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.kinds.characters import clean_lines


class TextKind(KindOf[str]):
    """Text of one line: trimmed, composed, without breaks."""

    name = "text"
    holds = str

    def _read(self, text: str, spec: Spec, reader: Reader) -> str | None:
        return text

    def _load(self, raw: object, spec: Spec) -> str | None:
        if not isinstance(raw, str):
            raise BadValue(Text("%(value)s is not text. Send a string.", value=shortened(raw)))
        text = self._clean(raw)
        return self._normal(text, spec) if text else None

    def _normal(self, text: str, spec: Spec) -> str:
        return text

    def _dump(self, value: str, spec: Spec) -> Json:
        return value

    def _show(self, value: str, spec: Spec, reader: Reader) -> str:
        return value

    def _cell(self, value: str, spec: Spec) -> object:
        return safe_cell(value)

    def _check(self, value: str, spec: Spec) -> str:
        if spec.max_length is not None and len(value) > spec.max_length:
            message = "Must be at most %(max)s characters; this has %(length)s."
            raise BadValue(Text(message, max=spec.max_length, length=len(value)))
        return value


class LongTextKind(TextKind):
    """Text of several lines."""

    name = "long_text"

    def _clean(self, raw: str) -> str:
        return clean_lines(raw)
