"""The way of a statement: pending, reviewed, approved, paid, each step with a right of its own; and the counter-entry."""

from decimal import Decimal
from typing import Any, Final

from hookline_sdk import Act, Action, Forbidden, Gate, Invalid, Problem, Redirect, Text, func, select

from hookline_real_estate.commission.data import Commission, CommissionShare, CommissionSplit, CommissionState
from hookline_real_estate.commission.rights import APPROVE, CORRECTING, PAY, PREPARE
from hookline_real_estate.commission.working import WORKING, work_out
from hookline_real_estate.plugin import plugin

State = CommissionState
_NEXT: Final = {State.pending: State.reviewed, State.reviewed: State.approved, State.approved: State.paid}
_NEEDS: Final = {State.reviewed: PREPARE, State.approved: APPROVE, State.paid: PAY}
_MONEY_OF_A_LINE: Final = ("volume", "counted", "part", "capped", "kept", "desk_fee", "insurance", "net")
_COPIED: Final = ("share", "volume_share", "units", "owner")


@plugin.action(
    Commission,
    "Mark as reviewed",
    icon="circle-check",
    needs=PREPARE,
    when='state = "pending"',
    bulk=True,
    order=10,
)
def review(act: Act[Commission], gate: Gate) -> Text:
    """Everything is filled in: the shares are 100 per cent, and the amounts are those of today's plans."""
    work_out(gate.as_house(WORKING), act.record.id)
    if not act.record.corrects:
        _check_shares(gate, act.record.id)
    step(gate, act.record.id, State.reviewed)
    return Text("The statement is reviewed.")


@plugin.action(
    Commission,
    "Approve",
    icon="badge-check",
    needs=APPROVE,
    when='state = "reviewed"',
    bulk=True,
    order=11,
)
def approve(act: Act[Commission], gate: Gate) -> Text:
    """It may be paid."""
    step(gate, act.record.id, State.approved)
    return Text("The statement is approved.")


@plugin.action(
    Commission,
    "Mark as paid",
    icon="wallet",
    needs=PAY,
    when='state = "approved"',
    bulk=True,
    confirm="A paid statement stays as it is. Go on?",
    order=12,
)
def pay(act: Act[Commission], gate: Gate) -> Text:
    """The money has gone out: from now on it is locked."""
    step(gate, act.record.id, State.paid)
    return Text("The statement is paid, and locked.")


@plugin.action(
    Commission,
    "Back to pending",
    icon="undo-2",
    needs=APPROVE,
    when='state = "reviewed" or state = "approved"',
    order=13,
)
def send_back(act: Act[Commission], gate: Gate) -> Text:
    """Something is to be changed before it is paid."""
    if _held(gate, act.record.id) not in (State.reviewed, State.approved):
        raise Invalid([Problem("", Text("Only a reviewed or approved statement can go back."))])
    _put(gate, act.record.id, State.pending)
    return Text("The statement is pending again.")


@plugin.action(Commission, "Counter-entry", icon="rotate-ccw", needs=PAY, order=14,
    when='state = "paid" and is_empty(corrects)',
    confirm="Make a statement that takes all of this one back? It is reviewed, approved and paid like any other.")  # fmt: skip
def correct(act: Act[Commission], gate: Gate) -> Redirect:
    """Take a paid statement back with another of the same amounts below zero. The deal may have a new one then."""
    if _held(gate, act.record.id) != State.paid or act.record.corrects is not None:
        raise Invalid([Problem("", Text("Only a paid statement is corrected by a counter-entry."))])
    if gate.as_house(WORKING).rows(
        select(Commission.id).where(Commission.corrects == act.record.id).limit(1)
    ):
        raise Invalid([Problem("", Text("There is a counter-entry to this statement already."))])
    made = _take_back(gate.as_house(CORRECTING), act.record)
    return Redirect(f"real_estate_commission:{made}", Text("This is the counter-entry."))


def step(gate: Gate, id: int, to: CommissionState) -> None:
    """Bring a statement one step on. Forbidden without the step's right, Invalid when it is another's turn."""
    if not gate.actor.may(_NEEDS[to]):
        raise Forbidden(Text("You have not been given the right to this step."))
    now = _held(gate, id)
    if _NEXT.get(now) != to:
        raise Invalid([Problem("", Text("The next step of this statement is another one."))])
    _put(gate, id, to)


def _held(gate: Gate, id: int) -> CommissionState:
    """How a statement stands, with nobody else changing it meanwhile."""
    if not gate.hold(Commission, [id], Action.edit):
        raise Forbidden
    return State(gate.scalar(select(Commission.state).where(Commission.id == id)))


def _put(gate: Gate, id: int, state: CommissionState) -> None:
    gate.carry(Commission, {id: {"state": state.value}})
    house = gate.as_house(WORKING)
    lines = house.rows(select(CommissionShare.id).where(CommissionShare.commission == id))
    if lines:
        house.carry(CommissionShare, {line: {"state": state.value} for (line,) in lines})


def _check_shares(gate: Gate, statement: int) -> None:
    shares = select(func.sum(CommissionShare.share)).where(CommissionShare.commission == statement)
    if gate.as_house(WORKING).scalar(shares) != 100:
        raise Invalid([Problem("", Text("The shares of the agents must be 100 % together."))])


def _take_back(house: Gate, paid: Commission) -> int:
    """The same statement with every amount below zero: as it was worked out then, whatever the plans say now."""
    given = {
        "deal": paid.deal,
        "earned_on": paid.earned_on,
        "amount": -paid.amount,
        "rate": paid.rate,
        "currency": paid.currency,
    }
    made = house.create(Commission, {**given, "owner": paid.owner, "team": paid.team, "note": paid.number})
    splits = house.rows(
        select(CommissionSplit).where(CommissionSplit.commission == paid.id).order_by(CommissionSplit.id)
    )
    for row in splits:
        split = house.get(CommissionSplit, row.id)
        copy = {name: getattr(split, name) for name in ("name", "kind", "position", "percent", "of", "flat")}
        house.create(CommissionSplit, {**copy, "commission": made, "amount": _negated(split.amount)})
    for row in house.rows(
        select(CommissionShare.id).where(CommissionShare.commission == paid.id).order_by(CommissionShare.id)
    ):
        line = house.get(CommissionShare, row.id)
        copied = {name: getattr(line, name) for name in _COPIED}
        amounts = {name: _negated(getattr(line, name)) for name in _MONEY_OF_A_LINE}
        house.create(
            CommissionShare, {**copied, **amounts, "commission": made, "plan": line.plan, "slices": "[]"}
        )
    worked = {"gross": _negated(paid.gross), "left": _negated(paid.left)}
    house.carry(Commission, {made: {**worked, "corrects": paid.id}})
    return made


def _negated(amount: Any) -> Decimal | None:
    return None if amount is None else -amount
