"""Deals from the deposit to the sale: the plan, the banks, the documents, and what follows for what is sold."""

import datetime as dt
from decimal import Decimal

import pytest
from hookline_sdk import Activity, Contact, Deal, Gate, Invalid, Pipeline, Refused, Stage, User, func, select
from hookline_sdk.testing import AsUser, Client, Clock, Crm, Jobs, Make, Outbox

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.deals.data import DealTerms, Document, Instalment, Mortgage, Payment, Requirement
from hookline_real_estate.deals.reminding import Lateness, remind_of_late
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.properties.data import Property
from hookline_real_estate.viewings.data import Viewing

PRICE = Decimal("200000.01")


@pytest.fixture
def buyer(make: Make) -> Contact:
    return make(Contact, last_name="Byer")


@pytest.fixture
def flat(make: Make) -> Property:
    return make(Property, address="Mill Lane 4", status="active", kind="flat", area=Decimal(50), price=PRICE)


@pytest.fixture
def deal(make: Make, buyer: Contact, flat: Property) -> Deal:
    return make(
        Deal, name="Mill Lane", contact=buyer, real_estate_property=flat, real_estate_deposit=Decimal(5000)
    )


def stage_of(gate: Gate, pipeline: str, name: str) -> int:
    found = select(Stage.id).join(Pipeline, Stage.pipeline == Pipeline.id)
    return int(gate.scalar(found.where(Pipeline.name == pipeline, Stage.name == name)))


def act(client: Client, deal: Deal, action: str, *, status: int = 200, **values: object) -> str:
    client.get(f"/deals/{deal.id}/action/real_estate/{action}")
    return client.form().submit(status=status, **values).text


def close(gate: Gate, deal: Deal, kind: str) -> None:
    target = select(Stage.id).where(Stage.pipeline == deal.pipeline, Stage.kind == kind)
    gate.update(Deal, deal.id, {"stage": gate.scalar(target.limit(1))})


def test_a_deal_begins_with_what_is_known_of_the_property(deal: Deal, buyer: Contact) -> None:
    assert (deal[DealTerms].price, deal[DealTerms].buyer) == (PRICE, buyer.id)


def test_a_deposit_and_the_sale_show_at_the_property_and_a_lost_deal_frees_it(
    gate: Gate, deal: Deal, flat: Property, clock: Clock
) -> None:
    def status() -> str:
        return gate.get(Property, flat.id).status

    gate.update(Deal, deal.id, {"real_estate_deposit_paid_on": clock.now.date()})
    assert status() == "deposit"
    close(gate, deal, "won")
    assert status() == "sold"
    close(gate, deal, "lost")
    assert status() == "active"


def test_a_rental_that_is_won_is_let_and_free_again_when_it_is_not(
    gate: Gate, deal: Deal, flat: Property, clock: Clock
) -> None:
    gate.update(Property, flat.id, {"purpose": "rent"})
    close(gate, deal, "won")
    let = gate.get(Property, flat.id)
    assert (let.status, let.closed_on) == ("let", clock.now.date())
    close(gate, deal, "lost")
    assert gate.get(Property, flat.id).status == "active"


def test_nothing_is_sold_twice(gate: Gate, make: Make, deal: Deal, flat: Property) -> None:
    close(gate, deal, "won")
    second = make(Deal, real_estate_property=flat, real_estate_buyer=make(Contact, last_name="Late"))
    with pytest.raises(Invalid, match="sold to somebody already"):
        close(gate, second, "won")
    assert gate.get(Deal, second.id).outcome == "open"


def test_a_seller_sells_what_another_has_listed(
    crm: Crm, make: Make, as_user: AsUser, gate: Gate, buyer: Contact
) -> None:
    flat = make(
        Property, address="Far", status="active", kind="flat", area=Decimal(50), owner=crm.people["head"]
    )
    mine = make(
        Deal,
        owner=crm.people["seller"],
        real_estate_property=flat,
        real_estate_buyer=buyer,
        real_estate_price=PRICE,
    )
    seller = as_user("seller")
    won = select(Stage.id).where(Stage.pipeline == mine.pipeline, Stage.kind == "won")
    seller.post(f"/deals/{mine.id}/stage", {"stage": gate.scalar(won)})
    assert gate.get(Property, flat.id).status == "sold"


