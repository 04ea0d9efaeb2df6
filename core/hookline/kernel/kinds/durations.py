"""Lengths of time, to the second: "1h 30m", "90 min", "1:30", «1 ч 30 мин»."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Final

from hookline.errors import Text
from hookline.kernel.kinds.bad_values import BadValue, shortened
from hookline.kernel.kinds.base import Json, KindOf, Reader, Spec
from hookline.kernel.kinds.days import plain_words

LONGEST: Final = timedelta(days=36_525)
_SECONDS: Final[Mapping[str, int]] = {
    **dict.fromkeys("s sec secs second seconds с сек секунда секунды секунду секунд".split(), 1),
    **dict.fromkeys("m min mins minute minutes м мин минута минуты минуту минут".split(), 60),
    **dict.fromkeys("h hr hrs hour hours ч час часа часов".split(), 3_600),
    **dict.fromkeys("d day days д дн день дня дней сут сутки суток".split(), 86_400),
    **dict.fromkeys("w wk week weeks нед неделя неделю недели недель".split(), 604_800),
}
_SHORT: Final = {"en": ("d", "h", "min", "s"), "ru": ("д", "ч", "мин", "с")}
_PART: Final = re.compile(r"(\d+(?:[.,]\d+)?)\s*([a-zа-я]+)\.?")
_PARTS: Final = re.compile(r"(?:\d+(?:[.,]\d+)?\s*[a-zа-я]+\.?[\s,]*)*")
_CLOCK: Final = re.compile(
    r"(?P<rest>.*?)(?P<hours>\d{1,7}):(?P<minutes>[0-5]?\d)(?::(?P<seconds>[0-5]?\d))?"
)
_TRAILING: Final = re.compile(r"(.*\d\s*(?:h|hr|hrs|hours?|ч|час|часа|часов))\.?\s*([0-5]?\d)")


class DurationKind(KindOf[timedelta]):
    """A length of time. A bare number is minutes; 1:30 is an hour and a half; a day has 24 hours."""

    name = "duration"
    holds = timedelta

    def _read(self, text: str, spec: Spec, reader: Reader) -> timedelta | None:
        words = plain_words(text)
        negative = words.startswith(("-", "\u2212"))
        seconds = _seconds(words[1:].lstrip() if negative else words) if len(words) <= 80 else None
        if seconds is None:
            raise _not_a_duration(text)
        return _length(-seconds if negative else seconds, text)

    def _convert(self, raw: object, spec: Spec, reader: Reader) -> timedelta | None:
        if isinstance(raw, timedelta):
            return _length(Decimal(raw // timedelta(microseconds=1)).scaleb(-6), raw)
        return super()._convert(raw, spec, reader)

    def _load(self, raw: object, spec: Spec) -> timedelta | None:
        if not isinstance(raw, int) or isinstance(raw, bool):
            raise BadValue(
                Text("%(value)s is not a count of seconds. Send it like 5400.", value=shortened(raw))
            )
        return _length(Decimal(raw), raw)

    def _dump(self, value: timedelta, spec: Spec) -> Json:
        return int(value.total_seconds())

    def _show(self, value: timedelta, spec: Spec, reader: Reader) -> str:
        return show_duration(value, reader.language)

    def _cell(self, value: timedelta, spec: Spec) -> object:
        hours, rest = divmod(abs(int(value.total_seconds())), 3_600)
        return f"{'-' if value < timedelta() else ''}{hours}:{rest // 60:02}:{rest % 60:02}"


def show_duration(value: timedelta, language: str) -> str:
    """Write "1 d 2 h", "1 h 30 min", «45 мин», "0 min"."""
    names = _SHORT.get(language, _SHORT["en"])
    minutes, seconds = divmod(abs(int(value.total_seconds())), 60)
    counts = (minutes // 1_440, minutes // 60 % 24, minutes % 60, seconds)
    parts = [f"{count} {name}" for count, name in zip(counts, names, strict=True) if count]
    return ("-" if value < timedelta() else "") + (" ".join(parts) or f"0 {names[2]}")


def _seconds(text: str) -> Decimal | None:
    if re.fullmatch(r"[0-9]+(?:[.,][0-9]+)?", text):
        return _decimal(text) * 60
    if found := _CLOCK.fullmatch(text):
        clock = int(found["hours"]) * 3_600 + int(found["minutes"]) * 60 + int(found["seconds"] or 0)
        rest = _units(found["rest"]) if found["rest"].strip() else Decimal(0)
        return None if rest is None else rest + clock
    if found := _TRAILING.fullmatch(text):  # "1h30"
        before = _units(found[1])
        return None if before is None else before + int(found[2]) * 60
    return _units(text)


def _units(text: str) -> Decimal | None:
    if not text or not _PARTS.fullmatch(text):
        return None
    parts = _PART.findall(text)
    if any(unit not in _SECONDS for _, unit in parts):
        return None
    return sum((_decimal(count) * _SECONDS[unit] for count, unit in parts), Decimal(0))


def _decimal(written: str) -> Decimal:
    return Decimal(written.replace(",", "."))


def _length(seconds: Decimal, raw: object) -> timedelta:
    """To the nearest second; what is longer than a hundred years is no length of anything here."""
    if abs(seconds) > int(LONGEST.total_seconds()):
        raise BadValue(Text('"%(value)s" is too long: at most 100 years can be kept.', value=shortened(raw)))
    return timedelta(seconds=int(seconds.to_integral_value()))


def _not_a_duration(text: str) -> BadValue:
    return BadValue(
        Text(
            '"%(value)s" is not a length of time. Write it like 1h 30m, 90 min or 1:30.',
            value=shortened(text),
        )
    )
