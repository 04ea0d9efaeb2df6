"""Working a statement out: from what people filled in and what has been agreed with the agents to amounts that stay beside it."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import Action, Gate, Text, case, func, or_, select

from hookline_real_estate.commission.cents import NOTHING, percent_of
from hookline_real_estate.commission.data import (
    Commission,
    CommissionLevel,
    CommissionPlan,
    CommissionShare,
    CommissionSplit,
    CommissionState,
)
from hookline_real_estate.commission.terms import CommissionTerms
from hookline_real_estate.commission.waterfall import (
    Before,
    Earned,
    Level,
    Slice,
    SoFar,
    Terms,
    earn,
    gross_of,
    share_out,
    take_before,
)

WORKING: Final = Text("commission worked out")
_HUNDRED = Decimal(100)


def work_out(gate: Gate, id: int) -> None:
    """Work a pending statement out, and those after it whose agents' year it changes. The gate is the house's.

    An agent's year goes by the numbers of the statements, whatever their dates: what was worked out first counts first.
    """
    statement = gate.find(Commission, id)
    if statement is None or statement.state != CommissionState.pending or statement.corrects is not None:
        return
    agents = _settle(gate, statement)
    later = select(Commission).where(Commission.id > id, *_same_year(statement))
    for following in gate.rows(
        later.where(Commission.state == CommissionState.pending).order_by(Commission.id)
    ):
        theirs = _agents(gate, following.id)
        if agents & theirs:
            agents |= theirs
            _settle(gate, gate.get(Commission, following.id))


def agreed_with(gate: Gate, agent: int, day: dt.date) -> tuple[int | None, Terms]:
    """The plan that holds for an agent on a day, and what it says; without one, what the settings say."""
    (found,) = _agreed(gate, [agent], day).values()
    return found


def year_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """The first and the last day of the year that a day is in."""
    return day.replace(month=1, day=1), day.replace(month=12, day=31)


def slices_of(said: str | None) -> list[Slice]:
    """The cuts of a line, as `work_out` has written them."""
    return [Slice(*(Decimal(number) for number in cut)) for cut in json.loads(said or "[]")]


def _settle(gate: Gate, statement: Commission) -> set[int]:
    """Write what follows for one statement, and say whose lines are in it."""
    splits = _splits(gate, statement.id)
    gross = gross_of(statement.amount, statement.rate, statement.fixed)
    amounts, left = take_before(gross, [_before(split) for split in splits])
    _carry(gate, Commission, {statement.id: {"gross": gross, "left": left}})
    _carry(gate, CommissionSplit, {s.id: {"amount": a} for s, a in zip(splits, amounts, strict=True)})
    lines = _lines(gate, statement.id)
    agents = sorted(line.owner for line in lines)
    agreed = _agreed(gate, agents, statement.earned_on)
    # Two statements of one agent are worked out one after the other, or both would find the same room below the cap.
    gate.hold(CommissionPlan, [plan for plan, _ in agreed.values() if plan], Action.read)
    years = _years(gate, statement, agents)
    parts, _ = share_out(left, [line.share for line in lines])
    told = {}
    for line, part in zip(lines, parts, strict=True):
        plan, terms = agreed[line.owner]
        volume = percent_of(statement.amount, line.share if line.volume_share is None else line.volume_share)
        earned = earn(part, volume, terms, years.get(line.owner, SoFar()))
        counted = line.share / _HUNDRED if line.units is None else line.units
        told[line.id] = {
            **_amounts(earned), "volume": volume, "counted": round(counted, 3), "plan": plan, "currency": statement.currency,
            "number": statement.number, "state": statement.state, "earned_on": statement.earned_on, "deal": statement.deal,
        }  # fmt: skip
    _carry(gate, CommissionShare, told)
    return set(agents)


def _amounts(earned: Earned) -> dict[str, Any]:
    cuts = [[str(number) for number in asdict(cut).values()] for cut in earned.slices]
    return {
        "part": earned.part, "capped": earned.capped, "kept": earned.kept, "desk_fee": earned.desk_fee,
        "insurance": earned.insurance, "net": earned.net, "slices": json.dumps(cuts),
    }  # fmt: skip


def _carry(
    gate: Gate,
    entity: type[Commission | CommissionSplit | CommissionShare],
    told: Mapping[int, Mapping[str, Any]],
) -> None:
    """Write what differs from what stands there."""
    if not told:
        return
    names = list(next(iter(told.values())))
    asked = select(entity.id, *(getattr(entity, name) for name in names)).where(entity.id.in_(list(told)))
    stands = {row.id: row._mapping for row in gate.rows(asked)}  # noqa: SLF001  # SQLAlchemy's public name for a row's columns
    differs = {
        id: {name: value for name, value in values.items() if stands[id][name] != value}
        for id, values in told.items()
    }
    if changes := {id: values for id, values in differs.items() if values}:
        gate.carry(entity, changes)


def _before(split: Any) -> Before:
    return Before(split.percent or NOTHING, split.flat or NOTHING, "left" if split.of == "left" else "gross")


def _splits(gate: Gate, statement: int) -> Sequence[Any]:
    found = select(
        CommissionSplit.id, CommissionSplit.percent, CommissionSplit.flat, CommissionSplit.of
    ).where(CommissionSplit.commission == statement)
    return gate.rows(found.order_by(CommissionSplit.position, CommissionSplit.id))


def _lines(gate: Gate, statement: int) -> Sequence[Any]:
    found = select(
        CommissionShare.id, CommissionShare.owner, CommissionShare.share, CommissionShare.volume_share, CommissionShare.units
    ).where(CommissionShare.commission == statement)  # fmt: skip
    return gate.rows(found.order_by(CommissionShare.id))


def _agents(gate: Gate, statement: int) -> set[int]:
    return {line.owner for line in _lines(gate, statement)}


def _same_year(statement: Commission) -> tuple[Any, Any, Any]:
    first, last = year_of(statement.earned_on)
    return Commission.earned_on >= first, Commission.earned_on <= last, Commission.corrects.is_(None)


def _years(gate: Gate, statement: Commission, agents: Iterable[int]) -> dict[int, SoFar]:
    """What the other statements of the year say of these agents, in the same currency.

    For levels those with a lower number count; for the cap all that are not worked out again after this one.
    """
    first, last = year_of(statement.earned_on)
    line = CommissionShare
    lower = line.commission < statement.id
    stands = or_(lower, (line.commission > statement.id) & (line.state != CommissionState.pending))
    money = line.currency == statement.currency if statement.currency else line.currency.is_(None)
    found = select(
        line.owner, func.sum(case((lower, line.volume))), func.sum(case((stands, line.kept)))
    ).where(line.owner.in_(list(agents)), line.earned_on >= first, line.earned_on <= last, money)
    return {
        owner: SoFar(volume or NOTHING, kept or NOTHING)
        for owner, volume, kept in gate.rows(found.group_by(line.owner))
    }


def _agreed(gate: Gate, agents: Sequence[int], day: dt.date) -> dict[int, tuple[int | None, Terms]]:
    usual = (None, Terms(share=CommissionTerms.of(gate).share))
    found: dict[int, tuple[int | None, Terms]] = dict.fromkeys(agents, usual)
    plan = CommissionPlan
    asked = select(
        plan.id, plan.owner, plan.method, plan.share, plan.flat, plan.cap, plan.desk_fee, plan.insurance
    ).where(plan.owner.in_(list(agents)), plan.starts_on <= day)
    plans = {row.owner: row for row in gate.rows(asked.order_by(plan.starts_on, plan.id))}
    levels = _levels(gate, [row.id for row in plans.values()])
    for agent, row in plans.items():
        terms = Terms(
            row.method, row.share or NOTHING, row.flat or NOTHING, tuple(levels.get(row.id, ())), row.cap,
            row.desk_fee or NOTHING, row.insurance or NOTHING,
        )  # fmt: skip
        found[agent] = (row.id, terms)
    return found


def _levels(gate: Gate, plans: Sequence[int]) -> dict[int, list[Level]]:
    found: dict[int, list[Level]] = {}
    asked = select(CommissionLevel.plan, CommissionLevel.above, CommissionLevel.share).where(
        CommissionLevel.plan.in_(plans)
    )
    for plan, above, share in gate.rows(asked.order_by(CommissionLevel.above)):
        found.setdefault(plan, []).append(Level(above, share))
    return found
