"""The ledger: a balance is the sum of its entries, each source counts once, and what is taken back leaves nothing behind."""

import datetime as dt
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Protocol, TypeVar

import pytest
from hookline_sdk import Contact, Forbidden, Gate, Invalid, Text, func, select
from hookline_sdk.testing import AsUser, Client, Clock, Crm, Hooks, Jobs, Make

from hookline_loyalty.points.data import Account, Entry, Unit
from hookline_loyalty.points.expiring import end_points
from hookline_loyalty.points.ledger import (
    account_of,
    adjust,
    balance,
    burn,
    earn,
    open_account,
    owed,
    reverse,
)
from hookline_loyalty.programmes.data import Programme

T = TypeVar("T")
WHY = Text("For a purchase")


class Do(Protocol):
    """Calls a function of the ledger in a transaction of its own."""

    def __call__(self, function: Callable[..., T], *given: object, **named: object) -> T: ...


@pytest.fixture
def do(crm: Crm) -> Do:
    def call(function: Callable[..., T], *given: object, **named: object) -> T:
        with crm.writing() as gate:
            return function(gate, *given, **named)

    return call


@pytest.fixture
def account(make: Make, do: Do) -> int:
    return do(account_of, make(Contact).id, Unit.points)


def entries(gate: Gate, account: int) -> list[tuple[str, int]]:
    found = gate.rows(select(Entry.kind, Entry.amount).where(Entry.account == account).order_by(Entry.id))
    return [(kind, int(amount)) for kind, amount in found]


def state(do: Do, account: int) -> tuple[int, int]:
    """What can be used, and what is owed."""
    return int(do(balance, account)), int(do(owed, account))


def test_a_customer_has_one_account_of_each_unit(do: Do, make: Make, gate: Gate) -> None:
    contact = make(Contact)
    first = do(account_of, contact.id, Unit.points)
    assert do(account_of, contact.id, Unit.points) == first
    stamps = {do(account_of, contact.id, Unit.stamps, series=name) for name in ("a", "b", "a")}
    assert len(stamps | {first}) == 3
    assert gate.get(Account, first).owner == contact.owner
    assert gate.get(Account, do(open_account, Unit.gift)).contact is None


def test_a_source_counts_once_however_often_it_comes(do: Do, gate: Gate, account: int) -> None:
    for _ in range(3):
        assert do(earn, account, Decimal(100), source="till:1", why=WHY) == 100
        assert do(burn, account, Decimal(30), source="till:2", why=WHY) == 30
    assert do(balance, account) == gate.get(Account, account).balance == 70
    assert entries(gate, account) == [("earn", 100), ("burn", -30)]


def test_what_ends_first_is_used_first(do: Do, gate: Gate, account: int, clock: Clock) -> None:
    today = clock.now.date()
    for source, days in (("late", 20), ("never", None), ("soon", 10)):
        ends = today + dt.timedelta(days=days) if days else None
        do(earn, account, Decimal(10), source=source, why=WHY, expires_on=ends)
    do(burn, account, Decimal(15), source="till:1", why=WHY)
    found = gate.get(Account, account)
    assert (found.next_on, found.next_amount) == (today + dt.timedelta(days=20), Decimal(5))
    clock.move(days=20)
    assert do(balance, account) == 15
    clock.move(days=1)
    assert do(balance, account) == 10
    with pytest.raises(Invalid, match="does not cover"):
        do(burn, account, Decimal(11), source="till:2", why=WHY)
    do(burn, account, Decimal(10), source="till:3", why=WHY)
    assert gate.get(Account, account).balance == 0
    assert entries(gate, account)[-2:] == [("expire", -5), ("burn", -10)]


