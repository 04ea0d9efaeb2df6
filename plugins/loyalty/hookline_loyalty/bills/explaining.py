"""A settled bill in words: what applied to it, what did not and why, as it was told at the till."""

import json
from decimal import Decimal
from typing import Any

from hookline_sdk import Badge, Contact, Gate, Link, Money, Panel, Text, Value, select

from hookline_loyalty.coupons.data import Coupon, CouponCode
from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.glances import in_hand
from hookline_loyalty.programmes.cents import plain
from hookline_loyalty.programmes.data import Settlement
from hookline_loyalty.referrals.data import Referral
from hookline_loyalty.tiers.data import Membership
from hookline_loyalty.tiers.moving import done_by, ladder

_KINDS = {
    "pass": Text("Pass"),
    "tier": Text("Tier"),
    "coupon": Text("Coupon"),
    "code": Text("Code"),
    "points": Text("Points"),
    "gift": Text("Gift card"),
    "deposit": Text("Deposit"),
    "earn": Text("Earned"),
    "programme": Text("Programme"),
}


@plugin.panel(Settlement, "What applied", slot="record.main")
def effects_of(record: Settlement, gate: Gate) -> Panel:
    """Every effect on the bill, in the order in which they were applied."""
    told = json.loads(record.told or "{}").get("effects", ())
    rows: list[tuple[Value, ...]] = [
        (_KINDS.get(one["kind"], one["kind"]), one["name"], _why(one), _amount(one)) for one in told
    ]
    columns = (Text("Kind"), Text("What"), Text("Why"), Text("Amount"))
    return Panel(columns=columns, rows=rows, empty=Text("No programme was in force."))


@plugin.panel(Contact, "Loyalty", order=30)
def loyalty_of(record: Contact, gate: Gate) -> Panel:
    """What a customer has in hand, the tier and how far it is to the next one, codes made for them, and who brought them."""
    rows = in_hand(record, gate)
    facts = {**_tier(record, gate), **_codes(record, gate), **_brought(record, gate)}
    columns = (Text("Account"), Text("Balance"), Text("Ends next"))
    empty = Text("Nothing yet: it begins with a purchase.")
    return Panel(facts=facts, columns=columns if rows else (), rows=rows, empty=empty)


def _tier(record: Contact, gate: Gate) -> dict[str, Value]:
    rungs = ladder(gate)
    if not rungs:
        return {}
    done, membership = done_by(gate, record.id), record[Membership]
    place = next((at for at, rung in enumerate(rungs) if rung.id == membership.tier), -1)
    facts: dict[str, Value] = {}
    if place >= 0:
        facts[str(Text("Tier"))] = Badge(rungs[place].name, "violet")
        facts[str(Text("Until"))] = membership.tier_until
    following = rungs[place + 1] if place + 1 < len(rungs) else None
    if following is not None and done.spent and following.amount > done.spent:
        facts[str(Text("Missing to the next tier"))] = Money(following.amount - done.spent)
    return facts


def _codes(record: Contact, gate: Gate) -> dict[str, Value]:
    """Codes that were made for this customer and can be used."""
    found = (
        select(CouponCode.code, Coupon.id)
        .join(Coupon, Coupon.id == CouponCode.coupon)
        .where(CouponCode.contact == record.id, CouponCode.used.is_(False), Coupon.active.is_(True))
        .order_by(CouponCode.id.desc())
    )
    codes = gate.rows(found.limit(1))
    return {str(Text("Coupon in hand")): Link(code, f"loyalty_coupon:{id}") for code, id in codes}


def _brought(record: Contact, gate: Gate) -> dict[str, Value]:
    by = select(Referral.referrer, Contact.name).join(Contact, Contact.id == Referral.referrer)
    brought = gate.rows(by.where(Referral.referred == record.id).limit(1))
    return {str(Text("Brought by")): Link(name, f"contact:{id}") for id, name in brought}


def _why(effect: dict[str, Any]) -> Text:
    kept = effect["with"].items()
    told = {name: Money(Decimal(v[0]), v[1]) if isinstance(v, list) else v for name, v in kept}
    return Text(effect["why"], **told)


def _amount(effect: dict[str, Any]) -> Value:
    """Money, or of what was earned a number of points; nothing for what did not apply."""
    amount = Decimal(effect["amount"])
    if not effect["applied"] or not amount:
        return None
    return plain(amount) if effect["kind"] == "earn" else Money(amount)
