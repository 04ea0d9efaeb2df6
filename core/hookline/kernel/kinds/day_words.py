"""The words with which people say days and times in English and Russian; «ё» is written «е» here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Final, Literal, TypeAlias, TypeVar

Unit: TypeAlias = Literal["minute", "hour", "day", "week", "month", "year"]
Meaning = TypeVar("Meaning")


def _by_word(rows: Sequence[tuple[Meaning, str]]) -> Mapping[str, Meaning]:
    return {word: meaning for meaning, words in rows for word in words.split()}


MONTHS: Final = _by_word(
    (
        (1, "jan january янв январь января"),
        (2, "feb february фев февр февраль февраля"),
        (3, "mar march мар март марта"),
        (4, "apr april апр апрель апреля"),
        (5, "may май мая"),
        (6, "jun june июн июнь июня"),
        (7, "jul july июл июль июля"),
        (8, "aug august авг август августа"),
        (9, "sep sept september сен сент сентябрь сентября"),
        (10, "oct october окт октябрь октября"),
        (11, "nov november ноя нояб ноябрь ноября"),
        (12, "dec december дек декабрь декабря"),
    )
)

WEEKDAYS: Final = _by_word(
    (
        (0, "mon monday пн понедельник"),
        (1, "tue tues tuesday вт вторник"),
        (2, "wed wednesday ср среда среду"),
        (3, "thu thur thurs thursday чт четверг"),
        (4, "fri friday пт пятница пятницу"),
        (5, "sat saturday сб суббота субботу"),
        (6, "sun sunday вс воскресенье"),
    )
)

RELATIVE_DAYS: Final = _by_word(
    (
        (-2, "позавчера"),
        (-1, "yesterday вчера"),
        (0, "today сегодня"),
        (1, "tomorrow tmr завтра"),
        (2, "послезавтра"),
    )
)
RELATIVE_PHRASES: Final[Mapping[str, int]] = {"day after tomorrow": 2, "day before yesterday": -2}

UNITS: Final[Mapping[str, Unit]] = _by_word(
    (
        ("minute", "min mins minute minutes мин минута минуту минуты минут"),
        ("hour", "h hr hrs hour hours ч час часа часов"),
        ("day", "d day days д дн день дня дней"),
        ("week", "w wk week weeks нед неделя неделю недели недель"),
        ("month", "mo month months мес месяц месяца месяцев"),
        ("year", "y yr year years г год года лет"),
    )
)

SINGULAR: Final = frozenset("minute hour day week month year минуту час день неделю месяц год".split())
"""Said without a count: «через час»."""
PREPOSITIONS: Final = frozenset(("on", "by", "the", "at", "until", "в", "во", "к", "ко", "на", "до"))
THIS: Final = frozenset(("this", "этот", "эту", "эта", "это"))
NEXT: Final = frozenset(
    ("next", "следующий", "следующую", "следующая", "следующее", "следующей", "следующем")
)
LAST: Final = frozenset(("last", "прошлый", "прошлую", "прошлая", "прошлое", "прошлой", "прошлом"))
ENDS: Final = frozenset(("end of", "end of this", "end of the", "конец", "конце", "конца"))
ORDINALS: Final = frozenset(("st", "nd", "rd", "th", "of", "е", "го", "г", "год", "года"))
AFTER: Final = frozenset(("in", "через", "+"))
BEFORE: Final = frozenset(("ago", "назад", "-"))
ONE: Final = frozenset(("a", "an", "one"))
NOW: Final = frozenset(("now", "сейчас"))
HALF_HOUR: Final = frozenset(("in half an hour", "через полчаса"))

PARTS_OF_DAY: Final = _by_word(
    (
        (time(0), "midnight полночь"),
        (time(9), "morning утром"),
        (time(12), "noon полдень"),
        (time(14), "afternoon днем"),
        (time(18), "evening вечером"),
    )
)
MORNING: Final = frozenset(("am", "a.m.", "утра", "ночи"))
EVENING: Final = frozenset(("pm", "p.m.", "дня", "вечера"))
