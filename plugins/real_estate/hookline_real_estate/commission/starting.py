"""The statement of a deal: begun when it is won, or by hand, with what the mandate says and the whole share for the deal's owner."""

import datetime as dt
from decimal import Decimal
from typing import Any

from hookline_sdk import Act, Action, Change, Deal, Draft, Gate, Redirect, Text, select

from hookline_real_estate.commission.data import Commission, CommissionShare
from hookline_real_estate.commission.rights import PREPARE
from hookline_real_estate.commission.terms import CommissionTerms
from hookline_real_estate.deals.data import DealTerms
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Mandate


@plugin.default(Commission, "rate")
def usual_rate(draft: Draft[Commission], gate: Gate) -> Decimal | None:
    """What the mandate says that holds for the property on the day of the deal; else what the settings say."""
    deal = _deal(draft, gate)
    agreed = _agreed(gate, deal, draft.values.get("earned_on")) if deal else None
    return CommissionTerms.of(gate).rate if agreed is None else agreed


@plugin.default(Commission, "earned_on")
def day_of_the_deal(draft: Draft[Commission], gate: Gate) -> dt.date:
    """The day on which the deal was closed; today where it is not, yet."""
    deal = _deal(draft, gate)
    return (deal and deal.closed_on) or gate.now.date()


@plugin.default(Commission, "amount")
def amount_of_the_deal(draft: Draft[Commission], gate: Gate) -> Decimal | None:
    """The agreed price; without one the deal's amount."""
    deal = _deal(draft, gate)
    return _amount(deal) if deal else None


@plugin.action(Deal, "Commission", icon="wallet", needs=PREPARE, may=Action.read)
def begin_statement(act: Act[Deal], gate: Gate) -> Redirect:
    """Open the statement of a deal, a new one where there is none."""
    found = _last(gate, act.record.id)
    if found is not None:
        return Redirect(f"real_estate_commission:{found}")
    return Redirect(f"real_estate_commission:{begin(gate, act.record)}", Text("The statement has begun."))


@plugin.after_commit(Deal, fields=("outcome",))
def begin_when_won(event: Change, gate: Gate) -> None:
    """A deal that is won has a statement, where the settings say so."""
    deal = gate.find(Deal, event.record)
    if deal is None or deal.outcome != "won" or not _amount(deal) or not CommissionTerms.of(gate).starts:
        return
    if _last(gate, deal.id) is None:
        begin(gate, deal)


def begin(gate: Gate, deal: Deal) -> int:
    """A statement of a deal, in which its owner has the whole share."""
    given: dict[str, Any] = {"deal": deal.id}
    if _amount(deal) is None:
        given["amount"] = Decimal(0)
    statement = gate.create(Commission, given)
    if deal.owner is not None:
        gate.create(CommissionShare, {"commission": statement, "owner": deal.owner, "share": Decimal(100)})
    return statement


def _last(gate: Gate, deal: int) -> int | None:
    """The statement of a deal that counts now: none when the last one was taken back."""
    taken = select(Commission.corrects).where(Commission.deal == deal, Commission.corrects.is_not(None))
    back = {id for (id,) in gate.rows(taken)}
    found = select(Commission.id).where(Commission.deal == deal, Commission.corrects.is_(None))
    return next((id for (id,) in gate.rows(found.order_by(Commission.id.desc())) if id not in back), None)


def _deal(draft: Draft[Commission], gate: Gate) -> Deal | None:
    id = draft.values.get("deal")
    return gate.find(Deal, id) if isinstance(id, int) else None


def _agreed(gate: Gate, deal: Deal, day: dt.date | None) -> Decimal | None:
    """The commission of the mandate that began last, of those that hold on this day. Who may not see it is told nothing of it."""
    sold = deal[DealTerms].property
    day = day or deal.closed_on or gate.now.date()
    held = select(Mandate.commission).where(
        Mandate.property == sold,
        Mandate.starts_on <= day,
        Mandate.ends_on >= day,
        Mandate.commission.is_not(None),
    )
    return gate.scalar(held.order_by(Mandate.starts_on.desc(), Mandate.id.desc()).limit(1)) if sold else None


def _amount(deal: Deal) -> Decimal | None:
    """What a rate is of."""
    price = deal[DealTerms].price
    return deal.amount if price is None else price
