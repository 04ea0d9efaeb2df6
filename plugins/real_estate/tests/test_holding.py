"""One active hold or sale for each unit, whoever comes at once; a queue behind it, and holds that run out."""

import datetime as dt
import threading
from decimal import Decimal
from typing import cast

import pytest
from hookline_sdk import Activity, Contact, Gate, Invalid, NotFound, select
from hookline_sdk.testing import AsUser, Client, Clock, Crm, Jobs, Make, Page
from sqlalchemy import Table

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold, HoldStep
from hookline_real_estate.holds.holding import (
    Holding,
    Kept,
    give_free,
    hold_for,
    prolong,
    release_hold,
    sell,
    turn_paid,
)
from hookline_real_estate.holds.minding import mind_holds


def test_a_unit_that_is_held_cannot_be_held_again(make: Make, gate: Gate) -> None:
    hold = make(Hold)
    values = {"number": "H-2", "unit": hold.unit, "contact": hold.contact}
    for state in ("active", "sold"):
        with pytest.raises(Invalid, match="held or sold already"):
            gate.create(Hold, {**values, "state": state})
    gate.update(Hold, hold.id, {"state": "released"}, version=hold.version)
    gate.create(Hold, {**values, "state": "active"})


def test_a_hold_without_a_name_is_called_by_its_unit_and_for_whom(make: Make, gate: Gate) -> None:
    unit, who = make(Unit, number="A-305"), make(Contact, first_name="Ingrid", last_name="de Wit")
    hold = gate.create(Hold, {"unit": unit.id, "contact": who.id})
    assert gate.get(Hold, hold).number == "A-305 · Ingrid de Wit"


