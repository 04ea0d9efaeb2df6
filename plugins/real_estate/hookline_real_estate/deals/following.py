"""What follows from a deal, all in one place and in its own transaction: what is sold, what is held, what is free again."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hookline_sdk import Action, BeforeSave, Deal, Gate, Invalid, Refused, Text, Write, Written, or_, select

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.deals.data import DealTerms
from hookline_real_estate.deals.documents import lay_out
from hookline_real_estate.deals.instalments import fit_to_price, settle
from hookline_real_estate.deals.payments import pay_deposit
from hookline_real_estate.holds.data import TAKING, Hold, HoldState
from hookline_real_estate.holds.locking import lock_unit
from hookline_real_estate.holds.rules import number_of
from hookline_real_estate.holds.terms import usual_end
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Purpose, Status

# The fields of a deal on which hangs what becomes of the thing that it is about.
_DECIDING = {"outcome", "trashed_at"} | {
    f"real_estate_{name}" for name in ("property", "unit", "buyer", "deposit_paid_on")
}
_OFFERED = (Status.active, Status.deposit, Status.sold, Status.let)


_TAKEN = Text("It is sold to somebody already, or kept for them by a deposit.")
_HELD = Text("The unit is held for somebody else.")
_NOBODY = Text("Say who buys: the unit is kept for them.")


@dataclass(frozen=True)
class Claim:
    """A deal that has the right to a thing: its deposit is paid, or it is won."""

    deal: int
    buyer: int | None
    won: bool


@plugin.before_save(Deal)
def check_claim(event: BeforeSave[Deal]) -> None:
    """Whoever pays a deposit or buys gets what nobody else has the right to."""
    if not _DECIDING & event.values.keys():
        return
    now = {name: _now(event, name) for name in ("outcome", *DealTerms.names.values())}
    paid, won = now["real_estate_deposit_paid_on"], now["outcome"] == "won"
    if now["outcome"] == "lost" or not (paid or won):
        return
    house, id = event.gate.as_house(Text("deals")), event.record.id or 0
    for name in ("property", "unit"):
        about = now[DealTerms.names[name]]
        if about and _claims(house, name, about, but=id):
            event.reject(_TAKEN, DealTerms.names[name])
    if unit := now["real_estate_unit"]:
        kept, buyer = _kept(house, unit), now["real_estate_buyer"]
        if buyer is None:
            event.reject(_NOBODY, "real_estate_buyer")
        elif kept is not None and kept.contact != buyer:
            event.reject(_HELD, "real_estate_unit")


@plugin.around_write(Deal)
def follow_deal(write: Write[Deal], gate: Gate) -> Iterator[None]:
    """With a deal change its checklist, its plan, and how what it is about stands; or nothing of it does."""
    yield
    if write.what == "erased":
        return
    entered = [line.id for line in write.records if line.before is None or "pipeline" in line.values]
    if entered and write.what != "reverted":
        lay_out(gate, entered)
    for line in write.records:
        _follow_money(gate, line)
    decided = [line for line in write.records if _decides(write, line)]
    for offered in sorted(_things(gate, decided, "property")):
        settle_property(gate, offered)
    for unit in sorted(_things(gate, decided, "unit")):
        settle_unit(gate, unit)


def settle_property(gate: Gate, id: int) -> None:
    """A property is sold, or let, with the deal that is won, has a deposit with the one that has, and is free again without either."""
    house = gate.as_house(Text("deals of the property"))
    if not house.hold(Property, [id], Action.edit):
        return
    claim = _claim(house, "property", id)
    ((status, purpose),) = house.rows(select(Property.status, Property.purpose).where(Property.id == id))
    new = Status.active if status in _OFFERED else status
    if claim is not None:
        won = Status.let if purpose == Purpose.rent else Status.sold
        new = won if claim.won else Status.deposit
    if new == status:
        return
    try:
        house.update(Property, id, {"status": new})
    except Invalid:
        # What a property lacks to be offered does not undo that it is sold or let.
        house.carry(Property, {id: {"status": new}})


def settle_unit(gate: Gate, id: int) -> None:
    """A unit is kept for the buyer whose deposit is paid, sold to the one whose deal is won, and else given to who is next."""
    house = lock_unit(gate, id)
    claim = _claim(house, "unit", id)
    kept = _kept(house, id)
    if claim is not None:
        _keep(house, id, claim, kept)
    elif kept is not None and (kept.paid or kept.state == HoldState.sold):
        _give_back(house, id, kept)


def _now(event: BeforeSave[Deal], full: str) -> Any:
    """A field as it would be saved."""
    return event.values[full] if full in event.values else getattr(event.record, full)


def _follow_money(gate: Gate, line: Written[Deal]) -> None:
    if line.before is None and not line.values.get("real_estate_deposit_paid_on"):
        return
    if "real_estate_price" in line.values:
        fit_to_price(gate, line.id)
        settle(gate, line.id)
    if "real_estate_deposit_paid_on" in line.values:
        pay_deposit(gate, line.id)


def _decides(write: Write[Deal], line: Written[Deal]) -> bool:
    return write.what in ("trashed", "restored") or bool(_DECIDING & line.values.keys())


def _things(gate: Gate, lines: list[Written[Deal]], name: str) -> set[int]:
    """The properties or units that these deals were about, or are now."""
    full = DealTerms.names[name]
    before = {getattr(line.before, full) for line in lines if line.before}
    return {int(id) for id in before | {line.values.get(full) for line in lines} if id}


def _claims(house: Gate, name: str, id: int, *, but: int = 0) -> list[Claim]:
    """The deals to which a property or a unit belongs, leaving one out: at most two are looked for."""
    thing = DealTerms.property if name == "property" else DealTerms.unit
    found = house.rows(
        select(Deal.id, DealTerms.buyer, Deal.outcome)
        .where(thing == id, Deal.outcome != "lost", Deal.id != but)
        .where(or_(Deal.outcome == "won", DealTerms.deposit_paid_on.is_not(None)))
        .order_by(Deal.id)
        .limit(2)
    )
    return [Claim(row.id, row[1], row.outcome == "won") for row in found]


def _claim(house: Gate, name: str, id: int) -> Claim | None:
    """The deal to which it belongs. Refused when there are two: nothing is sold twice, however fast two people are."""
    found = _claims(house, name, id)
    if len(found) > 1:
        raise Refused(_TAKEN)
    return found[0] if found else None


def _kept(house: Gate, unit: int) -> Hold | None:
    """The hold that counts of a unit."""
    found = select(Hold.id).where(Hold.unit == unit, Hold.state.in_(TAKING))
    id = house.scalar(found)
    return None if id is None else house.get(Hold, id)


def _keep(house: Gate, unit: int, claim: Claim, kept: Hold | None) -> None:
    """Keep a unit for the buyer of a deal; who waits for it leaves the queue with that."""
    if claim.buyer is None:
        raise Refused(_NOBODY)
    if kept is not None and kept.contact != claim.buyer:
        raise Refused(_HELD)
    deal = house.get(Deal, claim.deal)
    terms = deal[DealTerms]
    values: dict[str, object] = {"state": HoldState.sold if claim.won else HoldState.active, "paid": True}
    if terms.deposit_paid_on and (kept is None or not kept.paid):
        noon = dt.datetime.combine(terms.deposit_paid_on, dt.time(12), dt.UTC)
        values |= {"deposit": terms.deposit, "paid_at": min(noon, house.now)}
    if claim.won and (kept is None or kept.state != HoldState.sold):
        values["sold_at"] = house.now
    waiting = select(Hold.id).where(
        Hold.unit == unit, Hold.contact == claim.buyer, Hold.state == HoldState.waiting
    )
    id = kept.id if kept else house.scalar(waiting.order_by(Hold.id).limit(1))
    if id is not None:
        house.update(Hold, id, values)
        return
    sold = house.get(Unit, unit)
    who = {"unit": unit, "contact": claim.buyer, "owner": deal.owner, "team": deal.team}
    house.create(Hold, {"number": number_of(house, sold, claim.buyer), **who, **values})


def _give_back(house: Gate, unit: int, kept: Hold) -> None:
    """Nobody has a claim any more: a buyer whose deal is still open keeps the unit unpaid, else the next one has it."""
    still = select(Deal.id).where(
        DealTerms.unit == unit, DealTerms.buyer == kept.contact, Deal.outcome == "open"
    )
    if house.scalar(still.limit(1)):
        again = {"state": HoldState.active, "paid": False, "paid_at": None, "sold_at": None, "warned": False}
        house.update(Hold, kept.id, {**again, "until": usual_end(house)})
        return
    house.update(Hold, kept.id, {"state": HoldState.released})
