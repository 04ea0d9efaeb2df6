"""Its part of the demo: what was agreed with each agent, and a statement for the last deals that were won."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hookline_sdk import Deal, Gate, Story, select

from hookline_real_estate.commission.data import (
    CommissionLevel,
    CommissionPlan,
    CommissionShare,
    CommissionSplit,
    CommissionState,
    Method,
)
from hookline_real_estate.commission.starting import begin
from hookline_real_estate.commission.stepping import step
from hookline_real_estate.plugin import plugin

_LEVELS = ((0, 50), (150_000, 60), (400_000, 70))
_STATEMENTS = 12
_STEPS = (CommissionState.reviewed, CommissionState.approved, CommissionState.paid)


@plugin.demo
def commissions(story: Story, gate: Gate) -> None:
    """Three kinds of plans, and statements in every state; the oldest are paid."""
    people = list(story.people.values())
    for number, person in enumerate(people):
        _plan(story, gate, number, person.id)
    won = select(Deal.id).where(
        Deal.outcome == "won", Deal.amount > 0, Deal.closed_on >= story.today.replace(month=1, day=1)
    )
    latest = [
        id for (id,) in gate.rows(won.order_by(Deal.closed_on.desc(), Deal.id.desc()).limit(_STATEMENTS))
    ]
    for number, id in enumerate(reversed(latest)):
        deal = gate.get(Deal, id)
        statement = begin(gate, deal)
        if number % 3 == 1:
            given: dict[str, Any] = {
                "commission": statement,
                "name": story.say(people[0], "Harbour Homes", "«Гавань»"),
            }
            gate.create(CommissionSplit, {**given, "kind": "partner", "percent": Decimal(25)})
        if number % 4 == 2:
            _shared(gate, statement, next(p.id for p in people if p.id != deal.owner))
        for to in _STEPS[: max(0, (_STATEMENTS - number) // 3 - 1)]:
            step(gate, statement, to)


def _plan(story: Story, gate: Gate, number: int, agent: int) -> None:
    starts = dt.date(story.today.year, 1, 1)
    given: dict[str, Any] = {
        "owner": agent,
        "starts_on": starts,
        "desk_fee": Decimal(20),
        "insurance": Decimal("1.5"),
    }
    person = list(story.people.values())[number]
    if number % 3 == 1:
        name = story.say(person, "60 % of each deal", "60 % с каждой сделки")
        gate.create(CommissionPlan, {**given, "name": name, "method": Method.fixed, "share": Decimal(60)})
        return
    method = Method.progressive if number % 3 == 0 else Method.sliding
    name = story.say(person, "50 to 70 % by volume", "От 50 до 70 % по объёму")
    plan = gate.create(CommissionPlan, {**given, "name": name, "method": method, "cap": Decimal(12_000)})
    for above, share in _LEVELS:
        level = {"plan": plan, "name": f"{share} %", "above": Decimal(above), "share": Decimal(share)}
        gate.create(CommissionLevel, level)


def _shared(gate: Gate, statement: int, colleague: int) -> None:
    """A colleague had a part in it."""
    ((first,),) = gate.rows(select(CommissionShare.id).where(CommissionShare.commission == statement))
    gate.update(CommissionShare, first, {"share": Decimal(70)})
    gate.create(CommissionShare, {"commission": statement, "owner": colleague, "share": Decimal(30)})
