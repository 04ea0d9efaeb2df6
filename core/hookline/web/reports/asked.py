"""What a report, a widget or a dashboard is asked, as its address says it: the controls that choose it, and it in words."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.reports.asking import NAMES, PERIODS, days_asked
from hookline.errors import Text
from hookline.kernel.lists.ranges import days_of
from hookline.kernel.shown import Asked

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# Those that stand beside each other; the rest are in a menu.
_FIRST: Final = ("", "this_month", "last_month", "this_quarter", "this_year", "last_year")
_WHOSE: Final = (("me", Text("Mine")), ("my_team", Text("My team's")))


def given(visit: "Visit") -> dict[str, str]:
    """What the address asks."""
    return {name: visit.query[name] for name in NAMES if visit.query.get(name)}


def controls(visit: "Visit", takes: Collection[str], url: str, *, one_pipeline: bool = False) -> Mapping[str, Any]:  # fmt: skip
    """What the reader can choose: periods as links, and days, a pipeline and whose records in a form."""
    asked = given(visit)
    now = asked.get("period", "") if days_of(asked.get("period", ""), visit.reader.today) else ""
    start, end = days_asked(asked, visit.reader)
    free = not now and (start or end)
    found = [
        {
            "label": visit.say(label), "url": visit.address(period=name or None, **{"from": None, "to": None}), "icon": None,
            "current": name == now and not (free and not name), "name": name,
        }
        for name, label in PERIODS
    ]  # fmt: skip
    periods = found if "period" in takes else []
    rest = [each for each in periods if each["name"] not in _FIRST]
    lines = pipeline_choices(visit) if "pipeline" in takes else []
    return {
        "url": url,
        "periods": [each for each in periods if each["name"] in _FIRST],
        "more_periods": rest,
        "more_label": next((each["label"] for each in rest if each["current"]), ""),
        "period": now,
        "days": (start.isoformat() if start else "", end.isoformat() if end else ""),
        "free": bool(free),
        "pipelines": lines if len(lines) > 1 else [],
        "pipeline": asked.get("pipeline", ""),
        "all_pipelines": not one_pipeline,
        "whose_choices": whose_choices(visit) if "owner" in takes else [],
        "whose": asked.get("whose", ""),
        "kept": [(name, visit.query[name]) for name in ("compare",) if visit.query.get(name)],
    }


def whose_choices(visit: "Visit") -> Sequence[tuple[str, str]]:
    """Whose records can be asked for; "" for all that one may see comes from whoever shows these."""
    known = visit.directory
    own = [(name, visit.say(text)) for name, text in _WHOSE if name == "me" or visit.gate.actor.team]
    teams = sorted((name.casefold(), f"team:{id}", name) for id, name in known.teams.items())
    people = sorted((p.name.casefold(), f"user:{p.id}", p.name) for p in known.people.values() if p.active)
    return [*own, *((key, name) for _, key, name in (*teams, *people))]


def pipeline_choices(visit: "Visit") -> Sequence[tuple[str, str]]:
    """The pipelines of deals."""
    return [(str(line.id), line.name) for line in visit.pipelines.of("deal")]


def in_words(visit: "Visit", takes: Collection[str], asked: Mapping[str, str]) -> str:
    """What is asked, short: "This month · Mine"."""
    found = []
    if "period" in takes:
        found.append(_period(visit, asked))
    if "owner" in takes and asked.get("whose"):
        found.append(dict(whose_choices(visit)).get(asked["whose"], ""))
    if "pipeline" in takes and asked.get("pipeline"):
        found.append(dict(pipeline_choices(visit)).get(asked["pipeline"], ""))
    return " · ".join(part for part in found if part)


def days_in_words(visit: "Visit", asked: Asked) -> str:
    """From which day to which."""
    start, end = asked.start, asked.end
    if start is None and end is None:
        return visit.say("All time")
    if start == end:
        return visit.fmt.date(start)
    return f"{visit.fmt.date(start)} – {visit.fmt.date(end)}"


def _period(visit: "Visit", asked: Mapping[str, str]) -> str:
    names = dict(PERIODS)
    if days_of(asked.get("period", ""), visit.reader.today) and asked["period"] in names:
        return visit.say(names[asked["period"]])
    return days_in_words(visit, Asked(*days_asked(asked, visit.reader)))
