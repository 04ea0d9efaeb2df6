"""Codes of coupons: as many as asked for, which nobody guesses and nobody mistypes into another."""

import secrets
from typing import Any

from hookline_sdk import Act, BeforeDelete, BeforeSave, Form, Gate, Mapped, Text, integer, ref, text

from hookline_loyalty.coupons.data import Benefit, CodeKind, Coupon, CouponCode
from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.book import code_of
from hookline_loyalty.programmes.rights import CARDS, PROGRAMMES, judge_right

# Without those that are taken for each other: 0 and O, 1, I and L.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_LENGTH = 10
_MOST = 10_000


class HowMany(Form):
    """How many codes, and how they begin."""

    number: Mapped[int] = integer("How many", minimum=1, maximum=_MOST, default=100)
    prefix: Mapped[str | None] = text("They begin with", max_length=10)
    contact: Mapped[int | None] = ref("contact", "For one customer")


def new_code(prefix: str = "") -> str:
    """A code of ten letters that are not guessed, after a prefix."""
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))


@plugin.action(
    Coupon, "Make codes", asks=HowMany, icon="ticket", needs=CARDS, when='codes = "many"', order=10
)
def make_codes(act: Act[Coupon, HowMany], gate: Gate) -> Text:
    """Make codes, each of which can be used once."""
    prefix = code_of(act.form.prefix or "")
    made = {new_code(prefix) for _ in range(act.form.number)}
    rows: list[dict[str, Any]] = [
        {"code": code, "coupon": act.record.id, "contact": act.form.contact} for code in sorted(made)
    ]
    gate.as_house(Text("codes of a coupon")).create_many(CouponCode, rows)
    return Text("Codes made: %(number)s", number=len(made))


@plugin.before_save(Coupon)
def judge_coupon(event: BeforeSave[Coupon]) -> None:
    """A coupon gives something, in a time that does not end before it begins."""
    judge_right(event, PROGRAMMES)
    coupon = event.record
    if coupon.code and code_of(coupon.code) != coupon.code:
        event.values["code"] = code_of(coupon.code)
    if coupon.codes == CodeKind.many and coupon.code:
        event.values["code"] = None
    if coupon.starts_on and coupon.ends_on and coupon.ends_on < coupon.starts_on:
        event.reject("It ends before it starts.", "ends_on")
    if coupon.benefit == Benefit.percent and not coupon.percent:
        event.reject("It must be above zero.", "percent")
    if coupon.benefit == Benefit.amount and not coupon.amount:
        event.reject("It must be above zero.", "amount")
    if coupon.most is not None and not coupon.most:
        event.reject("It must be above zero.", "most")


@plugin.before_save(CouponCode)
def judge_code(event: BeforeSave[CouponCode]) -> None:
    """A code is kept as it is compared."""
    judge_right(event, CARDS)
    code = event.record
    if code.code:
        event.values["code"] = code_of(code.code)


@plugin.before_delete(Coupon)
def keep_coupon(event: BeforeDelete[Coupon]) -> None:
    judge_right(event, PROGRAMMES)


@plugin.before_delete(CouponCode)
def keep_code(event: BeforeDelete[CouponCode]) -> None:
    judge_right(event, CARDS)
