"""Reading the book of a bill: what decides about it, with the same few statements however much there is."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hookline_sdk import Contact, Gate, Text, case, func, house_currency, or_, select

from hookline_loyalty.cards.data import GiftCard
from hookline_loyalty.coupons.data import CodeKind, Coupon, CouponCode, Redemption
from hookline_loyalty.points.data import Account, Unit
from hookline_loyalty.points.ledger import balance
from hookline_loyalty.programmes.bill import Bill
from hookline_loyalty.programmes.book import (
    Book,
    Card,
    Level,
    Offer,
    Pass,
    Points,
    Rule,
    Scope,
    Window,
    code_of,
    folded,
)
from hookline_loyalty.programmes.cents import NOTHING, ONE
from hookline_loyalty.programmes.data import (
    EarnRule,
    Multiplier,
    Programme,
    ProgrammeKind,
    ProgrammeState,
    Terms,
)
from hookline_loyalty.programmes.windows import falls_on, here, within_hours
from hookline_loyalty.tiers.data import Membership, Tier

READING = Text("what a bill comes to")


def read(gate: Gate, bill: Bill, *, programme: int | None = None) -> Book:
    """The book of a bill. With `programme` as if this one were in force: what a draft would do."""
    house = gate.as_house(READING)
    local = here(bill.at, Terms.of(house).zone)
    running = _running(house, local.date(), programme)
    points = next((one for one in running if one.kind == ProgrammeKind.points), None)
    passes = [one for one in running if one.kind == ProgrammeKind.stamps]
    purses = _purses(house, bill.contact)
    codes = sorted({code_of(code) for code in bill.codes} - {""})
    level, names = _levels(house, bill.contact)
    given = _given(house, codes) if codes else {}
    offers = _offers(house, given, bill.contact)
    return Book(
        currency=house_currency(house),
        today=local.date(),
        points=_points(points) if points else None,
        rules=_rules(house, points.id) if points else (),
        windows=_windows(house, points.id, local) if points else (),
        level=level,
        offers=offers,
        spare=frozenset(given) - {offer.code for offer in offers},
        passes=[
            Pass(p.id, p.name, p.every, scope(p.categories, p.products), int(purses.get(f"programme:{p.id}", 0)))
            for p in passes
        ],
        cards=_cards(house, codes, local.date()) if codes else (),
        balance=purses.get(Unit.points, NOTHING),
        deposit=purses.get(Unit.deposit, NOTHING),
        tier_names=names,
    )  # fmt: skip


def scope(categories: str | None, products: str | None) -> Scope:
    """Goods as somebody wrote them down, separated by commas."""
    return Scope(_named(categories), _named(products))


def _named(said: str | None) -> frozenset[str]:
    return frozenset(folded(name) for name in (said or "").split(",") if name.strip())


def _running(house: Gate, today: dt.date, wanted: int | None) -> Sequence[Any]:
    """The programmes in force; in place of one of its kind the one that is tried out."""
    one = Programme
    columns = (
        one.id, one.name, one.kind, one.worth, one.rounding, one.most, one.excluded_categories,
        one.excluded_products, one.every, one.categories, one.products,
    )  # fmt: skip
    in_force = (
        (one.state == ProgrammeState.active)
        & or_(one.starts_on.is_(None), one.starts_on <= today)
        & or_(one.ends_on.is_(None), one.ends_on >= today)
    )
    found = house.rows(select(*columns).where(or_(in_force, one.id == (wanted or 0))).order_by(one.id))
    tried = next((row for row in found if row.id == wanted), None)
    if tried is None:
        return found
    return [row for row in found if row is tried or not row.kind == tried.kind == ProgrammeKind.points]


def _points(row: Any) -> Points:
    excluded = scope(row.excluded_categories, row.excluded_products)
    return Points(row.id, row.name, row.worth or NOTHING, row.rounding, row.most, excluded)


def _rules(house: Gate, programme: int) -> list[Rule]:
    rule = EarnRule
    found = select(
        rule.id, rule.name, rule.per, rule.points, rule.each, rule.minimum, rule.categories, rule.products
    ).where(rule.programme == programme)
    return [
        Rule(id, name, per, points, each or ONE, minimum or NOTHING, scope(categories, products))
        for id, name, per, points, each, minimum, categories, products in house.rows(found.order_by(rule.id))
    ]


def _windows(house: Gate, programme: int, local: dt.datetime) -> list[Window]:
    one = Multiplier
    found = select(
        one.id, one.name, one.factor, one.rule, one.starts_on, one.ends_on, one.from_hour, one.to_hour,
        one.categories, one.products,
    ).where(one.programme == programme)  # fmt: skip
    return [
        Window(row.id, row.name, row.factor, scope(row.categories, row.products))
        for row in house.rows(found.order_by(one.id))
        if falls_on(row.rule, row.starts_on, row.ends_on, local.date())
        and within_hours(row.from_hour, row.to_hour, local.hour)
    ]


def _purses(house: Gate, contact: int | None) -> dict[str, Decimal]:
    """What the customer has: by unit, of stamps by pass."""
    if contact is None:
        return {}
    found = select(Account.id, Account.unit, Account.series, Account.balance, Account.next_on)
    today = house.now.date()
    return {
        # What has run out since the last night does not count any more.
        series or unit: balance(house, id) if next_on is not None and next_on < today else stands
        for id, unit, series, stands, next_on in house.rows(found.where(Account.contact == contact))
    }


def _levels(house: Gate, contact: int | None) -> tuple[Level | None, dict[int, str]]:
    own = select(Membership.tier).where(Contact.id == (contact or 0))
    tiers = house.rows(
        select(Tier.id, Tier.name, Tier.multiplier, Tier.discount, (Tier.id == own.scalar_subquery()))
    )
    level = next((Level(id, name, times, off) for id, name, times, off, mine in tiers if mine), None)
    return level, {row.id: row.name for row in tiers}


def _given(house: Gate, codes: Sequence[str]) -> dict[str, tuple[int, Any]]:
    """Of these codes those of coupons: which coupon each is of, and of one of many its row."""
    many = select(CouponCode.code, CouponCode.coupon, CouponCode.contact, CouponCode.used)
    single = select(Coupon.code, Coupon.id).where(Coupon.code.in_(codes), Coupon.codes == CodeKind.single)
    found: dict[str, tuple[int, Any]] = {code: (id, None) for code, id in house.rows(single)}
    own = house.rows(many.where(CouponCode.code.in_(codes)).order_by(CouponCode.code))
    return {**found, **{row.code: (row.coupon, row) for row in own}}


def _offers(house: Gate, given: Mapping[str, tuple[int, Any]], contact: int | None) -> list[Offer]:
    first = {id: code for code, (id, _) in sorted(given.items(), reverse=True)}
    ids = sorted(first)
    if not ids:
        return []
    used, links = _redeemed(house, ids, contact), house.linked(house.schema[Coupon], ids)
    return [
        _offer(one, first[one.id], given[first[one.id]][1], used.get(one.id, (0, 0)), links[one.id]["tiers"])
        for one in house.several(Coupon, ids)
    ]


def _redeemed(house: Gate, ids: Sequence[int], contact: int | None) -> dict[int, tuple[int, int]]:
    """How often each coupon was redeemed: in all, and by this customer."""
    mine = func.sum(case((Redemption.contact == (contact or 0), 1), else_=0))
    found = select(Redemption.coupon, func.count(Redemption.id), mine).where(
        Redemption.coupon.in_(ids), Redemption.taken_back.is_(False)
    )
    return {
        coupon: (times, int(own or 0)) for coupon, times, own in house.rows(found.group_by(Redemption.coupon))
    }


def _offer(one: Coupon, code: str, own: Any, used: tuple[int, int], tiers: Sequence[int]) -> Offer:
    return Offer(
        one.id, one.name, code, one.benefit, one.on, one.percent or NOTHING, one.amount or NOTHING, one.most,
        one.minimum or NOTHING, scope(one.categories, one.products), one.combines, one.active,
        one.starts_on, one.ends_on, one.limit, used[0], one.own_limit, used[1], frozenset(tiers),
        code_used=bool(own and own.used), code_of=own.contact if own else None,
    )  # fmt: skip


def _cards(house: Gate, codes: Sequence[str], today: dt.date) -> list[Card]:
    found = (
        select(
            GiftCard.id, GiftCard.code, GiftCard.account, Account.balance, GiftCard.blocked, GiftCard.ends_on
        )
        .join(Account, Account.id == GiftCard.account)
        .where(GiftCard.code.in_(codes))
        .order_by(GiftCard.code)
    )
    return [
        Card(id, code, account, held, _problem(blocked, ends_on, today), ends_on)
        for id, code, account, held, blocked, ends_on in house.rows(found)
    ]


def _problem(blocked: bool, ends_on: dt.date | None, today: dt.date) -> str:
    if blocked:
        return "blocked"
    return "ended" if ends_on is not None and ends_on < today else ""
