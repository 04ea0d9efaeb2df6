"""Redeeming coupons: each use is kept, so that limits hold however many tills there are, and given back with the bill."""

from collections.abc import Sequence
from typing import Any

from hookline_sdk import Action, Gate, select

from hookline_loyalty.coupons.data import CodeKind, Coupon, CouponCode, Redemption
from hookline_loyalty.programmes.bill import Quote


def hold_coupons(house: Gate, codes: Sequence[str]) -> None:
    """Let those who use the same coupons come one after the other, until this transaction ends."""
    if not codes:
        return
    single = select(Coupon.id).where(Coupon.code.in_(codes), Coupon.codes == CodeKind.single)
    many = select(CouponCode.coupon).where(CouponCode.code.in_(codes))
    ids = {id for (id,) in [*house.rows(single), *house.rows(many)]}
    if ids:
        house.hold(Coupon, sorted(ids), Action.read)


def redeem(house: Gate, quote: Quote, settlement: int, contact: int | None) -> None:
    """Keep which coupons were used, for how much; a code that can be used once is used."""
    used = {
        int(effect.record.rpartition(":")[2]): effect.code
        for effect in quote.effects
        if effect.kind == "coupon" and effect.applied
    }
    if not used:
        return
    rows: list[dict[str, Any]] = [
        {
            "code": used[id], "coupon": id, "contact": contact, "settlement": settlement,
            "redeemed_at": house.now, "amount": amount,
        }
        for id, amount in quote.coupons.items()
    ]  # fmt: skip
    house.create_many(Redemption, rows)
    _mark(house, sorted(used.values()), used_up=True)


def take_redemptions_back(house: Gate, settlement: int) -> None:
    """The coupons of a bill can be used again."""
    found = select(Redemption.id, Redemption.code).where(
        Redemption.settlement == settlement, Redemption.taken_back.is_(False)
    )
    redeemed = house.rows(found)
    for row in redeemed:
        house.update(Redemption, row.id, {"taken_back": True})
    _mark(house, [row.code for row in redeemed], used_up=False)


def _mark(house: Gate, codes: Sequence[str], *, used_up: bool) -> None:
    if codes:
        ids = house.rows(select(CouponCode.id).where(CouponCode.code.in_(codes)))
        house.carry(CouponCode, {id: {"used": used_up} for (id,) in ids})
