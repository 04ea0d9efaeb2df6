"""The days of a multiplier in words: FREQ=WEEKLY;BYDAY=MO,TU is "on Mondays and Tuesdays", wherever it is shown."""

from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import islice
from typing import Any, Final

from hookline_sdk import Gate, Panel, Text, Value, plural

from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.data import Multiplier, Terms
from hookline_loyalty.programmes.windows import days_from, here

_NEXT: Final = 5
_EACH: Final = {
    "MO": Text("Mondays"), "TU": Text("Tuesdays"), "WE": Text("Wednesdays"), "TH": Text("Thursdays"),
    "FR": Text("Fridays"), "SA": Text("Saturdays"), "SU": Text("Sundays"),
}  # fmt: skip
_NTH: Final = {
    "MO": Text("on the %(which)s Monday of the month"), "TU": Text("on the %(which)s Tuesday of the month"),
    "WE": Text("on the %(which)s Wednesday of the month"), "TH": Text("on the %(which)s Thursday of the month"),
    "FR": Text("on the %(which)s Friday of the month"), "SA": Text("on the %(which)s Saturday of the month"),
    "SU": Text("on the %(which)s Sunday of the month"),
}  # fmt: skip
_LAST: Final = {
    "MO": Text("on the last Monday of the month"), "TU": Text("on the last Tuesday of the month"),
    "WE": Text("on the last Wednesday of the month"), "TH": Text("on the last Thursday of the month"),
    "FR": Text("on the last Friday of the month"), "SA": Text("on the last Saturday of the month"),
    "SU": Text("on the last Sunday of the month"),
}  # fmt: skip
_WHICH: Final = {"1": Text("1st"), "2": Text("2nd"), "3": Text("3rd"), "4": Text("4th"), "5": Text("5th")}
_MONTHS: Final = (
    Text("in January"), Text("in February"), Text("in March"), Text("in April"), Text("in May"), Text("in June"),
    Text("in July"), Text("in August"), Text("in September"), Text("in October"), Text("in November"), Text("in December"),
)  # fmt: skip
_WHOLE: Final = (
    (set(_EACH), Text("every day")),
    ({"MO", "TU", "WE", "TH", "FR"}, Text("on working days")),
    ({"SA", "SU"}, Text("at weekends")),
)
_OFTEN: Final[Mapping[str, tuple[Text, Text]]] = {
    "DAILY": (Text("every day"), plural("every %(count)s day", "every %(count)s days", count=0)),
    "WEEKLY": (Text("every week"), plural("every %(count)s week", "every %(count)s weeks", count=0)),
    "MONTHLY": (Text("every month"), plural("every %(count)s month", "every %(count)s months", count=0)),
    "YEARLY": (Text("every year"), plural("every %(count)s year", "every %(count)s years", count=0)),
}


def in_words(rule: str) -> Text | str:
    """What a rule of days says; the rule itself where it asks for what there are no words for."""
    parts = {name: value for name, _, value in (part.partition("=") for part in rule.upper().split(";"))}
    often, count = parts.pop("FREQ", ""), parts.pop("INTERVAL", "1")
    # The day a week begins with changes nothing that is said.
    parts.pop("WKST", None)
    said = [
        _days(often, parts.pop("BYDAY", "")),
        _days_of_month(parts.pop("BYMONTHDAY", "")),
        _months(parts.pop("BYMONTH", "")),
    ]
    times = parts.pop("COUNT", "")
    if None in said or parts or often not in _OFTEN or not count.isdecimal():
        return rule
    words = [found for found in said if isinstance(found, Text)]
    if int(count) > 1:
        words.append(Text(_OFTEN[often][1].msgid, count=count))
    elif not words or (often == "WEEKLY" and not said[0]):
        words.insert(0, _OFTEN[often][0])
    if times:
        words.append(plural("once", "%(count)s times", count=times))
    return reduce(lambda one, more: Text("%(one)s, %(more)s", one=one, more=more), words)


@plugin.column(Multiplier, "Days", fields=("rule",), order=10)
def open_on(rows: Sequence[Mapping[str, Any]], gate: Gate) -> dict[int, Value]:
    """On which days it is open."""
    return {row["id"]: in_words(row["rule"]) for row in rows if row["rule"]}


@plugin.panel(Multiplier, "When it is open", slot="record.main")
def opens(record: Multiplier, gate: Gate) -> Panel:
    """The days in words, and the next of them."""
    today = here(gate.now, Terms.of(gate).zone).date()
    first = max(today, record.starts_on)
    days = islice(days_from(record.rule, record.starts_on, record.ends_on, first), _NEXT)
    facts: dict[str, Value] = {str(Text("Days")): in_words(record.rule)}
    if record.from_hour is not None or record.to_hour is not None:
        hours = Text(
            "from %(start)s to %(end)s o'clock", start=record.from_hour or 0, end=record.to_hour or 24
        )
        facts[str(Text("Hours"))] = hours
    return Panel(facts=facts, columns=(Text("Next days"),), rows=[(day,) for day in days])


def _days(often: str, said: str) -> Text | str | None:
    """The days of the week; "" where none are named, None where there are no words for them."""
    days = said.split(",") if said else []
    if often == "MONTHLY" and len(days) == 1 and days[0] not in _EACH:
        return _nth(days[0][:-2].lstrip("+"), days[0][-2:])
    if any(day not in _EACH for day in days):
        return None
    for whole, words in _WHOLE:
        if set(days) == whole:
            return words
    return Text("on %(days)s", days=_listed([_EACH[day] for day in _EACH if day in days])) if days else ""


def _nth(which: str, day: str) -> Text | None:
    if day in _LAST and which == "-1":
        return _LAST[day]
    return Text(_NTH[day].msgid, which=_WHICH[which]) if day in _NTH and which in _WHICH else None


def _days_of_month(said: str) -> Text | str | None:
    if said == "-1":
        return Text("on the last day of the month")
    days = said.split(",") if said else []
    if any(not day.isdecimal() for day in days):
        return None
    return Text("on the days %(days)s of the month", days=", ".join(days)) if len(days) > 1 else (
        Text("on day %(day)s of the month", day=said) if days else ""
    )  # fmt: skip


def _months(said: str) -> Text | str | None:
    months = said.split(",") if said else []
    if any(not (month.isdecimal() and 1 <= int(month) <= len(_MONTHS)) for month in months):
        return None
    return _listed([_MONTHS[int(month) - 1] for month in months]) if months else ""


def _listed(names: Sequence[Text]) -> Text:
    """Names as "A, B and C"."""
    *before, last = names
    if not before:
        return last
    first = reduce(lambda one, more: Text("%(one)s, %(more)s", one=one, more=more), before)
    return Text("%(first)s and %(last)s", first=first, last=last)