def test_a_unit_is_kept_for_the_deposit_sold_with_the_deal_and_then_free_for_the_next(
    gate: Gate, make: Make, buyer: Contact, clock: Clock
) -> None:
    unit = make(Unit, price=Decimal(100_000))
    hold = make(Hold, unit=unit, contact=buyer)
    waits = make(Hold, unit=unit, contact=make(Contact, last_name="Next"), state="waiting")
    deal = make(Deal, contact=buyer, real_estate_unit=unit, real_estate_deposit=Decimal(1000))
    gate.update(Deal, deal.id, {"real_estate_deposit_paid_on": clock.now.date()})
    kept = gate.get(Hold, hold.id)
    assert (kept.paid, kept.state) == (True, "active")
    close(gate, deal, "won")
    assert (gate.get(Hold, hold.id).state, gate.get(Unit, unit.id).status) == ("sold", "sold")
    close(gate, deal, "lost")
    assert (gate.get(Hold, hold.id).state, gate.get(Hold, waits.id).state) == ("released", "active")


def test_a_unit_that_is_held_for_another_takes_no_deposit(
    gate: Gate, make: Make, buyer: Contact, clock: Clock
) -> None:
    hold = make(Hold, contact=make(Contact, last_name="First"))
    deal = make(
        Deal,
        contact=buyer,
        real_estate_unit=hold.unit,
        real_estate_price=PRICE,
        real_estate_deposit=Decimal(1),
    )
    with pytest.raises(Invalid, match="held for somebody else"):
        gate.update(Deal, deal.id, {"real_estate_deposit_paid_on": clock.now.date()})
    assert gate.get(Deal, deal.id)[DealTerms].deposit_paid_on is None


def test_the_plan_comes_to_the_price_and_payments_fill_it(
    client: Client, gate: Gate, deal: Deal, flat: Property
) -> None:
    act(client, deal, "plan", first="20000", count="7")
    amounts = [row.amount for row in gate.rows(select(Instalment.amount).order_by(Instalment.id))]
    assert (len(amounts), sum(amounts)) == (9, PRICE)
    act(client, deal, "record_payment", amount="5000")
    assert gate.get(Property, flat.id).status == "deposit"
    act(client, deal, "record_payment", amount="25000")
    states = [row.state for row in gate.rows(select(Instalment.state).order_by(Instalment.id))]
    assert states[:4] == ["paid", "paid", "partly", "open"]
    assert "more than what is still owed" in act(client, deal, "record_payment", status=422, amount="200000")
    panel = client.get(f"/deals/{deal.id}/panel/real_estate/money_schedule", htmx=True)
    assert "170,000.01" in panel
    assert "Partly paid" in panel


def test_a_plan_needs_instalments_for_the_rest(client: Client, deal: Deal) -> None:
    assert "in how many instalments" in act(client, deal, "plan", status=422, count="0")
    assert "More goes ahead" in act(client, deal, "plan", status=422, first="200000")


def test_a_new_plan_takes_the_place_of_the_old_one(client: Client, gate: Gate, deal: Deal) -> None:
    act(client, deal, "plan", count="3")
    act(client, deal, "record_payment", amount="6000")
    act(client, deal, "plan", count="2")
    rows = gate.rows(select(Instalment.amount, Instalment.paid).where(Instalment.state != "replaced"))
    assert (sum(row.amount for row in rows), sum(row.paid or 0 for row in rows)) == (PRICE, 6000)


def test_the_plan_keeps_to_the_price_whatever_is_changed(client: Client, gate: Gate, deal: Deal) -> None:
    act(client, deal, "plan", count="4")
    act(client, deal, "record_payment", amount="6000")
    lines = list(gate.rows(select(Instalment.id, Instalment.amount).order_by(Instalment.id)))

    def total() -> Decimal:
        return sum(
            (
                row.amount
                for row in gate.rows(select(Instalment.amount).where(Instalment.state != "replaced"))
            ),
            Decimal(0),
        )

    gate.update(Instalment, lines[1].id, {"amount": lines[1].amount + 100})
    assert total() == PRICE
    assert gate.get(Instalment, lines[-1].id).amount == lines[-1].amount - 100
    gate.update(Deal, deal.id, {"real_estate_price": Decimal(90_000)})
    assert total() == 90_000
    gate.update(Deal, deal.id, {"real_estate_price": Decimal(150_000)})
    assert total() == 150_000
    with pytest.raises(Invalid, match="has been paid already"):
        gate.update(Deal, deal.id, {"real_estate_price": Decimal(5500)})
    with pytest.raises(Invalid, match="no longer come to the price"):
        gate.update(Instalment, lines[1].id, {"amount": Decimal(150_001)})
    with pytest.raises(Invalid, match="Make a new plan"):
        gate.trash(Instalment, lines[0].id)
    with pytest.raises(Refused, match="no longer come to the price"):
        gate.create(
            Instalment,
            {"number": "x", "deal": make_other(gate, deal), "due_on": dt.date(2026, 1, 1), "amount": 1},
        )


def make_other(gate: Gate, deal: Deal) -> int:
    return gate.create(Deal, {"name": "Other", "real_estate_price": Decimal(10)})


