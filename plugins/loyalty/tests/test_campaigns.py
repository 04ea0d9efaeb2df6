"""Campaigns: what may be written, who approves and launches, what happens when something happens, and what it brought."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hookline_sdk import Contact, Gate, Invalid, Money, Purchase, Refused, select
from hookline_sdk.testing import AsUser, Client, Clock, Crm, Jobs, Make, Outbox

from hookline_loyalty.campaigns.data import Campaign, Cause, Channel, Fate, Group, Occasion, Recipient, State
from hookline_loyalty.campaigns.launching import LAUNCHING, carry
from hookline_loyalty.campaigns.occasions import PriceCut, watch_occasions
from hookline_loyalty.campaigns.sending import suppress
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.campaigns.wording import filled, mistakes
from hookline_loyalty.customers.data import Receipt


def campaign(gate: Gate, **how: Any) -> int:
    given = {
        "name": "Spring",
        "purpose": 1,
        "channel": Channel.sms,
        "said": "Hello {{first_name|friend}}",
        "control": Decimal(0),
    }
    return gate.create(Campaign, {**given, **how})


def live(crm: Crm, gate: Gate, occasion: Occasion, **how: Any) -> int:
    with crm.house() as house:
        terms = Mailing.of(house)
        terms.quiet_from, terms.quiet_to, terms.holdout, terms.zone = 0, 0, Decimal(0), "Europe/Moscow"
        terms.keep(house)
    id = campaign(gate, occasion=occasion, **how)
    with crm.house() as house:
        carry(house, id, state=State.live, launched_at=house.now)
    return id


def customer(crm: Crm, **how: Any) -> int:
    with crm.house() as gate:
        id = gate.create(Contact, {"first_name": "Alma", "mobile": "+442079460958", **how})
        gate.create("consent", {"about": f"contact:{id}", "purpose": 1, "said": "given", "source": "Till"})
    return id


def told(gate: Gate) -> list[tuple[Any, ...]]:
    asked = select(Recipient.contact, Recipient.fate, Recipient.told).order_by(Recipient.id)
    return [tuple(row) for row in gate.rows(asked)]


def test_a_wrong_placeholder_is_told_with_its_place(gate: Gate) -> None:
    for said, place in (
        ("Dear {{first_nam}}", "Line 1, character 6"),
        ("Dear\n  {{ first_name or 1 }}", "Line 2, character 3"),
        ("{% if x %}", "Line 1, character 1"),
        ("{{first_name", "Line 1, character 1"),
        ("{{name.__class__}}", "Line 1, character 1"),
    ):
        with pytest.raises(Invalid, match=place):
            campaign(gate, said=said)


def test_nothing_in_a_value_is_read_as_a_placeholder() -> None:
    values = {"first_name": "{{balance}}", "balance": "7"}
    assert (
        filled("{{first_name}} {{ tier|guest }} {{balance}} {{secret}}", values)
        == "{{balance}} guest 7 {{secret}}"
    )
    assert list(mistakes("{{first_name|dear friend}} {{tier}}")) == []


def test_a_letter_needs_a_subject_and_a_text(gate: Gate) -> None:
    with pytest.raises(Invalid, match="needs a subject"):
        campaign(gate, channel=Channel.email)
    with pytest.raises(Invalid, match="Say something"):
        campaign(gate, said=None)
    with pytest.raises(Invalid, match="After how many days"):
        campaign(gate, occasion=Occasion.no_visit)


def test_what_is_changed_is_approved_anew_and_what_is_launched_stays(crm: Crm, gate: Gate) -> None:
    id = campaign(gate)
    with crm.house() as house:
        carry(house, id, state=State.approved)
    gate.update(Campaign, id, {"said": "Hello again"})
    assert gate.get(Campaign, id).state == State.draft
    with crm.house() as house:
        carry(house, id, state=State.sending, launched_at=house.now)
    with pytest.raises(Invalid, match="It was launched"):
        gate.update(Campaign, id, {"said": "Other words"})
    with pytest.raises(Invalid, match="It was launched"):
        gate.update(Campaign, id, {"control": Decimal(50)})
    gate.update(Campaign, id, {"cost": Decimal(40)})
    with pytest.raises(Refused, match="It was launched"):
        gate.trash(Campaign, id)
    with pytest.raises(Invalid):
        gate.update(Campaign, id, {"state": State.draft})


def test_only_who_may_writes_approves_and_launches(crm: Crm, gate: Gate, as_user: AsUser) -> None:
    with pytest.raises(Refused, match="not change them"), crm.writing("seller") as seller:
        campaign(seller)
    id = campaign(gate, owner=crm.people["seller"])
    as_user("seller").get(f"/loyalty/campaigns/{id}/action/loyalty/approve", status=404)
    with crm.house() as house:
        terms = Mailing.of(house)
        terms.four_eyes = True
        terms.keep(house)
    client = as_user("administrator")
    client.get(f"/loyalty/campaigns/{id}/action/loyalty/approve")
    assert "Somebody else approves what you have written." in client.form().submit()
    assert gate.get(Campaign, id).state == State.draft


def test_a_birthday_is_told_on_its_day_where_the_house_is_and_once_a_year(
    crm: Crm, gate: Gate, jobs: Jobs, clock: Clock
) -> None:
    id = live(crm, gate, Occasion.birthday)
    contact = customer(crm, birthday=date(1990, 3, 18))
    customer(crm, birthday=date(1990, 3, 19))
    clock.set(datetime(2026, 3, 17, 20, 59, tzinfo=UTC))
    jobs.call(watch_occasions)
    assert told(gate) == []
    clock.move(minutes=2)
    for _ in range(2):
        jobs.call(watch_occasions)
    jobs.run()
    assert [row[:2] for row in told(gate)] == [(contact, Fate.sent)]
    assert len(list((crm.folder / "sms").iterdir())) == 1
    assert gate.get(Campaign, id).state == State.live


def test_the_first_purchase_an_absence_and_a_price_cut_are_heard_of(
    crm: Crm, gate: Gate, jobs: Jobs, clock: Clock, outbox: Outbox, make: Make
) -> None:
    live(crm, gate, Occasion.first_purchase, name="First")
    live(crm, gate, Occasion.no_visit, days=30, name="Absent")
    contact = customer(crm)
    for source in ("till:1", "till:2"):
        gate.emit(
            Purchase(source=source, what="Espresso", amount=Money(3), bought_at=gate.now, contact=contact)
        )
        clock.move(hours=1)
    outbox.run()
    outbox.run()
    jobs.run()
    assert [row[2] for row in told(gate)] == ["Espresso"]
    clock.move(days=31)
    for _ in range(2):
        jobs.call(watch_occasions)
    assert len(told(gate)) == 2
    live(crm, gate, Occasion.price_cut, name="Cut", said="{{occasion}}")
    clock.move(days=30)
    outbox.hear(PriceCut(contact=contact, offer="Mill Lane 4", price=Decimal(100_000)))
    assert told(gate)[-1] == (contact, Fate.waiting, "Mill Lane 4: 100,000")


def test_who_wants_no_more_is_not_written_to_whatever_happens(crm: Crm, gate: Gate, jobs: Jobs) -> None:
    live(crm, gate, Occasion.birthday)
    contact = customer(crm, birthday=date(1990, 3, 17))
    with crm.house() as house:
        suppress(house, contact, Cause.asked)
    jobs.call(watch_occasions)
    assert told(gate) == []
    assert "No campaign goes to them." in crm.client().get(
        f"/contacts/{contact}/panel/loyalty/written_to", htmx=True
    )


def test_the_result_says_what_it_brought_and_the_control_group_what_it_would_have_been(
    crm: Crm, gate: Gate, client: Client, clock: Clock
) -> None:
    id = campaign(gate, control=Decimal(20), window=30, cost=Decimal(100), margin=Decimal(50))
    start = gate.now
    with crm.house() as house:
        carry(house, id, state=State.sent, launched_at=start)
        people = house.create_many(Contact, [{"first_name": f"P{n}"} for n in range(200)])
        house.as_house(LAUNCHING).create_many(
            Recipient,
            [
                {
                    "what": "Spring", "campaign": id, "contact": who, "joined_at": start, "due_at": start, "key": f"{id}:{who}", "stratum": "0",
                    "group": Group.control if place % 5 == 0 else Group.test, "fate": Fate.untouched if place % 5 == 0 else Fate.sent,
                }
                for place, who in enumerate(people)
            ],
        )  # fmt: skip
    clock.move(days=40)
    with crm.house() as house:

        def bought(who: int, amount: int, days: int, source: str, **how: Any) -> dict[str, Any]:
            at = start + timedelta(days=days)
            return {
                "what": "Beans",
                "contact": who,
                "amount": Decimal(amount),
                "bought_at": at,
                "source": source,
                **how,
            }

        rows = [
            bought(who, 20 + place % 7 + (10 if place % 5 else 0), place % 29, f"s{place}")
            for place, who in enumerate(people)
        ]
        late, back = bought(people[0], 9000, 31, "late"), bought(people[0], 9000, 1, "back", reversed=True)
        house.create_many(Receipt, [*rows, late, back])
    page = client.get(f"/loyalty/campaigns/{id}/panel/loyalty/what_it_brought", htmx=True)
    assert "It brought between" in page
    assert "€9" in page.text or "€10" in page.text
    assert "30 days, the whole time" in page
