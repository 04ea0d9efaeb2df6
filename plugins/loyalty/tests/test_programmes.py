"""What an administrator sets up: programmes with their preview, windows, tiers over time, birthdays, coupons and cards."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hookline_sdk import Contact, Forbidden, Gate, Invalid, func, select
from hookline_sdk.testing import Client, Clock, Crm, Jobs, Make, Outbox

from hookline_loyalty.bills.settling import settle
from hookline_loyalty.birthdays.giving import give_birthday_points
from hookline_loyalty.cards.data import GiftCard
from hookline_loyalty.coupons.data import Benefit, CodeKind, Coupon, CouponCode, Redemption
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.points.data import Account, Unit
from hookline_loyalty.points.ledger import account_of
from hookline_loyalty.programmes.bill import Bill, BillLine
from hookline_loyalty.programmes.data import (
    EarnRule,
    Multiplier,
    Per,
    Programme,
    ProgrammeKind,
    ProgrammeState,
    Settlement,
)
from hookline_loyalty.programmes.windows import falls_on, problem_of, within_hours
from hookline_loyalty.tiers.data import Membership, Tier, TierChange
from hookline_loyalty.tiers.moving import mind_tiers

E = Decimal


@pytest.fixture
def club(make: Make) -> Programme:
    """A point for each 1, worth 0.01, and 30 for the birthday."""
    club = make(
        Programme, name="Club", kind=ProgrammeKind.points, state=ProgrammeState.active, starts_on=None, ends_on=None,
        worth=E("0.01"), lifetime=100, most=E(70), birthday=30, excluded_categories=None, excluded_products=None,
    )  # fmt: skip
    make(
        EarnRule, name="A point for each 1", programme=club, per=Per.amount, points=E(1), each=E(1), minimum=None,
        categories=None, products=None,
    )  # fmt: skip
    return club


def tier(make: Make, name: str, amount: int, **more: Any) -> Tier:
    values = {
        "from_points": None,
        "keep_amount": None,
        "keep_points": None,
        "multiplier": E(1),
        "discount": E(0),
    }
    return make(Tier, name=name, from_amount=E(amount), **{**values, **more})


def test_the_page_of_a_programme_says_what_bills_would_earn(
    make: Make, gate: Gate, client: Client, club: Programme
) -> None:
    tier(make, "Gold", 500, multiplier=E("1.5"))
    where = f"/loyalty/programmes/{club.id}"
    rows = client.get(f"{where}/panel/loyalty/preview", htmx=True).rows()
    assert rows[2:4] == [["€25", "25", "€0.25", "37"], ["€50", "50", "€0.50", "75"]]
    client.get(f"{where}/action/loyalty/try_bill")
    page = client.form().submit(amount="12.50", codes="WHAT")
    assert "Earned: 12" in page.text
    assert "Nobody knows this code." in page.text
    empty = make(Programme, kind=ProgrammeKind.points, state=ProgrammeState.draft, worth=E(1))
    assert "Add a rule below" in client.get(
        f"/loyalty/programmes/{empty.id}/panel/loyalty/preview", htmx=True
    )


def test_one_programme_of_points_is_in_force(make: Make, gate: Gate, club: Programme) -> None:
    with pytest.raises(Invalid, match="in force already"):
        gate.create(Programme, {"name": "Other", "state": "active"})
    assert gate.create(
        Programme, {"name": "Pass", "state": "active", "kind": "stamps", "every": 6, "products": "Tea"}
    )


@pytest.mark.parametrize(
    ("entity", "values", "said"),
    [
        (
            Programme,
            {"name": "A", "starts_on": dt.date(2026, 2, 1), "ends_on": dt.date(2026, 1, 1)},
            "ends before",
        ),
        (Programme, {"name": "A", "worth": E(0)}, "what a point is worth"),
        (Programme, {"name": "A", "kind": "stamps", "every": 10}, "which goods bring stamps"),
        (Coupon, {"name": "A", "code": "A", "benefit": "percent", "percent": E(0)}, "above zero"),
        (GiftCard, {"amount": E(0)}, "above zero"),
        (Tier, {"name": "A", "from_amount": E(10), "keep_amount": E(11)}, "harder than to earn"),
    ],
)
def test_what_is_refused(gate: Gate, entity: type[Any], values: dict[str, Any], said: str) -> None:
    with pytest.raises(Invalid, match=said):
        gate.create(entity, values)


def test_rules_of_days(gate: Gate, make: Make, club: Programme) -> None:
    begun, monday = dt.date(2026, 1, 1), dt.date(2026, 3, 2)
    assert falls_on("FREQ=WEEKLY;BYDAY=MO,TU", begun, None, monday)
    assert not falls_on("FREQ=WEEKLY;BYDAY=MO,TU", begun, None, dt.date(2026, 3, 4))
    assert not falls_on("FREQ=DAILY", begun, dt.date(2026, 3, 1), monday)
    assert falls_on("freq=monthly;byday=1mo", begun, None, monday)
    assert not falls_on("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", begun, None, monday)
    assert within_hours(22, 2, 23)
    assert within_hours(22, 2, 1)
    assert not within_hours(8, 10, 10)
    assert within_hours(None, None, 0)
    assert problem_of("FREQ=WEEKLY;BYDAY=MO") is None
    for wrong in (
        "",
        "Mondays",
        "FREQ=SECONDLY",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=DAILY;BYHOUR=3",
        "FREQ=DAILY;INTERVAL=x",
    ):
        assert problem_of(wrong) is not None
    with pytest.raises(Invalid, match="Begin with FREQ"):
        gate.create(Multiplier, {"name": "A", "programme": club.id, "rule": "MO", "starts_on": begun})


def test_only_who_may_changes_programmes_and_makes_cards(make: Make, crm: Crm, club: Programme) -> None:
    for person in ("head", "manager", "seller"):
        with crm.writing(person) as gate:
            assert gate.find(Programme, club.id) is not None
            for entity, values in ((GiftCard, {"amount": E(5)}), (Tier, {"name": "Gold"})):
                with pytest.raises((Invalid, Forbidden)):
                    gate.create(entity, values)


def test_a_tier_is_kept_or_lost_when_its_time_and_grace_are_over(
    make: Make, crm: Crm, gate: Gate, clock: Clock, jobs: Jobs, outbox: Outbox
) -> None:
    silver, gold = tier(make, "Silver", 100), tier(make, "Gold", 500, keep_amount=E(300))
    keeps, falls, leaves = make(Contact), make(Contact), make(Contact)

    def buy(contact: Contact, amount: int) -> None:
        with crm.house() as house:
            bill = Bill((BillLine("Beans", E(amount)),), house.now, contact.id)
            settle(house, bill, f"till:{contact.id}/{house.now:%Y%m%d}")

    for someone in (keeps, falls, leaves):
        buy(someone, 600)
        assert gate.get(Contact, someone.id)[Membership].tier == gold.id
    clock.move(days=300)
    buy(keeps, 350)
    buy(falls, 150)
    clock.move(days=90)
    jobs.call(mind_tiers)
    assert gate.get(Contact, leaves.id)[Membership].tier == gold.id
    clock.move(days=10)
    assert jobs.call(mind_tiers).result == {"kept": 1, "moved": 2}
    assert jobs.call(mind_tiers).result == {"kept": 0, "moved": 0}
    after = [gate.get(Contact, one.id)[Membership].tier for one in (keeps, falls, leaves)]
    assert after == [gold.id, silver.id, None]
    told = select(TierChange.reason).where(TierChange.contact == falls.id).order_by(TierChange.id)
    assert [reason for (reason,) in gate.rows(told)] == ["earned", "missed"]


def test_a_tier_is_a_filter_of_contacts(make: Make, crm: Crm, gate: Gate, client: Client) -> None:
    gold = tier(make, "Gold", 500)
    someone = make(Contact, first_name="Zoe", last_name="Gilder")
    make(Contact, first_name="Nobody", last_name="Special")
    client.get(f"/contacts/{someone.id}/action/loyalty/give_tier")
    client.form().submit(tier=str(gold.id))
    page = client.get(f"/contacts?loyalty_tier={gold.id}")
    assert "Zoe Gilder" in page
    assert "Nobody Special" not in page


def test_birthdays_are_given_once_a_year(
    make: Make, crm: Crm, gate: Gate, clock: Clock, jobs: Jobs, club: Programme
) -> None:
    clock.set(dt.datetime(2027, 2, 28, 12, tzinfo=dt.UTC))
    leap, today, stranger = (
        make(Contact, birthday=day)
        for day in (dt.date(2000, 2, 29), dt.date(1990, 2, 28), dt.date(1990, 2, 28))
    )
    for someone in (leap, today):
        with crm.house() as house:
            account_of(house, someone.id, Unit.points)
    assert jobs.call(give_birthday_points).result == {"given": 2}
    jobs.call(give_birthday_points)
    held = {row.contact: row.balance for row in gate.rows(select(Account.contact, Account.balance))}
    assert held == {leap.id: 30, today.id: 30}
    assert stranger.id not in held


def test_codes_are_made_and_the_reports_count(
    make: Make, crm: Crm, gate: Gate, client: Client, club: Programme
) -> None:
    many = make(
        Coupon, name="Letter", codes=CodeKind.many, code=None, active=True, starts_on=None, ends_on=None,
        benefit=Benefit.amount, amount=E(5), percent=None, categories=None, products=None, minimum=None,
        limit=None, own_limit=None, combines=True, most=None, on="order",
    )  # fmt: skip
    client.get(f"/loyalty/coupons/{many.id}/action/loyalty/make_codes")
    client.form().submit(number="12", prefix="spring-")
    codes = [code for (code,) in gate.rows(select(CouponCode.code))]
    assert len(codes) == 12
    assert all(code.startswith("SPRING") for code in codes)
    someone = make(Contact)
    with crm.house() as house:
        settle(house, Bill((BillLine("Beans", E(20)),), house.now, someone.id, (codes[0],)), "till:1/1")
    report = client.get("/reports/loyalty/programmes").rows()
    assert report[0][1:] == ["Club", "1", "€20", "15", "0", "€5", "€0", "€5", "25%"]
    assert client.get("/reports/loyalty/coupons").rows()[0] == ["Letter", "1", "1", "€5", "€5"]
    settled = gate.rows(select(Receipt.id))
    assert len(settled) == 1


def test_the_demo_has_a_club_that_lives(make: Make, crm: Crm, gate: Gate, client: Client) -> None:
    make.many(Contact, 2)
    crm.tell()
    assert gate.scalar(select(func.count(Settlement.id))) > 30
    assert gate.scalar(select(func.sum(Settlement.points_used))) > 0
    tiers = gate.rows(select(Membership.tier).where(Membership.tier.is_not(None)).distinct())
    assert tiers
    redeemed = gate.scalar(select(func.count(Redemption.id)))
    assert redeemed > 0
    assert "Coffee club" in client.get("/reports/loyalty/programmes")