def test_a_payment_that_is_taken_out_opens_its_lines_and_the_deposit(
    client: Client, gate: Gate, deal: Deal, flat: Property
) -> None:
    act(client, deal, "plan", count="2")
    act(client, deal, "record_payment", amount="5000")
    payment = gate.scalar(select(Payment.id))
    gate.trash(Payment, payment)
    assert gate.get(Deal, deal.id)[DealTerms].deposit_paid_on is None
    assert gate.get(Property, flat.id).status == "active"
    assert {row.state for row in gate.rows(select(Instalment.state))} == {"open"}


def test_a_deposit_that_is_ticked_on_the_deal_is_a_payment(gate: Gate, deal: Deal, clock: Clock) -> None:
    gate.update(Deal, deal.id, {"real_estate_deposit_paid_on": clock.now.date()})
    assert [row.amount for row in gate.rows(select(Payment.amount))] == [5000]
    with pytest.raises(Invalid, match="Take the payment out"):
        gate.update(Deal, deal.id, {"real_estate_deposit_paid_on": None})


def test_what_is_late_is_reminded_of_until_it_is_paid_and_reported(
    client: Client, gate: Gate, deal: Deal, clock: Clock, jobs: Jobs, outbox: Outbox
) -> None:
    act(client, deal, "plan", count="2")
    clock.move(days=40)
    for _ in range(2):
        jobs.call(remind_of_late)
    subjects = [row.subject for row in gate.rows(select(Activity.subject))]
    assert len(subjects) == 2, "not twice on one day"
    assert all("is late" in subject and "Mill Lane" in subject for subject in subjects)
    rows = client.get("/reports/real_estate/overdue").rows()
    assert [row[3] for row in rows[:2]] == ["40", "9"]
    assert "Overdue" in client.get(f"/deals/{deal.id}/panel/real_estate/money_schedule", htmx=True)
    first, second = (id for (id,) in gate.rows(select(Activity.id).order_by(Activity.id)))
    gate.update(Activity, first, {"done_at": clock.now})
    clock.move(days=6)
    assert jobs.call(remind_of_late).result == {"reminded": 0}, "not before a week is over"
    clock.move(days=1)
    assert jobs.call(remind_of_late).result == {"reminded": 2}
    assert gate.scalar(select(func.count(Activity.id))) == 3, "the task that is open still is due again"
    assert gate.get(Activity, second).due_at == clock.now
    gate.create(Payment, {"deal": deal.id, "amount": PRICE, "paid_on": clock.now.date()})
    outbox.run()
    assert gate.rows(select(Activity.id).where(Activity.done_at.is_(None))) == []
    clock.move(days=7)
    assert jobs.call(remind_of_late).result == {"reminded": 0}


def test_reminders_come_as_the_settings_say(
    client: Client, gate: Gate, deal: Deal, clock: Clock, jobs: Jobs
) -> None:
    act(client, deal, "plan", count="1")
    Lateness(after=10, every=0).keep(gate.as_house("test"))
    for days, told in ((9, 0), (1, 1), (30, 0)):
        clock.move(days=days)
        assert jobs.call(remind_of_late).result == {"reminded": told}


def test_one_bank_is_chosen(client: Client, gate: Gate, make: Make, deal: Deal, clock: Clock) -> None:
    act(client, deal, "ask_a_bank", bank="Harbour Bank", amount="100000")
    first = gate.get(Mortgage, gate.scalar(select(Mortgage.id)))
    with pytest.raises(Invalid, match="at what rate"):
        gate.update(Mortgage, first.id, {"state": "approved"})
    gate.update(Mortgage, first.id, {"state": "approved", "rate": Decimal("4.5")})
    second = make(
        Mortgage, deal=deal, bank="Mill Bank", amount=Decimal(90_000), rate=Decimal(4), state="approved"
    )
    for chosen in (first, second):
        client.get(f"/real_estate/mortgages/{chosen.id}/action/real_estate/choose")
        client.form().submit()
    assert [row.state for row in gate.rows(select(Mortgage.state).order_by(Mortgage.id))] == [
        "approved",
        "chosen",
    ]
    with pytest.raises(Invalid, match="Another bank has been chosen"):
        gate.update(Mortgage, first.id, {"state": "chosen"})
    act(client, deal, "plan", count="2")
    (bank,) = [row.amount for row in gate.rows(select(Instalment.amount).where(Instalment.kind == "bank"))]
    assert bank == 90_000


