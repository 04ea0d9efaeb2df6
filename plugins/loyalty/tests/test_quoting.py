"""What a bill costs and earns: examples, and what holds of every bill."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hookline_sdk import Text
from hypothesis import given, settings
from hypothesis import strategies as st

from hookline_loyalty.programmes.bill import Bill, BillLine, Effect, Quote
from hookline_loyalty.programmes.book import Book, Card, Level, Offer, Pass, Points, Rule, Scope, Window
from hookline_loyalty.programmes.quoting import work_out

TODAY = dt.date(2026, 3, 3)
AT = dt.datetime(2026, 3, 3, 9, tzinfo=dt.UTC)
COFFEE = Scope(categories=frozenset({"coffee"}))
TOBACCO = Scope(categories=frozenset({"tobacco"}))
POINTS = Points(1, "Club", most=Decimal(70), excluded=TOBACCO)
RULE = Rule(1, "A point for each 1", "amount", Decimal(1))


def line(product: str, amount: Any, quantity: Any = 1, category: str = "Coffee") -> BillLine:
    return BillLine(product, Decimal(str(amount)), Decimal(str(quantity)), category)


def quoted(book: Book, *lines: BillLine, **more: Any) -> Quote:
    return work_out(Bill(lines, AT, **{"contact": 7, **more}), book)


def book(**more: Any) -> Book:
    return Book("EUR", TODAY, **{"points": POINTS, "rules": (RULE,), **more})


def why(quote: Quote, kind: str) -> list[str]:
    return [str(effect.why) for effect in quote.effects if effect.kind == kind]


def test_a_bill_costs_what_it_costs_and_earns_whole_points() -> None:
    quote = quoted(book(), line("Espresso", "2.90"), line("Latte", "4.00"))
    assert (quote.total, quote.due, quote.earned) == (Decimal("6.90"), Decimal("6.90"), Decimal(6))
    nobody = quoted(book(), line("Espresso", "2.90"), contact=None)
    assert (nobody.earned, why(nobody, "earn")) == (Decimal(0), ["Nobody to earn: say who the customer is."])


@pytest.mark.parametrize(("rounding", "earned"), [("down", 6), ("nearest", 7), ("up", 7)])
def test_points_are_rounded_once(rounding: str, earned: int) -> None:
    half = replace(RULE, points=Decimal("0.5"))
    rules = (half, replace(half, id=2, name="And as much again"))
    quote = quoted(book(points=replace(POINTS, rounding=rounding), rules=rules), line("Espresso", "6.50"))
    assert quote.earned == earned
    assert sum(effect.amount for effect in quote.effects if effect.kind == "earn") == earned


def test_rules_per_visit_and_item_and_for_some_goods() -> None:
    rules = (
        Rule(1, "Visit", "visit", Decimal(5), minimum=Decimal(3)),
        Rule(2, "Coffee", "item", Decimal(2), scope=COFFEE),
        Rule(
            3, "10 a tenth", "amount", Decimal(1), each=Decimal(10), scope=Scope(products=frozenset({"bun"}))
        ),
    )
    quote = quoted(book(rules=rules), line("Espresso", 6, 3), line("Bun", 20, 4, "Bakery"))
    assert quote.earned == 5 + 3 * 2 + 2
    small = quoted(book(rules=rules[:1]), line("Espresso", 2))
    assert (small.earned, why(small, "earn")) == (Decimal(0), ["From 3 EUR on"])


def test_the_tier_multiplies_and_the_highest_open_window_too() -> None:
    windows = (
        Window(1, "Monday", Decimal(2)),
        Window(2, "Coffee week", Decimal(3), COFFEE),
    )
    level = Level(1, "Gold", Decimal("1.5"))
    quote = quoted(book(windows=windows, level=level), line("Espresso", 10), line("Bun", 10, 1, "Bakery"))
    assert quote.earned == 10 * 3 * Decimal("1.5") + 10 * 2 * Decimal("1.5")


def test_what_is_excluded_earns_nothing_and_has_no_discount() -> None:
    half = Offer(1, "Half", "HALF", "percent", percent=Decimal(50))
    quote = quoted(book(offers=(half,)), line("Cigars", 10, 1, "Tobacco"), line("Latte", 4), codes=("HALF",))
    assert [(each.discount, each.due) for each in quote.lines] == [
        (Decimal(0), Decimal(10)),
        (Decimal(2), Decimal(2)),
    ]
    assert quote.earned == 2


def test_the_tenth_coffee_is_free_the_cheapest_one() -> None:
    ten = Pass(3, "10th coffee", 10, COFFEE, stamps=8)
    quote = quoted(
        book(passes=(ten,)), line("Latte", 4), line("Espresso", "2.50"), line("Bun", 2, 1, "Bakery")
    )
    assert (quote.due, quote.discount) == (Decimal(6), Decimal("2.50"))
    (stamps,) = quote.stamps
    assert (stamps.added, stamps.taken, stamps.after) == (1, 9, 0)
    assert why(quote, "pass") == ["Free with 9 stamps each: 1"]
    before = quoted(book(passes=(replace(ten, stamps=3),)), line("Latte", 8, 2))
    assert (before.due, why(before, "pass")) == (Decimal(8), ["Stamps: 5 of 9"])


def test_a_coupon_says_what_is_missing() -> None:
    offer = Offer(1, "5 off", "FIVE", "amount", amount=Decimal(5), minimum=Decimal(20))
    quote = quoted(book(offers=(offer,)), line("Beans", "16.50"), codes=("FIVE",))
    assert why(quote, "coupon") == ["The coupon begins at 20 EUR; 3.50 EUR are missing."]
    assert quote.due == Decimal("16.50")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"active": False}, "The coupon has been stopped."),
        ({"starts_on": dt.date(2026, 3, 4)}, "The coupon begins on 04.03.2026."),
        ({"ends_on": dt.date(2026, 3, 2)}, "The coupon ended on 02.03.2026."),
        ({"code_used": True}, "This code has been used already."),
        ({"code_of": 8}, "This code belongs to another customer."),
        ({"limit": 100, "spent": 100}, "The coupon has been used up: 100 times in all."),
        ({"own_limit": 1, "own": 1}, "The customer has used it as often as possible: 1 times."),
        ({"tiers": frozenset({2})}, "The coupon is for the tiers: Gold."),
        ({"scope": TOBACCO}, "Nothing on the bill is among what the coupon is for."),
    ],
)
def test_why_a_coupon_does_not_apply(change: dict[str, Any], said: str) -> None:
    offer = replace(Offer(1, "Tenth", "TEN", "percent", percent=Decimal(10)), **change)
    quote = quoted(book(offers=(offer,), tier_names={2: "Gold"}), line("Latte", 4), codes=("TEN",))
    assert (why(quote, "coupon"), quote.due) == ([said], Decimal(4))


def test_of_coupons_that_stand_alone_the_better_choice_is_taken() -> None:
    alone = Offer(1, "Alone", "A", "percent", percent=Decimal(25), combines=False)
    tenth = Offer(2, "Tenth", "B", "percent", percent=Decimal(10))
    two = Offer(3, "Two off", "C", "amount", amount=Decimal(2))
    quote = quoted(book(offers=(alone, tenth, two)), line("Beans", 20), codes=("A", "B", "C"))
    assert (quote.due, set(quote.coupons)) == (Decimal(15), {1})
    assert "It cannot be combined; the better choice was taken." in why(quote, "coupon")
    small = quoted(book(offers=(alone, tenth, two)), line("Beans", 10), codes=("A", "B", "C"))
    assert (small.due, set(small.coupons)) == (Decimal(7), {2, 3})


def test_cheapest_and_free_and_at_most() -> None:
    offers = (
        Offer(1, "Free bun", "F", "free", scope=Scope(categories=frozenset({"bakery"}))),
        Offer(2, "Half the cheapest", "H", "percent", on="cheapest", percent=Decimal(50)),
        Offer(3, "Fifth, at most 1", "M", "percent", percent=Decimal(20), most=Decimal(1)),
    )
    quote = quoted(
        book(offers=offers), line("Bun", 6, 3, "Bakery"), line("Latte", 8, 2), codes=("F", "H", "M")
    )
    assert quote.coupons == {1: 2, 2: 1, 3: 1}


def test_points_pay_within_the_limit_and_no_point_is_wasted() -> None:
    quote = quoted(book(balance=Decimal(5000)), line("Latte", 10), points=Decimal(1000))
    assert (quote.points_used, quote.points_worth, quote.due) == (Decimal(700), Decimal(7), Decimal(3))
    assert why(quote, "points") == [
        "700 of 1000 points: discounts and points may pay 7 EUR more of this bill."
    ]
    third = replace(POINTS, worth=Decimal("0.003"))
    odd = quoted(book(points=third, balance=Decimal(5000)), line("Latte", 10), points=Decimal(12))
    assert (odd.points_used, odd.points_worth) == (Decimal(10), Decimal("0.03"))
    few = quoted(book(balance=Decimal(50)), line("Latte", 10), points=Decimal(80))
    assert (few.points_usable, why(few, "points")) == (
        Decimal(50),
        ["There are 50 points, 80 were asked for."],
    )


def test_cards_and_the_deposit_pay_the_rest() -> None:
    cards = (Card(1, "GIFT", 11, Decimal(4)), Card(2, "OLD", 12, Decimal(9), problem="ended"))
    quote = quoted(
        book(cards=cards, deposit=Decimal(3)),
        line("Beans", 10),
        codes=("OLD", "GIFT", "WHAT"),
        deposit=Decimal(5),
    )
    assert (quote.paid_by_cards, quote.deposit, quote.due, quote.earned) == (
        Decimal(7),
        Decimal(3),
        Decimal(3),
        Decimal(10),
    )
    assert why(quote, "gift") == ["0 EUR are left on the gift card.", "The gift card has run out."]
    assert why(quote, "code") == ["Nobody knows this code."]
    assert why(quote, "deposit") == ["There are 3 EUR in the deposit."]


def test_what_was_paid_elsewhere_only_earns() -> None:
    ten = Pass(3, "10th coffee", 10, COFFEE, stamps=9)
    offer = Offer(1, "Half", "HALF", "percent", percent=Decimal(50))
    quote = quoted(
        book(passes=(ten,), offers=(offer,), balance=Decimal(500), level=Level(1, "Gold", discount=Decimal(10))),
        line("Latte", 4), codes=("HALF",), points=Decimal(100), paid=True,
    )  # fmt: skip
    assert (quote.due, quote.earned, quote.stamps[0].after) == (Decimal(4), Decimal(4), 10)


def test_another_currency_counts_nothing() -> None:
    quote = quoted(book(), line("Latte", 4), currency="USD")
    assert (quote.due, quote.earned) == (Decimal(4), Decimal(0))
    assert quote.effects == [
        Effect("programme", "", False, Text("Programmes count in %(currency)s.", currency="EUR"))
    ]


CENTS = st.integers(0, 5000).map(lambda cents: Decimal(cents) / 100)
SCOPES = st.sampled_from([Scope(), COFFEE, Scope(products=frozenset({"bun"})), TOBACCO])
LINES = st.builds(
    BillLine,
    product=st.sampled_from(["Espresso", "Latte", "Bun", "Cigars"]),
    amount=CENTS,
    quantity=st.sampled_from([Decimal(1), Decimal(2), Decimal(7), Decimal("0.35"), Decimal("2.5")]),
    category=st.sampled_from(["Coffee", "Bakery", "Tobacco", ""]),
)
PERCENTS = st.integers(0, 10_000).map(lambda hundredths: Decimal(hundredths) / 100)
OFFERS = st.builds(
    Offer,
    id=st.integers(),
    name=st.just("Coupon"),
    code=st.just("C"),
    benefit=st.sampled_from(["percent", "amount", "free"]),
    on=st.sampled_from(["order", "cheapest"]),
    percent=PERCENTS,
    amount=CENTS,
    most=st.none() | CENTS,
    scope=SCOPES,
    combines=st.booleans(),
)
BOOKS = st.builds(
    Book,
    currency=st.just("EUR"),
    today=st.just(TODAY),
    points=st.none()
    | st.builds(
        Points,
        id=st.just(1),
        name=st.just("Club"),
        worth=st.sampled_from([Decimal("0.01"), Decimal("0.003"), Decimal(1), Decimal("0.07")]),
        rounding=st.sampled_from(["down", "nearest", "up"]),
        most=PERCENTS,
        excluded=st.sampled_from([Scope(), TOBACCO]),
    ),
    rules=st.lists(
        st.builds(
            Rule, st.integers(1, 9), st.just("Rule"), st.sampled_from(["amount", "visit", "item"]),
            CENTS, st.sampled_from([Decimal(1), Decimal(10)]), st.sampled_from([Decimal(0), Decimal(20)]), SCOPES,
        ),
        max_size=3,
    ),
    windows=st.lists(
        st.builds(Window, st.integers(1, 9), st.just("Window"), st.sampled_from([Decimal(1), Decimal(3)]), SCOPES),
        max_size=2,
    ),
    level=st.none() | st.builds(Level, st.just(1), st.just("Gold"), st.sampled_from([Decimal(1), Decimal("1.5")]), PERCENTS),
    offers=st.lists(OFFERS, max_size=3).map(lambda found: [replace(o, id=n, code=f"C{n}") for n, o in enumerate(found, 1)]),
    passes=st.lists(
        st.builds(Pass, st.just(1), st.just("Pass"), st.integers(2, 10), SCOPES, st.integers(0, 12)), max_size=2
    ),
    balance=st.integers(0, 9000).map(Decimal),
    deposit=CENTS,
    cards=st.lists(st.builds(Card, st.just(1), st.just("GIFT"), st.just(1), CENTS), max_size=1),
)  # fmt: skip
BILLS = st.builds(
    Bill,
    lines=st.lists(LINES, max_size=5),
    at=st.just(AT),
    contact=st.sampled_from([7, None]),
    codes=st.just(("C1", "C2", "C3", "GIFT")),
    points=st.integers(0, 9000).map(Decimal),
    deposit=CENTS,
    paid=st.booleans(),
)


@settings(max_examples=120, deadline=None)
@given(BILLS, BOOKS)
def test_it_adds_up_and_keeps_its_limits(bill: Bill, book: Book) -> None:
    quote = work_out(bill, book)
    for each in quote.lines:
        assert min(each.discount, each.points, each.due) >= 0
        assert each.amount == each.discount + each.points + each.due
    assert quote.total == quote.discount + quote.points_worth + quote.paid_by_cards + quote.due
    assert quote.due >= 0
    assert quote.earned >= 0
    assert quote.earned == int(quote.earned)
    assert quote.points_used <= min(bill.points, book.balance, quote.points_usable) or not quote.points_used
    assert quote.deposit <= min(bill.deposit, book.deposit)
    applied = [
        effect for effect in quote.effects if effect.kind in ("pass", "tier", "coupon") and effect.applied
    ]
    assert sum((effect.amount for effect in applied), Decimal(0)) == quote.discount
    assert (
        quote.total.as_tuple().exponent == quote.due.as_tuple().exponent
        or quote.due == quote.due.quantize(Decimal("0.01"))
    )
    for stamps in quote.stamps:
        assert stamps.after >= 0
    if book.points is not None:
        free = [e for e in applied if e.kind == "pass" or _frees(e, book)]
        base = quote.total - sum((e.amount for e in free), Decimal(0))
        spent = quote.discount + quote.points_worth - sum((e.amount for e in free), Decimal(0))
        assert spent * 100 <= base * book.points.most


def _frees(effect: Effect, book: Book) -> bool:
    return any(
        offer.benefit == "free" and effect.record == f"loyalty_coupon:{offer.id}" for offer in book.offers
    )


@settings(max_examples=60, deadline=None)
@given(BILLS, BOOKS, st.randoms(use_true_random=False))
def test_the_order_of_lines_and_codes_makes_no_difference(bill: Bill, book: Book, random: Any) -> None:
    lines, codes = [*bill.lines], [*bill.codes]
    random.shuffle(lines)
    random.shuffle(codes)
    one, other = work_out(bill, book), work_out(replace(bill, lines=lines, codes=codes), book)
    assert (one.due, one.discount, one.points_used) == (other.due, other.discount, other.points_used)
    assert one.coupons == other.coupons


@settings(max_examples=60, deadline=None)
@given(BILLS, BOOKS, LINES)
def test_another_item_never_makes_a_bill_cheaper(bill: Bill, book: Book, more: BillLine) -> None:
    unconditional = replace(book, windows=())
    small = work_out(bill, unconditional)
    large = work_out(replace(bill, lines=[*bill.lines, more]), unconditional)
    assert large.due >= small.due - Decimal("0.01") * len(book.offers)