def test_a_refund_takes_back_what_was_earned_and_gives_back_what_was_used(
    do: Do, gate: Gate, account: int
) -> None:
    do(earn, account, Decimal(50), source="till:1", why=WHY)
    do(burn, account, Decimal(20), source="till:2", why=WHY)
    do(earn, account, Decimal(7), source="till:2", why=WHY)
    for part in ("0.5", "0.5", "0.25", "1", "1"):
        do(reverse, "till:2", part=Decimal(part))
    assert state(do, account) == (50, 0)
    assert entries(gate, account)[3:] == [("back", 10), ("taken", -4), ("back", 10), ("taken", -3)]


def test_points_that_are_spent_already_are_owed(do: Do, gate: Gate, account: int) -> None:
    do(earn, account, Decimal(50), source="till:1", why=WHY)
    do(burn, account, Decimal(40), source="till:2", why=WHY)
    do(reverse, "till:1")
    assert state(do, account) == (0, 40)
    do(earn, account, Decimal(15), source="till:3", why=WHY)
    assert state(do, account) == (0, 25)
    do(reverse, "till:2")
    assert state(do, account) == (15, 0)
    do(reverse, "till:3")
    assert state(do, account) == (0, 0)


def test_what_had_ended_is_not_taken_once_more(do: Do, gate: Gate, account: int, clock: Clock) -> None:
    today = clock.now.date()
    do(earn, account, Decimal(10), source="till:1", why=WHY, expires_on=today)
    clock.move(days=1)
    do(earn, account, Decimal(8), source="till:2", why=WHY)
    do(reverse, "till:1")
    assert state(do, account) == (8, 0)


def test_what_comes_back_after_its_time_lasts_some_days_more(
    do: Do, gate: Gate, account: int, clock: Clock
) -> None:
    do(earn, account, Decimal(10), source="till:1", why=WHY, expires_on=clock.now.date())
    do(burn, account, Decimal(10), source="till:2", why=WHY)
    clock.move(days=5)
    do(reverse, "till:2")
    found = gate.get(Account, account)
    assert (found.balance, found.next_on) == (Decimal(10), clock.now.date() + dt.timedelta(days=30))


@pytest.mark.parametrize("owes", [False, True])
def test_what_comes_back_goes_to_those_who_paid_in_its_place(
    do: Do, account: int, clock: Clock, *, owes: bool
) -> None:
    soon = clock.now.date() + dt.timedelta(days=3)
    do(earn, account, Decimal(10), source="till:1", why=WHY, expires_on=soon)
    do(burn, account, Decimal(10), source="till:2", why=WHY)
    if owes:
        do(reverse, "till:1")
        do(earn, account, Decimal(10), source="till:3", why=WHY)
    else:
        do(earn, account, Decimal(10), source="till:3", why=WHY)
        do(reverse, "till:1")
    assert state(do, account) == (0, 0)
    do(reverse, "till:2")
    clock.move(days=4)
    assert state(do, account) == (10, 0)
    do(reverse, "till:3")
    assert state(do, account) == (0, 0)


def test_what_is_owed_is_paid_by_the_same_points_when_they_come_back(
    do: Do, gate: Gate, account: int, clock: Clock
) -> None:
    today = clock.now.date()
    do(earn, account, Decimal(10), source="till:1", why=WHY, expires_on=today + dt.timedelta(days=9))
    do(earn, account, Decimal(10), source="till:2", why=WHY, expires_on=today + dt.timedelta(days=3))
    do(burn, account, Decimal(20), source="till:3", why=WHY)
    do(reverse, "till:1")
    do(reverse, "till:3")
    assert gate.get(Account, account).next_on == today + dt.timedelta(days=3)
    assert state(do, account) == (10, 0)


def test_who_paid_for_two_gets_both_back_at_once(do: Do, gate: Gate, account: int, clock: Clock) -> None:
    do(earn, account, Decimal(6), source="till:1", why=WHY)
    do(burn, account, Decimal(6), source="till:2", why=WHY)
    do(earn, account, Decimal(3), source="till:3", why=WHY)
    do(burn, account, Decimal(3), source="till:4", why=WHY)
    do(reverse, "till:1")
    do(reverse, "till:4")
    do(reverse, "till:3")
    assert state(do, account) == (0, 6)
    soon = clock.now.date() + dt.timedelta(days=3)
    do(earn, account, Decimal(6), source="till:5", why=WHY, expires_on=soon)
    do(reverse, "till:2")
    assert gate.get(Account, account).balance == 6
    assert state(do, account) == (6, 0)