def test_of_many_who_come_at_once_one_wins_and_the_others_know_their_place(crm: Crm, make: Make) -> None:
    for _ in range(3):
        unit, contacts = make(Unit), make.many(Contact, 8)
        said: list[Kept] = []
        start = threading.Barrier(len(contacts))

        def come(
            contact: int, unit: Unit = unit, said: list[Kept] = said, start: threading.Barrier = start
        ) -> None:
            start.wait()
            with crm.home.house("a race") as gate:
                said.append(hold_for(gate, unit, Holding(contact=contact)))

        crm.settle()
        threads = [threading.Thread(target=come, args=(contact.id,)) for contact in contacts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(kept.place for kept in said) == list(range(8))
        with crm.writing() as gate:
            states = [state for (state,) in gate.rows(select(Hold.state).where(Hold.unit == unit.id))]
        assert sorted(states) == ["active", *["waiting"] * 7]


def test_the_database_itself_refuses_the_second_one(crm: Crm, make: Make) -> None:
    """Past every rule: two transactions that both found the unit free."""
    hold = make(Hold)
    crm.settle()
    with pytest.raises(Invalid, match="held or sold already"):
        _repeat(crm, hold.id)


def test_whoever_comes_twice_keeps_their_place(crm: Crm, make: Make) -> None:
    unit, holder, waiting = make(Unit), make(Contact), make(Contact)
    with crm.writing() as gate:
        assert hold_for(gate, unit, Holding(contact=holder.id)).place == 0
        first = hold_for(gate, unit, Holding(contact=waiting.id))
        assert hold_for(gate, unit, Holding(contact=waiting.id)) == first
        assert str(first.text) == "Another has it. You are number 1 in the queue."
        with pytest.raises(Invalid, match="have this unit already"):
            hold_for(gate, unit, Holding(contact=holder.id))


def test_the_place_counts_those_out_of_sight(crm: Crm, make: Make, as_user: AsUser) -> None:
    unit = make(Unit)
    for owner in ("administrator", "colleague"):
        buyer = make(Contact, owner=crm.people[owner])
        with crm.writing(owner) as gate:
            hold_for(gate, unit, Holding(contact=buyer.id))
    mine = make(Contact, owner=crm.people["seller"])
    client = as_user("seller")
    client.get(f"/real_estate/units/{unit.id}/action/real_estate/hold_unit")
    assert "You are number 2 in the queue." in client.form().submit(contact=mine.id)


def test_a_hold_warns_its_owner_in_the_owners_language(
    crm: Crm, make: Make, gate: Gate, clock: Clock, jobs: Jobs
) -> None:
    crm.speak("ru", "seller")
    hold = make(Hold, until=clock.now + dt.timedelta(hours=2), owner=crm.people["seller"])
    jobs.call(mind_holds)
    assert [subject for (subject,) in gate.rows(select(Activity.subject))] == [
        f"Бронь {hold.number} кончается"
    ]


def test_a_hold_warns_before_and_then_lets_the_next_one_in(
    make: Make, gate: Gate, clock: Clock, jobs: Jobs
) -> None:
    hold = make(Hold, until=clock.now + dt.timedelta(days=2))
    second = make(Hold, unit=hold.unit, state="waiting")
    jobs.call(mind_holds)
    assert list(gate.rows(select(Activity.id))) == []
    clock.move(days=1, hours=1)
    for _ in range(2):
        jobs.call(mind_holds)
    assert [subject for (subject,) in gate.rows(select(Activity.subject))] == [f"Hold {hold.number} runs out"]
    clock.move(days=1)
    jobs.call(mind_holds)
    assert (gate.get(Hold, hold.id).state, gate.get(Hold, second.id).state) == ("expired", "active")
    assert gate.get(Hold, second.id).until == clock.now + dt.timedelta(days=3)


def test_a_paid_hold_does_not_run_out(crm: Crm, make: Make, clock: Clock, jobs: Jobs) -> None:
    hold = make(Hold, until=clock.now + dt.timedelta(days=2))
    with crm.writing() as gate:
        turn_paid(gate, gate.get(Hold, hold.id), Decimal(500))
        assert gate.get(Unit, hold.unit).status == "paid"
    clock.move(days=9)
    assert jobs.call(mind_holds).result == {"ended": 0, "warned": 0}
    with crm.writing() as gate:
        paid = gate.get(Hold, hold.id)
    assert (paid.state, paid.deposit, paid.paid_at) == (
        "active",
        Decimal(500),
        clock.now - dt.timedelta(days=9),
    )


def test_a_seller_who_lets_go_lets_a_colleagues_buyer_in(crm: Crm, make: Make) -> None:
    hold = make(Hold, owner=crm.people["seller"])
    second = make(Hold, unit=hold.unit, state="waiting", owner=crm.people["colleague"])
    with crm.writing("seller") as gate:
        with pytest.raises(NotFound):
            gate.get(Hold, second.id)
        release_hold(gate, gate.get(Hold, hold.id))
    with crm.writing("colleague") as gate:
        assert gate.get(Hold, second.id).state == "active"
        assert gate.get(Unit, hold.unit).status == "held"


def test_the_unit_follows_its_hold_at_once(crm: Crm, make: Make, clock: Clock) -> None:
    unit, buyer, other = make(Unit), make(Contact), make(Contact)
    seen = []
    with crm.writing() as gate:
        kept = hold_for(gate, unit, Holding(contact=buyer.id))
        seen.append(gate.get(Unit, unit.id).status)
        with pytest.raises(Invalid, match="somebody else"):
            sell(gate, unit, other.id)
        assert sell(gate, unit, buyer.id) == kept.hold
        sold = gate.get(Unit, unit.id)
        seen.append(sold.status)
        assert sold.sold_on == clock.now.date()
        give_free(gate, unit)
        seen.append(gate.get(Unit, unit.id).status)
        hold = gate.get(Hold, hold_for(gate, unit, Holding(contact=other.id)).hold)
        gate.trash(Hold, hold.id)
        seen.append(gate.get(Unit, unit.id).status)
    assert seen == ["held", "sold", "free", "free"]


def test_a_unit_is_sold_without_a_hold_before(crm: Crm, make: Make) -> None:
    unit, buyer = make(Unit), make(Contact)
    with crm.writing() as gate:
        hold = gate.get(Hold, sell(gate, unit, buyer.id))
    assert (hold.state, hold.contact) == ("sold", buyer.id)


def test_what_is_not_for_sale_is_not_held(make: Make, gate: Gate) -> None:
    with pytest.raises(Invalid, match="not for sale"):
        make(Hold, unit=make(Unit, status="closed"))


def test_a_hold_is_prolonged_as_far_as_the_settings_let_it(
    crm: Crm, make: Make, client: Client, clock: Clock
) -> None:
    client.get("/settings/plugins/real_estate/Terms")
    client.form().submit(days=10, longest=12)
    unit, contact = make(Unit), make(Contact)
    with crm.writing() as gate:
        hold = gate.get(Hold, hold_for(gate, unit, Holding(contact=contact.id)).hold)
        assert hold.until == clock.now + dt.timedelta(days=10)

    def end_in(days: int, *, status: int = 200) -> Page:
        client.get(f"/real_estate/holds/{hold.id}/action/real_estate/prolong_hold")
        until = clock.now + dt.timedelta(days=days)
        return client.form().submit(status=status, until=f"{until:%Y-%m-%dT%H:%M}")

    assert "Prolonged." in end_in(12)
    assert "at the latest" in end_in(13, status=422)
    with crm.writing() as gate:
        assert gate.get(Hold, hold.id).until == clock.now + dt.timedelta(days=12)


def test_settings_of_holds_agree(client: Client) -> None:
    client.get("/settings/plugins/real_estate/Terms")
    client.form().submit(days=10, longest=5, status=422)


def test_every_step_is_kept_and_says_whether_it_followed_by_itself(
    crm: Crm, make: Make, client: Client, clock: Clock, jobs: Jobs
) -> None:
    unit, first, second = make(Unit), make(Contact), make(Contact)
    with crm.writing() as gate:
        held = hold_for(gate, unit, Holding(contact=first.id)).hold
        hold_for(gate, unit, Holding(contact=second.id))
        prolong(gate, gate.get(Hold, held), clock.now + dt.timedelta(days=5))
    clock.move(days=5)
    jobs.call(mind_holds)
    with crm.writing() as gate:
        turn_paid(gate, gate.get(Hold, held + 1), Decimal(500))
        sell(gate, unit, second.id)
        rows = gate.rows(select(HoldStep.what, HoldStep.automatic).order_by(HoldStep.id))
    assert [tuple(row) for row in rows] == [
        ("held", False),
        ("queued", False),
        ("prolonged", False),
        ("expired", True),
        ("next_in", True),
        ("paid", False),
        ("sold", False),
    ]
    panel = client.get(f"/real_estate/units/{unit.id}/panel/real_estate/unit_steps", htmx=True)
    assert [row[1] for row in panel.rows()[:4]] == ["Sold", "Paid", "Next in the queue", "Expired"]
    assert "automatic" in panel


def test_the_actions_of_a_hold(make: Make, client: Client, gate: Gate, clock: Clock) -> None:
    hold = make(Hold)
    where = f"/real_estate/holds/{hold.id}/action/real_estate"
    client.get(f"{where}/pay")
    assert "This is a paid hold now." in client.form().submit(deposit="1500")
    client.get(f"{where}/sold")
    client.form().submit()
    assert (gate.get(Hold, hold.id).state, gate.get(Unit, hold.unit).status) == ("sold", "sold")
    client.get(f"{where}/release")
    client.form().submit()
    assert gate.get(Unit, hold.unit).status == "free"


def test_a_view_has_the_holds_that_end_first(make: Make, client: Client, clock: Clock) -> None:
    for number, (days, state, paid) in enumerate(
        ((5, "active", False), (2, "active", False), (1, "active", True), (1, "released", False))
    ):
        until = clock.now + dt.timedelta(days=days)
        make(Hold, number=f"H-{number}", unit=make(Unit), state=state, paid=paid, until=until)
    tab = client.get("/real_estate/holds").one('a[href*="view=real_estate.running_out"]')
    page = client.get(str(tab["href"]))
    assert [cell.get_text(strip=True) for cell in page.all("tbody .k-main")] == ["H-1", "H-0"]


def _repeat(crm: Crm, hold: int) -> None:
    table = cast(Table, Hold.__table__)
    with crm.home.house("a side door") as gate:
        row = gate.tx.run(select(table).where(table.c.id == hold), why="test").mappings().one()
        gate.tx.insert(table, [{name: value for name, value in row.items() if name != "id"}], why="test")
