"""One active hold or sale for each unit, whoever comes at once; a queue behind it, and holds that run out."""

import datetime as dt
import threading

import pytest
from hookline_sdk import Activity, Contact, Gate, Invalid, select
from hookline_sdk.testing import Client, Clock, Crm, Jobs, Make

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.holds.holding import mind_holds


def test_a_unit_that_is_held_cannot_be_held_again(make: Make, gate: Gate) -> None:
    hold = make(Hold)
    values = {"number": "H-2", "unit": hold.unit, "contact": hold.contact}
    for state in ("active", "sold"):
        with pytest.raises(Invalid, match="held or sold already"):
            gate.create(Hold, {**values, "state": state})
    gate.create(Hold, {**values, "state": "waiting"})
    gate.update(Hold, hold.id, {"state": "released"}, version=hold.version)
    gate.create(Hold, {**values, "state": "active"})


def test_of_many_who_hold_one_unit_at_once_one_wins(crm: Crm, make: Make) -> None:
    unit, contact = make(Unit), make(Contact)
    said: list[str] = []
    start = threading.Barrier(8)

    def hold(number: int) -> None:
        start.wait()
        try:
            with crm.home.house("a race") as gate:
                gate.create(
                    Hold, {"number": f"H-{number}", "unit": unit.id, "contact": contact.id, "state": "active"}
                )
        except Invalid as refusal:
            said.append(refusal.problems[0].field)

    crm.settle()
    threads = [threading.Thread(target=hold, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with crm.writing() as gate:
        assert len(list(gate.rows(select(Hold.id).where(Hold.unit == unit.id)))) == 1
    assert said == ["unit"] * 7


def test_the_action_holds_and_queues(make: Make, client: Client, gate: Gate) -> None:
    unit, contact = make(Unit), make(Contact)
    for _ in range(2):
        client.get(f"/real_estate/units/{unit.id}/action/real_estate/hold_unit")
        client.form().submit(contact=contact.id)
    states = gate.rows(select(Hold.state).where(Hold.unit == unit.id).order_by(Hold.id))
    assert [state for (state,) in states] == ["active", "waiting"]


def test_a_hold_warns_a_day_before_and_then_lets_the_next_one_in(
    make: Make, gate: Gate, clock: Clock, jobs: Jobs
) -> None:
    hold = make(Hold, until=clock.now.replace(day=clock.now.day + 2))
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


def test_a_hold_that_is_released_lets_the_next_one_in(make: Make, client: Client, gate: Gate) -> None:
    hold = make(Hold)
    second = make(Hold, unit=hold.unit, state="waiting")
    client.get(f"/real_estate/holds/{hold.id}/action/real_estate/release")
    client.form().submit()
    assert (gate.get(Hold, hold.id).state, gate.get(Hold, second.id).state) == ("released", "active")


def test_how_long_a_hold_lasts_is_a_setting(make: Make, client: Client, gate: Gate, clock: Clock) -> None:
    client.get("/settings/plugins/real_estate/Terms")
    client.form().submit(days=10)
    unit, contact = make(Unit), make(Contact)
    client.get(f"/real_estate/units/{unit.id}/action/real_estate/hold_unit")
    client.form().submit(contact=contact.id)
    (until,) = [row.until for row in gate.rows(select(Hold.until).where(Hold.unit == unit.id))]
    assert until - clock.now == dt.timedelta(days=10)


def test_a_view_has_the_holds_that_end_first(make: Make, client: Client, clock: Clock) -> None:
    for number, (days, state, paid) in enumerate(
        ((5, "active", False), (2, "active", False), (1, "active", True), (1, "released", False))
    ):
        until = clock.now + dt.timedelta(days=days)
        make(Hold, number=f"H-{number}", unit=make(Unit), state=state, paid=paid, until=until)
    tab = client.get("/real_estate/holds").one('a[href*="view=real_estate.running_out"]')
    page = client.get(str(tab["href"]))
    assert [cell.get_text(strip=True) for cell in page.all("tbody .k-main")] == ["H-1", "H-0"]