def test_what_came_back_after_its_time_and_ended_again_is_not_taken_once_more(
    do: Do, account: int, clock: Clock
) -> None:
    do(earn, account, Decimal(10), source="till:1", why=WHY, expires_on=clock.now.date())
    do(burn, account, Decimal(10), source="till:2", why=WHY)
    clock.move(days=5)
    do(reverse, "till:2")
    clock.move(days=31)
    do(earn, account, Decimal(7), source="till:3", why=WHY)
    do(reverse, "till:1")
    assert state(do, account) == (7, 0)


def test_a_balance_is_put_right_by_an_entry(do: Do, gate: Gate, account: int) -> None:
    for _ in range(2):
        do(adjust, account, Decimal(10), source="desk:1", why=Text("A gift"))
    do(adjust, account, Decimal(-4), source="desk:2", why=Text("A mistake"))
    with pytest.raises(Invalid, match="does not cover"):
        do(adjust, account, Decimal(-7), source="desk:3", why=Text("A mistake"))
    assert entries(gate, account) == [("adjust", 10), ("adjust", -4)]


def test_nobody_writes_or_changes_entries_by_hand(
    do: Do, make: Make, gate: Gate, client: Client, account: int
) -> None:
    do(earn, account, Decimal(10), source="till:1", why=WHY)
    entry = gate.scalar(select(Entry.id))
    for refused in (
        lambda: gate.create(Entry, {"account": account, "amount": Decimal(5)}),
        lambda: gate.update(Entry, entry, {"amount": Decimal(99)}),
        lambda: gate.trash(Entry, entry),
        lambda: gate.update(Account, account, {"contact": make(Contact).id}),
        lambda: gate.trash(Account, account),
    ):
        with pytest.raises(Forbidden):
            refused()
    assert "/loyalty/entries/new" not in client.get("/loyalty/entries")
    client.get("/loyalty/entries/new", status=403)


def test_the_house_itself_does_not_change_an_entry(do: Do, crm: Crm, gate: Gate, account: int) -> None:
    do(earn, account, Decimal(10), source="till:1", why=WHY)
    entry = gate.scalar(select(Entry.id))
    crm.settle()
    with crm.house() as house:
        with pytest.raises(Invalid, match="stays as it is"):
            house.update(Entry, entry, {"amount": Decimal(99)})
        with pytest.raises(Invalid, match="stays as it is"):
            house.trash(Entry, entry)
        with pytest.raises(Invalid, match="something in this account"):
            house.trash(Account, account)


