"""Bills that are settled: once for each source, with the ledger, coupons, stamps, tiers and referrals behind them."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hookline_sdk import Contact, Gate, Invalid, Money, Purchase, PurchaseItem, Text, func, select
from hookline_sdk.testing import AssertQueries, Crm, Make, Outbox

from hookline_loyalty.bills import settling
from hookline_loyalty.cards.data import GiftCard
from hookline_loyalty.coupons.data import Benefit, CodeKind, Coupon, CouponCode, Redemption
from hookline_loyalty.customers.data import Receipt, ReceiptLine
from hookline_loyalty.points.data import Account, Entry, Unit
from hookline_loyalty.points.ledger import account_of, balance, earn
from hookline_loyalty.programmes.bill import Bill, BillLine, Quote
from hookline_loyalty.programmes.data import (
    EarnRule,
    Multiplier,
    Per,
    Programme,
    ProgrammeKind,
    ProgrammeState,
    Settlement,
)
from hookline_loyalty.referrals.data import Referral, ReferralState
from hookline_loyalty.tiers.data import Membership, Tier, TierChange

E = Decimal


@dataclass
class Till:
    """A till: each of its calls is a transaction."""

    crm: Crm

    def settle(self, bill: Bill, source: str) -> Settlement:
        with self.crm.house() as gate:
            return settling.settle(gate, bill, source)

    def quote(self, bill: Bill) -> Quote:
        with self.crm.house() as gate:
            return settling.quote(gate, bill)

    def take_back(self, source: str, lines: Sequence[int] | None = None) -> Settlement | None:
        with self.crm.house() as gate:
            return settling.take_back(gate, source, lines=lines)

    def points_of(self, contact: Contact, unit: Unit = Unit.points, series: str = "") -> Decimal:
        with self.crm.house() as gate:
            return balance(gate, account_of(gate, contact.id, unit, series=series))

    def earn(self, contact: Contact, points: int) -> None:
        with self.crm.house() as gate:
            account = account_of(gate, contact.id, Unit.points)
            earn(gate, account, E(points), source="begun", why=Text("Begun"))


@pytest.fixture
def till(crm: Crm) -> Till:
    return Till(crm)


@pytest.fixture
def club(make: Make) -> Programme:
    """A point for each 1, worth 0.01; 50 for bringing somebody, 20 for who was brought."""
    club = make(
        Programme, name="Club", kind=ProgrammeKind.points, state=ProgrammeState.active, starts_on=None, ends_on=None,
        worth=E("0.01"), lifetime=100, most=E(70), referrer=50, referred=20,
        excluded_categories=None, excluded_products=None,
    )  # fmt: skip
    make(
        EarnRule,
        programme=club,
        per=Per.amount,
        points=E(1),
        each=E(1),
        minimum=None,
        categories=None,
        products=None,
    )
    return club


def bill(gate: Gate, contact: Contact | None, *lines: BillLine, **more: Any) -> Bill:
    return Bill(
        lines or (BillLine("Beans", E(20)),), gate.now, contact=contact.id if contact else None, **more
    )


def test_a_bill_is_settled_once(till: Till, gate: Gate, make: Make, club: Programme) -> None:
    someone = make(Contact)
    first = till.settle(bill(gate, someone), "till:1/1")
    again = till.settle(bill(gate, someone, BillLine("Beans", E(99))), "till:1/1")
    assert (first.id, again.due, again.earned) == (again.id, E(20), E(20))
    assert till.points_of(someone) == 20
    (receipt,) = gate.rows(select(Receipt.amount, Receipt.source, Receipt.contact))
    assert tuple(receipt) == (E(20), "till:1/1", someone.id)
    (entry,) = gate.rows(select(Entry.expires_on, Entry.receipt))
    assert entry.expires_on == gate.now.date() + dt.timedelta(days=100)
    assert entry.receipt == first.receipt


def test_points_pay_and_all_of_it_goes_back(till: Till, gate: Gate, make: Make, club: Programme) -> None:
    someone = make(Contact)
    till.earn(someone, 1000)
    done = till.settle(bill(gate, someone, points=E(5000)), "till:1/1")
    assert (done.points_used, done.points_worth, done.due, done.earned) == (E(1000), E(10), E(10), E(10))
    assert till.points_of(someone) == 10
    for _ in range(2):
        back = till.take_back("till:1/1")
        assert back is not None
        assert (back.reversed, back.back) == (True, E(100))
        assert till.points_of(someone) == 1000
    assert gate.scalar(select(Receipt.reversed)) is True
    assert till.take_back("till:1/2") is None


def test_lines_go_back_one_after_the_other(till: Till, gate: Gate, make: Make, club: Programme) -> None:
    someone = make(Contact)
    lines = (BillLine("Beans", E(20)), BillLine("Mug", E(10)), BillLine("Filter", E("3.50")))
    till.settle(bill(gate, someone, *lines), "till:1/1")
    assert till.points_of(someone) == 33
    till.take_back("till:1/1", lines=[1])
    till.take_back("till:1/1", lines=[1])
    assert till.points_of(someone) == 23
    assert gate.scalar(select(Receipt.amount)) == E("23.50")
    assert [name for (name,) in gate.rows(select(ReceiptLine.product).order_by(ReceiptLine.id))] == [
        "Beans",
        "Filter",
    ]
    till.take_back("till:1/1", lines=[0])
    assert gate.scalar(select(Receipt.amount)) == E("3.50")
    with pytest.raises(Invalid, match="no such line"):
        till.take_back("till:1/1", lines=[3])
    till.take_back("till:1/1", lines=[2])
    assert till.points_of(someone) == 0
    assert gate.scalar(select(Receipt.reversed)) is True


def test_the_tenth_coffee(till: Till, gate: Gate, make: Make) -> None:
    someone = make(Contact)
    passed = make(
        Programme, name="10th coffee", kind=ProgrammeKind.stamps, state=ProgrammeState.active, starts_on=None,
        ends_on=None, every=10, categories="coffee, Tea", products=None,
    )  # fmt: skip
    series = f"programme:{passed.id}"
    nine = BillLine("Espresso", E(18), E(9), "Coffee")
    till.settle(bill(gate, someone, nine), "till:1/1")
    assert till.points_of(someone, Unit.stamps, series) == 9
    free = till.settle(bill(gate, someone, BillLine("Latte", E(4), E(1), "Coffee")), "till:1/2")
    assert (free.due, free.discount) == (E(0), E(4))
    assert till.points_of(someone, Unit.stamps, series) == 0
    till.take_back("till:1/2")
    assert till.points_of(someone, Unit.stamps, series) == 9


def test_limits_of_coupons_hold_and_come_back_with_the_bill(till: Till, gate: Gate, make: Make) -> None:
    tenth = coupon(make, code="TEN", limit=2, own_limit=1)
    one, two, three = make(Contact), make(Contact), make(Contact)
    assert till.settle(bill(gate, one, codes=("t-e n",)), "till:1/1").discount == 2
    assert till.settle(bill(gate, one, codes=("TEN",)), "till:1/2").discount == 0
    assert till.settle(bill(gate, two, codes=("TEN",)), "till:1/3").discount == 2
    assert [str(e.why) for e in till.quote(bill(gate, three, codes=("TEN",))).effects] == [
        "The coupon has been used up: 2 times in all."
    ]
    till.take_back("till:1/1")
    assert till.settle(bill(gate, three, codes=("TEN",)), "till:1/4").discount == 2
    used = select(func.count(Redemption.id)).where(
        Redemption.coupon == tenth.id, Redemption.taken_back.is_(False)
    )
    assert gate.scalar(used) == 2


def test_one_of_many_codes_can_be_used_once(till: Till, gate: Gate, make: Make) -> None:
    many = coupon(make, codes=CodeKind.many, code=None)
    make(CouponCode, code="ab-12", coupon=many, contact=None)
    someone = make(Contact)
    assert till.settle(bill(gate, someone, codes=("AB12",)), "till:1/1").discount == 2
    assert till.quote(bill(gate, someone, codes=("AB12",))).discount == 0
    till.take_back("till:1/1")
    assert till.quote(bill(gate, someone, codes=("AB12",))).discount == 2


def test_a_gift_card_pays_a_part_at_a_time(till: Till, gate: Gate, make: Make) -> None:
    card = make(GiftCard, code="gift-1", amount=E(30), contact=None, ends_on=None, blocked=False)
    assert till.settle(bill(gate, None, codes=("GIFT1",)), "till:1/1").due == 0
    done = till.settle(bill(gate, None, codes=("GIFT1",)), "till:1/2")
    assert (done.cards, done.due) == (E(10), E(10))
    till.take_back("till:1/1")
    held = (
        select(Account.balance).join(GiftCard, GiftCard.account == Account.id).where(GiftCard.id == card.id)
    )
    assert gate.scalar(held) == 20


def test_both_get_something_after_the_first_purchase(
    till: Till, gate: Gate, make: Make, club: Programme
) -> None:
    anna, ben = make(Contact), make(Contact)
    brought = make(Referral, referrer=anna, referred=ben)
    till.settle(bill(gate, ben), "till:1/1")
    till.settle(bill(gate, ben), "till:1/2")
    assert (till.points_of(anna), till.points_of(ben)) == (E(50), E(20) + E(20) + E(20))
    till.take_back("till:1/1")
    assert (till.points_of(anna), till.points_of(ben)) == (E(0), E(20))
    assert gate.get(Referral, brought.id).state == ReferralState.waiting
    till.settle(bill(gate, ben), "till:1/3")
    assert till.points_of(anna) == 50


def test_nobody_brings_themselves_or_who_buys_already(till: Till, gate: Gate, make: Make) -> None:
    anna, ben = make(Contact, phone="+493012345678"), make(Contact)
    double = make(Contact, mobile="+493012345678")
    for referrer, referred, said in (
        (anna, anna, "Nobody can bring themselves"),
        (anna, double, "same phone"),
    ):
        with pytest.raises(Invalid, match=said):
            gate.create(Referral, {"referrer": referrer.id, "referred": referred.id})
    gate.create(Referral, {"referrer": anna.id, "referred": ben.id})
    with pytest.raises(Invalid, match="was brought by"):
        gate.create(Referral, {"referrer": ben.id, "referred": anna.id})
    carl = make(Contact)
    till.settle(bill(gate, carl), "till:1/1")
    with pytest.raises(Invalid, match="bought something already"):
        gate.create(Referral, {"referrer": anna.id, "referred": carl.id})


def test_a_tier_is_earned_at_once_and_gives_more(till: Till, gate: Gate, make: Make, club: Programme) -> None:
    silver = make(
        Tier, name="Silver", from_amount=E(30), from_points=None, keep_amount=None, keep_points=None,
        multiplier=E(2), discount=E(5),
    )  # fmt: skip
    someone = make(Contact)
    till.settle(bill(gate, someone), "till:1/1")
    assert gate.get(Contact, someone.id)[Membership].tier is None
    till.settle(bill(gate, someone), "till:1/2")
    assert gate.get(Contact, someone.id)[Membership].tier == silver.id
    change = gate.rows(select(TierChange.reason, TierChange.spent, TierChange.after))
    assert [tuple(row) for row in change] == [("earned", E(40), silver.id)]
    now = till.quote(bill(gate, someone))
    assert (now.due, now.earned) == (E(19), E(38))


def test_more_on_some_days(till: Till, gate: Gate, make: Make, club: Programme) -> None:
    day = gate.now.strftime("%a")[:2].upper()
    window: dict[str, Any] = {
        "programme": club, "factor": E(3), "starts_on": dt.date(2020, 1, 1), "ends_on": None, "from_hour": None,
        "to_hour": None, "categories": None, "products": None,
    }  # fmt: skip
    make(Multiplier, rule=f"FREQ=WEEKLY;BYDAY={day}", **window)
    someone = make(Contact)
    assert till.quote(bill(gate, someone)).earned == 60
    other = Bill((BillLine("Beans", E(20)),), gate.now - dt.timedelta(days=1), contact=someone.id)
    assert till.quote(other).earned == 20


def test_a_quote_costs_few_statements(
    till: Till, gate: Gate, make: Make, club: Programme, assert_queries: AssertQueries
) -> None:
    coupons = [coupon(make, code=f"TEN{n}") for n in range(3)]
    someone = make(Contact)
    till.earn(someone, 100)
    asked = bill(
        gate,
        someone,
        *(BillLine(f"Beans {n}", E(3)) for n in range(20)),
        codes=tuple(c.code for c in coupons),
    )
    with assert_queries(max=14):
        assert till.quote(asked).earned


def test_purchases_that_are_told_of_earn_too(
    till: Till, gate: Gate, make: Make, outbox: Outbox, club: Programme
) -> None:
    someone, other = make(Contact), make(Contact)

    def told(amount: int, contact: Contact, **more: Any) -> None:
        paid = Money(E(amount), "EUR")
        gate.emit(
            Purchase(
                source="deal:7", what="Beans", amount=paid, bought_at=gate.now, contact=contact.id, **more
            )
        )
        outbox.run()

    told(20, someone)
    assert till.points_of(someone) == 20
    told(30, someone, items=[PurchaseItem(product="Beans", amount=E(25))])
    assert till.points_of(someone) == 30
    told(30, other)
    assert (till.points_of(someone), till.points_of(other)) == (E(0), E(30))
    told(30, other, reversed=True)
    assert till.points_of(other) == 0
    told(5, other)
    assert till.points_of(other) == 5
    assert [tuple(row) for row in gate.rows(select(Receipt.amount, Receipt.reversed))] == [(E(5), False)]


def test_deals_in_another_currency_earn_nothing(
    till: Till, gate: Gate, make: Make, outbox: Outbox, club: Programme
) -> None:
    someone = make(Contact)
    paid = Money(E(20), "USD")
    gate.emit(Purchase(source="deal:7", what="Beans", amount=paid, bought_at=gate.now, contact=someone.id))
    outbox.run()
    assert till.points_of(someone) == 0


def coupon(make: Make, **more: Any) -> Coupon:
    values: dict[str, Any] = {
        "codes": CodeKind.single, "active": True, "starts_on": None, "ends_on": None, "benefit": Benefit.percent,
        "percent": E(10), "amount": None, "on": "order", "most": None, "categories": None, "products": None,
        "minimum": None, "limit": None, "own_limit": None, "combines": True,
    }  # fmt: skip
    return make(Coupon, **{**values, **more})