def test_a_lapsed_approval_is_not_chosen(gate: Gate, make: Make, deal: Deal, clock: Clock) -> None:
    lapsed = make(
        Mortgage,
        deal=deal,
        amount=Decimal(1),
        rate=Decimal(4),
        state="approved",
        valid_until=clock.now.date() - dt.timedelta(days=1),
    )
    with pytest.raises(Invalid, match="no longer holds"):
        gate.update(Mortgage, lapsed.id, {"state": "chosen"})
    with pytest.raises(Invalid, match="more than the price"):
        gate.update(Mortgage, lapsed.id, {"amount": PRICE + 1})


def test_the_pipelines_stand_with_what_they_ask_for(gate: Gate) -> None:
    names = {row.name for row in gate.rows(select(Pipeline.name))}
    assert {"Property sale", "Property purchase", "Rent", "New building"} <= names
    asked = gate.rows(select(Pipeline.name).join(Requirement, Requirement.pipeline == Pipeline.id))
    assert {row.name for row in asked} == {"Property sale", "Property purchase", "Rent", "New building"}


def test_documents_that_came_along_are_called_in_the_language_of_the_reader(crm: Crm, client: Client) -> None:
    assert "Proof of ownership" in client.get("/real_estate/required-documents")
    crm.speak("ru")
    shown = client.get("/real_estate/required-documents")
    assert "Правоустанавливающий документ" in shown
    assert "Proof of ownership" not in shown


def test_no_door_lets_a_deal_past_its_documents(
    client: Client, gate: Gate, make: Make, deal: Deal, crm: Crm
) -> None:
    first, mandate = (stage_of(gate, "Property sale", name) for name in ("New request", "Mandate signed"))
    gate.update(Deal, deal.id, {"stage": first})
    documents = list(
        gate.rows(select(Document.id, Document.name, Document.stage).where(Document.deal == deal.id))
    )
    assert len(documents) == 9
    said = "Still missing: Signed mandate, Proof of ownership."
    with pytest.raises(Invalid, match=said):
        gate.update(Deal, deal.id, {"stage": mandate})
    with pytest.raises(Invalid, match=said):
        gate.create(Deal, {"name": "Straight in", "stage": mandate})
    assert said in client.post(f"/deals/{deal.id}/stage", {"stage": str(mandate)}, status=422)
    stands = gate.get(Deal, deal.id)
    version = stands.version
    move = {"id": str(deal.id), "version": str(version), "column": str(mandate), "after": ""}
    moved = client.post(f"/deals/board/move?pipeline={stands.pipeline}", move, status=422, htmx=True)
    assert said in moved
    for document in documents:
        if document.stage == mandate:
            client.get(f"/real_estate/documents/{document.id}/action/real_estate/tick_off")
            client.form().submit()
    done = gate.get(Document, next(each.id for each in documents if each.stage == mandate))
    assert (done.done_by, done.done_at is not None) == (gate.actor.user, True)
    client.post(f"/deals/{deal.id}/stage", {"stage": str(mandate)})
    assert gate.get(Deal, deal.id).stage == mandate
    gate.update(Deal, deal.id, {"stage": first})


def test_the_pipeline_says_what_is_required(gate: Gate, deal: Deal) -> None:
    gate.update(Deal, deal.id, {"stage": stage_of(gate, "Property sale", "New request")})
    document = gate.scalar(select(Document.id).where(Document.required.is_(True)).limit(1))
    with pytest.raises(Invalid, match="pipeline says"):
        gate.update(Document, document, {"required": False})


def test_reports_count_people_and_sources(
    client: Client, make: Make, gate: Gate, deal: Deal, buyer: Contact, flat: Property, clock: Clock
) -> None:
    for who in (buyer, make(Contact, last_name="Looker")):
        make(Viewing, property=flat, contact=who, state="done", liking="thinks", starts_at=clock.now)
    gate.update(Deal, deal.id, {"real_estate_deposit_paid_on": clock.now.date()})
    rows = client.get("/reports/real_estate/funnel").rows()
    assert [row[1] for row in rows] == ["2", "1", "0"]
    close(gate, deal, "won")
    assert client.get("/reports/real_estate/funnel").rows()[2][1] == "1"
    row = client.get("/reports/real_estate/sources").rows()[0]
    assert row[1:3] == ["1", "1"]
    assert "200,000.01" in row[4]


def test_the_dialog_of_a_stage_speaks_the_language_of_the_reader(
    as_user: AsUser, gate: Gate, make: Make, crm: Crm
) -> None:
    seller = crm.people["seller"]
    gate.update(User, seller, {"language": "ru"})
    mine = make(Deal, owner=seller, stage=stage_of(gate, "Rent", "New request"))
    contract = stage_of(gate, "Rent", "Contract")
    asked = as_user("seller").post(f"/deals/{mine.id}/stage", {"stage": str(contract)}, status=422)
    assert "Договор" in asked
    assert "Не хватает: Копии паспортов, Подписанный договор аренды." in asked
    assert "Contract" not in asked
