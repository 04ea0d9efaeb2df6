"""What people did about the deals, and what they have to do today and next."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, NamedTuple

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
        done = _done(play, sale, touches, thorough=place % 4 == 0)
        if done:
            play.do(max(when for when, _ in done), sale.owner, _writing_down(play, sale, done))
        plan = plans[place % len(plans)]
        if not sale.closed and plan is not None:
            play.do(play.at(max(1, -plan.days + 1), 15), sale.owner, _planning(play, sale, plan))
    play.do(play.at(3, 9), "Marcus", _weekly(play))
    for days, hour, subject in _HOUSE_TASKS:
        play.do(play.at(4, 10), "Anna", _task(subject, play.at(days, hour)))


def _done(
    play: Play, sale: Sale, touches: Mapping[tuple[str, str], Sequence[Touch]], *, thorough: bool
) -> list[tuple[datetime, Touch]]:
    """What was done in each stage the deal has been in, and when."""
    speaks = customers()[sale.customer].speaks
    found = []
    for stage, entered in walk(play, sale):
        all_of_them = touches.get((speaks, stage), ())
        for step, touch in enumerate(all_of_them if thorough else all_of_them[:1]):
            found.append((min(entered + timedelta(hours=26 * step, minutes=25), play.now()), touch))
    return found


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


def _writing_down(play: Play, sale: Sale, done: Sequence[tuple[datetime, Touch]]) -> Any:
    def write(gate: Gate) -> None:
        about = f"deal:{play.ids[sale.key]}"
        gate.create_many(Activity, [{**_values(sale, touch, when), "about": about} for when, touch in done])

    return write


def _values(sale: Sale, touch: Touch, when: datetime) -> dict[str, Any]:
    chance = Random(f"{sale.name} {touch.subject}")  # noqa: S311  # the same story each time
    values: dict[str, Any] = {
        "kind": touch.kind,
        "subject": touch.subject,
        "body": touch.body,
        "done_at": when,
    }
    if touch.minutes:
        values["duration"] = timedelta(minutes=touch.minutes)
    if touch.kind == "call":
        values |= {"direction": chance.choice(("outgoing", "outgoing", "incoming")), "outcome": "reached"}
    return {**values, "pinned": touch.subject in ("Signed", "Подписали")}


def _planning(play: Play, sale: Sale, plan: Plan) -> Any:
    def do(gate: Gate) -> None:
        subject, about = plan.subjects[customers()[sale.customer].speaks], f"deal:{play.ids[sale.key]}"
        due = play.at(-plan.days, plan.hour)
        gate.create(Activity, {"kind": plan.kind, "subject": subject, "about": about, "due_at": due})

    return do


# Days ago (negative: ahead), hour, what the house itself has to do.
_HOUSE_TASKS: Final = (
    (1, 16, "Renew the fair contract"),
    (0, 9.5, "Figures of the month for the owners"),
    (0, 15.5, "Talk with Tom about the schools"),
    (-2, 11, "Invite two candidates"),
)


def _task(subject: str, due: datetime) -> Any:
    def do(gate: Gate) -> None:
        gate.create(Activity, {"kind": "task", "subject": subject, "due_at": due})

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
