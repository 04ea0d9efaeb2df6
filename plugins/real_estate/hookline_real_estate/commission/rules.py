"""The rules of statements, splits, lines and plans, whatever door a change comes through."""

from hookline_sdk import (
    BeforeDelete,
    BeforeSave,
    Deal,
    Gate,
    Text,
    User,
    func,
    house_currency,
    select,
)

from hookline_real_estate.commission.data import (
    Commission,
    CommissionLevel,
    CommissionPlan,
    CommissionShare,
    CommissionSplit,
    CommissionState,
    Method,
)
from hookline_real_estate.commission.rights import PLANS, PREPARE, is_correcting, judge_right
from hookline_real_estate.commission.working import WORKING
from hookline_real_estate.plugin import plugin

LOCKED = Text(
    "This statement is no longer pending: it stays as it is. What was paid is corrected by a counter-entry."
)


@plugin.before_save(Commission)
def check_statement(event: BeforeSave[Commission]) -> None:
    """A statement is filled in while it is pending. It belongs to whoever the deal belongs to."""
    if is_correcting(event.gate):
        return
    judge_right(event, PREPARE)
    new, before = event.record, event.before
    if before is not None:
        if before.state != CommissionState.pending or before.corrects is not None:
            event.reject(LOCKED)
        if new.deal != before.deal:
            event.reject(Text("A statement stays with its deal."), "deal")
    if (new.amount or 0) < 0:
        event.reject(Text("Must be at least %(limit)s.", limit=0), "amount")
    if before is None:
        _begin(event)
    else:
        event.values["currency"] = before.currency


@plugin.before_save(CommissionSplit)
def check_split(event: BeforeSave[CommissionSplit]) -> None:
    """A split is seen by those who see its statement."""
    judge_right(event, PREPARE)
    new = event.record
    if statement := event.gate.find(Commission, new.commission):
        event.values |= {"owner": statement.owner, "team": statement.team, "currency": statement.currency}


@plugin.before_save(CommissionShare)
def check_share(event: BeforeSave[CommissionShare]) -> None:
    """The shares of a statement are 100 per cent together at most. A line is its agent's and the agent's team's."""
    judge_right(event, PREPARE)
    new = event.record
    if new.owner is None:
        event.reject(Text("Say whose line it is."), "owner")
        return
    house = event.gate.as_house(WORKING)
    others = select(func.sum(CommissionShare.share)).where(
        CommissionShare.commission == new.commission, CommissionShare.id != (new.id or 0)
    )
    if (house.scalar(others) or 0) + (new.share or 0) > 100:
        event.reject(Text("The shares of a statement are more than 100 % together."), "share")
    event.values["team"] = house.scalar(select(User.team).where(User.id == new.owner))
    if statement := house.find(Commission, new.commission):
        event.values |= {"number": statement.number, "deal": statement.deal, "currency": statement.currency}
        event.values |= {"state": statement.state, "earned_on": statement.earned_on}


@plugin.before_save(CommissionPlan)
def check_plan(event: BeforeSave[CommissionPlan]) -> None:
    """A plan has what its method needs."""
    judge_right(event, PLANS)
    new = event.record
    if new.method == Method.fixed and new.share is None:
        event.reject(Text("Say the agent's share."), "share")
    if new.method == Method.flat and new.flat is None:
        event.reject(Text("Say the amount."), "flat")
    if new.owner is None:
        event.reject(Text("Say whose plan it is."), "owner")
    else:
        event.values["team"] = event.gate.scalar(select(User.team).where(User.id == new.owner))


@plugin.before_save(CommissionLevel)
def check_level(event: BeforeSave[CommissionLevel]) -> None:
    """A level is seen by those who see its plan."""
    judge_right(event, PLANS)
    if plan := event.gate.find(CommissionPlan, event.record.plan):
        event.values |= {"owner": plan.owner, "team": plan.team}


@plugin.before_delete(Commission)
def keep_statement(event: BeforeDelete[Commission]) -> None:
    """One that went on stays; of one that is pending the lines go first, so that no year counts them."""
    judge_right(event, PREPARE)
    lines = select(func.count(CommissionShare.id)).where(CommissionShare.commission == event.record.id)
    if event.record.state != CommissionState.pending:
        event.reject(LOCKED)
    elif event.gate.as_house(WORKING).scalar(lines):
        event.reject(Text("Remove the lines of the statement first."))


@plugin.before_delete(CommissionSplit)
def keep_split(event: BeforeDelete[CommissionSplit]) -> None:
    judge_right(event, PREPARE)


@plugin.before_delete(CommissionShare)
def keep_share(event: BeforeDelete[CommissionShare]) -> None:
    judge_right(event, PREPARE)


@plugin.before_delete(CommissionPlan)
def keep_plan(event: BeforeDelete[CommissionPlan]) -> None:
    judge_right(event, PLANS)


@plugin.before_delete(CommissionLevel)
def keep_level(event: BeforeDelete[CommissionLevel]) -> None:
    judge_right(event, PLANS)


def _begin(event: BeforeSave[Commission]) -> None:
    """A deal has one statement that counts, in its currency; None is that of the house."""
    deal = event.gate.find(Deal, event.record.deal)
    if deal is None:
        return
    turn = _turn(event.gate, deal.id)
    same = select(Commission.id).where(Commission.deal == deal.id, Commission.turn == turn)
    if event.gate.as_house(WORKING).scalar(same):
        event.reject(Text("This deal has a statement already."), "deal")
    other = deal.currency if deal.currency != house_currency(event.gate) else None
    event.values |= {"turn": turn, "currency": other, "owner": deal.owner, "team": deal.team}


def _turn(gate: Gate, deal: int) -> int:
    """Which statement of a deal a new one would be: each that was taken back makes room for another."""
    taken = select(func.count(Commission.id)).where(Commission.deal == deal, Commission.corrects.is_not(None))
    return 1 + (gate.as_house(WORKING).scalar(taken) or 0)
