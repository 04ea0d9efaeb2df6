"""Settling a bill: a quote becomes a receipt, entries in the ledger and redeemed coupons, once for each source, and back again."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from hookline_sdk import Action, Contact, Gate, Invalid, Money, Problem, Text, select

from hookline_loyalty.bills.booking import Booked, book
from hookline_loyalty.bills.reading import read
from hookline_loyalty.coupons.redeeming import hold_coupons, redeem, take_redemptions_back
from hookline_loyalty.customers.belonging import belonging
from hookline_loyalty.customers.data import Receipt, ReceiptLine
from hookline_loyalty.points.ledger import reverse
from hookline_loyalty.programmes.bill import Bill, Effect, Quote
from hookline_loyalty.programmes.book import code_of
from hookline_loyalty.programmes.cents import NOTHING, ONE
from hookline_loyalty.programmes.data import Settlement, Terms
from hookline_loyalty.programmes.quoting import work_out
from hookline_loyalty.programmes.terms import terms_of
from hookline_loyalty.programmes.windows import here
from hookline_loyalty.referrals.rewarding import reward, take_reward_back
from hookline_loyalty.tiers.moving import move_up

SETTLING = Text("a bill was settled")
_LONGEST = 300


def quote(gate: Gate, bill: Bill, *, programme: int | None = None) -> Quote:
    """What a bill comes to now; nothing is changed. With `programme` as if this one were in force."""
    bill = _told(bill)
    return work_out(bill, read(gate, bill, programme=programme))


def settle(
    gate: Gate, bill: Bill, source: str, *, what: str = "", receipt: int | None = None, event: int = 0
) -> Settlement:
    """Apply a bill's quote, as it is at this moment: once for each `source`, such as "till:7/42"; a retry gets the same.

    A receipt is made of it unless there is one; `event` is the one that told of it. Refused when nothing was bought, or when an amount is below zero.
    """
    house, bill = gate.as_house(SETTLING), _told(bill)
    # Two tills with one customer come one after the other, so that both know what the other one did.
    if bill.contact is not None:
        house.hold(Contact, [bill.contact], Action.read)
    known = settlement_of(house, source)
    if known is not None and not known.reversed:
        return known
    _judge(bill, source)
    hold_coupons(house, bill.codes)
    found = _in_time(house, bill, work_out(bill, read(house, bill)))
    turn = 0 if known is None else known.turn + 1
    what, whose = _named(bill, what), belonging(house, bill.contact)
    if receipt is None:
        receipt = _receipt(house, bill, found, source, what=what, whose=whose)
    values = {**_values(house, bill, found, receipt), "what": what, "turn": turn, "event": event}
    if known is None:
        id = house.create(Settlement, {**values, "source": source, **whose})
    else:
        id = known.id
        house.update(Settlement, id, values)
    book(house, bill, found, Booked(key_of(source, turn), receipt, min(bill.at, house.now)))
    redeem(house, found, id, bill.contact)
    if bill.contact is not None:
        reward(house, bill.contact, source)
        move_up(house, bill.contact)
    return house.get(Settlement, id)


def take_back(
    gate: Gate, source: str, *, lines: Sequence[int] | None = None, keep_receipt: bool = False
) -> Settlement | None:
    """Take a settled bill back: all of it, or these of its lines (0 is the first) beside those taken back before.

    Points go as far as these lines earned them, and come back as far as they paid for them. Stamps, coupons, and what a
    referral brought, go back with the last line. None when nothing was settled; a retry changes nothing. With
    `keep_receipt` whoever told of the purchase sees to its receipt.
    """
    house = gate.as_house(Text("a bill was taken back"))
    settlement = settlement_of(house, source)
    if settlement is None:
        return None
    if settlement.contact is not None:
        house.hold(Contact, [settlement.contact], Action.read)
        settlement = house.get(Settlement, settlement.id)
    told = json.loads(settlement.told or "{}")
    amounts = [Decimal(amount) for amount in told.get("lines", ())]
    gone = set(told.get("gone", ())) | set(range(len(amounts)) if lines is None else lines)
    if not gone <= set(range(len(amounts))):
        raise Invalid([Problem("lines", Text("There is no such line on this bill."))])
    whole = lines is None or len(gone) == len(amounts)
    part = ONE if whole else _part(amounts, gone)
    key, why = key_of(source, settlement.turn), Text("Taken back")
    for booked in (f"{key}#use", f"{key}#points", f"{key}#cards"):
        reverse(house, booked, part=part, why=why)
    if whole and not settlement.reversed:
        reverse(house, f"{key}#stamps", why=why)
        take_redemptions_back(house, settlement.id)
        take_reward_back(house, source)
    told["gone"] = sorted(gone)
    values = {"back": part * 100, "reversed": whole, "told": json.dumps(told)}
    house.update(Settlement, settlement.id, values)
    if not keep_receipt:
        _shrink_receipt(house, settlement, told, whole=whole)
    return house.get(Settlement, settlement.id)


def settlement_of(gate: Gate, source: str) -> Settlement | None:
    """What was settled for a source."""
    found = gate.rows(select(Settlement.id).where(Settlement.source == source))
    return gate.get(Settlement, found[0].id) if found else None


def key_of(source: str, turn: int) -> str:
    """What the entries of a settlement stand on. One that was taken back and settled anew has others."""
    return source if not turn else f"{source}@{turn}"


def _told(bill: Bill) -> Bill:
    codes = tuple(dict.fromkeys(code for said in bill.codes if (code := code_of(said))))
    return replace(bill, codes=codes)


def _judge(bill: Bill, source: str) -> None:
    if not source or len(source) > 150:
        raise Invalid([Problem("source", Text("Say what the bill stands on, in at most 150 characters."))])
    if not bill.lines:
        raise Invalid([Problem("lines", Text("Nothing was bought."))])
    if any(line.amount < 0 or line.quantity <= 0 for line in bill.lines):
        raise Invalid([Problem("lines", Text("Amounts are not below zero, and quantities above it."))])


def _in_time(house: Gate, bill: Bill, found: Quote) -> Quote:
    """What was bought so long ago that its points would have run out earns none."""
    ends = terms_of(house).expires_on(bill.at.date())
    return replace(found, earned=NOTHING) if ends is not None and ends < house.now.date() else found


def _named(bill: Bill, what: str) -> str:
    """What a bill is called: by what was bought, unless whoever settles it says otherwise."""
    return (what or ", ".join(dict.fromkeys(line.product for line in bill.lines)))[:_LONGEST]


def _receipt(
    house: Gate, bill: Bill, found: Quote, source: str, *, what: str, whose: Mapping[str, Any]
) -> int:
    """What was bought, for what it cost in money."""
    taken = sum((line.due for line in found.lines), NOTHING)
    values = {
        "what": what, "contact": bill.contact, "amount": taken, "currency": bill.currency,
        "bought_at": min(bill.at, house.now), "source": source, "reversed": False,
    }  # fmt: skip
    known = house.scalar(select(Receipt.id).where(Receipt.source == source))
    if known is None:
        id = house.create(Receipt, {**values, **whose})
    else:
        id = int(known)
        house.update(Receipt, id, values)
    rows = [
        {
            "receipt": id, "product": line.product, "category": line.category or None,
            "quantity": line.quantity, "amount": line.due, "currency": bill.currency,
        }
        for line in found.lines
    ]  # fmt: skip
    house.create_many(ReceiptLine, rows)
    return id


def _values(house: Gate, bill: Bill, found: Quote, receipt: int) -> dict[str, Any]:
    told = {
        "lines": [str(line.due + line.points) for line in found.lines],
        "products": [line.product for line in found.lines],
        "effects": [_written(effect) for effect in found.effects],
    }
    return {
        "contact": bill.contact, "receipt": receipt, "programme": terms_of(house).programme,
        "settled_at": min(bill.at, house.now), "settled_on": here(bill.at, Terms.of(house).zone).date(),
        "total": found.total, "discount": found.discount,
        "points_used": found.points_used, "points_worth": found.points_worth, "cards": found.paid_by_cards,
        "due": found.due, "earned": found.earned, "back": NOTHING, "reversed": False,
        "told": json.dumps(told, ensure_ascii=False),
    }  # fmt: skip


def _written(effect: Effect) -> Mapping[str, Any]:
    return {
        "kind": effect.kind, "name": effect.name, "applied": effect.applied, "amount": str(effect.amount),
        "why": effect.why.msgid, "with": {name: _kept(value) for name, value in effect.why.params.items()},
    }  # fmt: skip


def _kept(value: object) -> str | list[str | None]:
    """A parameter of a sentence: an amount with its currency, so that it can be written for whoever reads it."""
    return [str(value.amount), value.currency] if isinstance(value, Money) else str(value)


def _part(amounts: Sequence[Decimal], gone: set[int]) -> Decimal:
    """Which part of a bill these lines are: of what they cost; where all were free, of their number."""
    whole = sum(amounts, NOTHING)
    if not whole:
        return Decimal(len(gone)) / len(amounts)
    return sum((amounts[at] for at in gone), NOTHING) / whole


def _shrink_receipt(house: Gate, settlement: Settlement, told: Mapping[str, Any], *, whole: bool) -> None:
    """The receipt counts no longer, or for what was not taken back."""
    if settlement.receipt is None:
        return
    if whole:
        house.update(Receipt, settlement.receipt, {"reversed": True})
        return
    rows = house.rows(
        select(ReceiptLine.id, ReceiptLine.amount)
        .where(ReceiptLine.receipt == settlement.receipt)
        .order_by(ReceiptLine.id)
    )
    known = told.get("ids") or [row.id for row in rows]
    kept = [row for row in rows if row.id not in {known[at] for at in told["gone"]}]
    house.erase_many(ReceiptLine, [row.id for row in rows if row not in kept])
    house.update(Receipt, settlement.receipt, {"amount": sum((row.amount for row in kept), NOTHING)})
    house.update(Settlement, settlement.id, {"told": json.dumps({**told, "ids": known})})