def test_fifty_who_use_one_balance_get_what_it_covers(do: Do, crm: Crm, account: int, gate: Gate) -> None:
    do(earn, account, Decimal(17), source="till:0", why=WHY)
    crm.settle()
    done: list[int] = []
    start = threading.Barrier(50)

    def come(number: int) -> None:
        start.wait()
        try:
            with crm.home.house("a race") as house:
                burn(house, account, Decimal(1), source=f"till:{number}", why=WHY)
            done.append(number)
        except Invalid:
            pass

    threads = [threading.Thread(target=come, args=(number,)) for number in range(1, 51)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(done) == 17
    assert gate.get(Account, account).balance == gate.scalar(select(func.sum(Entry.amount))) == 0


def test_what_two_had_is_one_when_they_are_one(
    do: Do, crm: Crm, make: Make, gate: Gate, client: Client
) -> None:
    kept, other = make(Contact, last_name="Holm"), make(Contact, last_name="Holme")
    accounts = [do(account_of, contact.id, Unit.points) for contact in (kept, other)]
    for number, account in enumerate(accounts):
        do(earn, account, Decimal(10), source=f"till:{number}", why=WHY)
    do(burn, accounts[1], Decimal(4), source="till:9", why=WHY)
    client.get(f"/contacts/{kept.id}/merge?with={other.id}")
    client.form().submit()
    assert [state(do, account) for account in accounts] == [(16, 0), (0, 0)]
    do(reverse, "till:9")
    do(reverse, "till:1")
    assert [state(do, account) for account in accounts] == [(10, 0), (0, 0)]
    assert do(account_of, kept.id, Unit.points) == accounts[0]


def test_points_end_by_themselves_and_are_told_of_before(
    do: Do, gate: Gate, account: int, clock: Clock, jobs: Jobs, hooks: Hooks
) -> None:
    today = clock.now.date()
    do(earn, account, Decimal(10), source="a", why=WHY, expires_on=today + dt.timedelta(days=20))
    do(earn, account, Decimal(5), source="b", why=WHY, expires_on=today + dt.timedelta(days=60))
    assert jobs.call(end_points).result == {"ended": 0, "warned": 0}
    clock.move(days=6)
    assert [jobs.call(end_points).result for _ in range(2)] == [
        {"ended": 0, "warned": 1},
        {"ended": 0, "warned": 0},
    ]
    clock.move(days=15)
    assert jobs.call(end_points).result == {"ended": 1, "warned": 0}
    assert gate.get(Account, account).balance == Decimal(5)
    assert entries(gate, account)[-1] == ("expire", -10)


def test_a_list_of_accounts_says_points_as_a_number_and_cards_as_money(
    do: Do, client: Client, account: int
) -> None:
    do(earn, account, Decimal(12), source="till:1", why=WHY)
    card = do(open_account, Unit.gift)
    do(earn, card, Decimal(25), source="till:2", why=WHY)
    listed = client.get("/loyalty/accounts?sort=balance").rows()
    assert [{"12", "€25"} & set(row) for row in listed] == [{"12"}, {"€25"}]


def test_a_correction_has_a_right_of_its_own(
    do: Do, as_user: AsUser, client: Client, crm: Crm, gate: Gate
) -> None:
    account = do(
        account_of, gate.create(Contact, {"last_name": "Holm", "owner": crm.people["seller"]}), Unit.points
    )
    where = f"/loyalty/accounts/{account}/action/loyalty/correct"
    client.get(where)
    assert "put right" in client.form().submit(amount="12", reason="A present")
    assert gate.get(Account, account).balance == Decimal(12)
    client.get(where)
    assert "does not cover it" in client.form().submit(amount="-13", reason="A mistake", status=422)
    as_user("seller").get(where, status=404)
    panel = client.get(f"/loyalty/accounts/{account}/panel/loyalty/latest", htmx=True)
    assert panel.rows()[0][1:4] == ["12", "Corrected", "A present"]


def test_what_customers_have_is_owed_in_money(
    do: Do, make: Make, client: Client, account: int, clock: Clock
) -> None:
    make(Programme, kind="points", state="active", worth=Decimal("0.05"), starts_on=None, ends_on=None)
    do(earn, account, Decimal(100), source="a", why=WHY, expires_on=clock.now.date() + dt.timedelta(days=1))
    card = do(open_account, Unit.gift)
    do(earn, card, Decimal("25.50"), source="card", why=WHY)
    clock.move(days=31)
    do(burn, card, Decimal("5.50"), source="b", why=WHY)
    rows = client.get("/reports/loyalty/liability").rows()
    assert [row[1:] for row in rows[-2:]] == [
        ["100", "€5", "€25.50", "€0", "€30.50"],
        ["100", "€5", "€20", "€0", "€25"],
    ]
    clock.move(days=-31)
    assert client.get("/reports/loyalty/ending").rows()[0][1:] == ["100", "€0", "€5"]
