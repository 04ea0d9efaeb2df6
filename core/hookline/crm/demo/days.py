"""What people did about the deals, and what they have to do today and next."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from random import Random
from typing import Any, NamedTuple

from hookline.crm.activities import Activity
from hookline.crm.demo.customers import customers
from hookline.crm.demo.lines import lines
from hookline.crm.demo.play import Play
from hookline.crm.demo.sales import Sale, sales, walk
from hookline.kernel.gate import Gate


class Touch(NamedTuple):
    """Something done about a deal. `minutes` is how long a call or a meeting took."""

    kind: str
    subject: str
    body: str
    minutes: int


class Plan(NamedTuple):
    """Something to do, so many days ahead (negative: it is late) at an hour of the house's day."""

    kind: str
    days: int
    hour: float
    subjects: Mapping[str, str]


def fill_days(play: Play) -> None:
    """Every deal's touches where they happened, and plans for those that are still open."""
    touches, plans = _touches(), _plans()
    for place, sale in enumerate(sales()):
        speaks = customers()[sale.customer].speaks
        for stage, when in walk(play, sale):
            found = touches.get((speaks, stage), ())
            for step, touch in enumerate(found if place % 4 == 0 else found[:1]):
                moment = when + timedelta(hours=26 * step, minutes=25)
                play.do(moment, sale.owner, _doing(play, sale, touch))
        plan = plans[place % len(plans)]
        if not sale.closed and plan is not None:
            play.do(play.at(max(1, -plan.days + 1), 15), sale.owner, _planning(play, sale, plan))
    play.do(play.at(3, 9), "Marcus", _weekly(play))


def _touches() -> Mapping[tuple[str, str], Sequence[Touch]]:
    """What is done in which stage, by the customer's language."""
    found: dict[tuple[str, str], list[Touch]] = {}
    for row in lines("touches"):
        touch = Touch(row["kind"], row["subject"], row["body"], int(row["minutes"] or 0))
        found.setdefault((row["language"], row["stage"]), []).append(touch)
    return found


def _plans() -> Sequence[Plan | None]:
    """What comes next, deal after deal; None where nothing is planned."""
    return [
        Plan(row["kind"], int(row["days"]), float(row["hour"]), {"en": row["en"], "ru": row["ru"]})
        if row["kind"]
        else None
        for row in lines("plans")
    ]


def _doing(play: Play, sale: Sale, touch: Touch) -> Any:
    chance = Random(f"{sale.name} {touch.subject}")  # noqa: S311  # the same story each time

    def do(gate: Gate) -> None:
        values: dict[str, Any] = {
            "kind": touch.kind, "subject": touch.subject, "body": touch.body,
            "about": f"deal:{play.ids[sale.key]}", "done_at": gate.now,
            "pinned": touch.subject in ("Signed", "Подписали"),
        }  # fmt: skip
        if touch.minutes:
            values["duration"] = timedelta(minutes=touch.minutes)
        if touch.kind == "call":
            values |= {"direction": chance.choice(("outgoing", "outgoing", "incoming")), "outcome": "reached"}
        gate.create(Activity, values)

    return do


def _planning(play: Play, sale: Sale, plan: Plan) -> Any:
    def do(gate: Gate) -> None:
        subject, about = plan.subjects[customers()[sale.customer].speaks], f"deal:{play.ids[sale.key]}"
        due = play.at(-plan.days, plan.hour)
        gate.create(Activity, {"kind": plan.kind, "subject": subject, "about": about, "due_at": due})

    return do


def _weekly(play: Play) -> Any:
    def do(gate: Gate) -> None:
        due = play.at(-3, 10)
        gate.create(
            Activity,
            {
                "kind": "meeting",
                "subject": "Pipeline review",
                "due_at": due,
                "repeat": "FREQ=WEEKLY;BYDAY=TU",
            },
        )

    return do
