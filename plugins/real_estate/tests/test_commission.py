"""Statements of commission: worked out with each change, taken step by step, locked when paid, each agent's for that agent."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hookline_sdk import Deal, Forbidden, Gate, Invalid, NotFound, Refused, Stage, func, select
from hookline_sdk.testing import AsUser, Client, Crm, Make, Outbox

from hookline_real_estate.commission.data import (
    Commission,
    CommissionLevel,
    CommissionPlan,
    CommissionShare,
    CommissionSplit,
    CommissionState,
)
from hookline_real_estate.commission.starting import begin
from hookline_real_estate.commission.stepping import step
from hookline_real_estate.properties.data import Mandate, Property

STATEMENT = "/real_estate/commissions"


def statement_of(make: Make, gate: Gate, owner: int, *, amount: int = 400_000, rate: str = "3") -> Commission:
    deal = make(Deal, amount=Decimal(amount), owner=owner)
    id = begin(gate, deal)
    gate.update(Commission, id, {"rate": Decimal(rate), "earned_on": dt.date(2026, 5, 4)})
    return gate.get(Commission, id)


def plan_of(make: Make, owner: int, **how: Any) -> CommissionPlan:
    return make(
        CommissionPlan, owner=owner, starts_on=dt.date(2026, 1, 1), **{"method": "fixed", "share": 60, **how}
    )


def line_of(gate: Gate, statement: int, owner: int) -> CommissionShare:
    (id,) = gate.rows(
        select(CommissionShare.id).where(
            CommissionShare.commission == statement, CommissionShare.owner == owner
        )
    )[0]
    return gate.get(CommissionShare, id)


def act(client: Client, statement: int, name: str, **form: Any) -> Any:
    client.get(f"{STATEMENT}/{statement}/action/real_estate/{name}")
    return client.form().submit(**form)


def test_the_mandate_of_the_day_says_the_rate_where_nobody_has_typed_one(make: Make, gate: Gate) -> None:
    flat = make(Property, kind="flat", area=50)
    for begins, ends, commission in ((1, 5, "4.5"), (6, 9, "2.5")):
        days = {"starts_on": dt.date(2026, begins, 1), "ends_on": dt.date(2026, ends, 28)}
        make(Mandate, property=flat, kind="open", commission=Decimal(commission), **days)

    def rate(sold: Property | None, month: int, **typed: object) -> Decimal | None:
        deal = make(Deal, amount=Decimal(200_000), real_estate_property=sold)
        id = gate.create(Commission, {"deal": deal.id, "earned_on": dt.date(2026, month, 15), **typed})
        return gate.get(Commission, id).rate

    assert [rate(flat, month) for month in (5, 7, 11)] == [Decimal("4.5"), Decimal("2.5"), 3]
    assert rate(flat, 5, rate=Decimal(2)) == 2
    assert rate(None, 5) == 3


def test_a_statement_is_of_the_agreed_price_where_there_is_one(make: Make, gate: Gate) -> None:
    """What the deal brings the agency is another amount."""
    deal = make(Deal, amount=Decimal(6_000), real_estate_price=Decimal(200_000))
    statement = gate.get(Commission, begin(gate, deal))
    assert (statement.amount, statement.gross) == (Decimal(200_000), Decimal(6_000))


def test_a_statement_follows_what_is_filled_in(crm: Crm, make: Make, gate: Gate) -> None:
    anna, ben = crm.people["seller"], crm.people["colleague"]
    plan_of(make, anna, share=Decimal(60), desk_fee=Decimal(100), insurance=Decimal(2))
    statement = statement_of(make, gate, anna)
    gate.create(
        CommissionSplit,
        {"commission": statement.id, "name": "Portal", "kind": "referral", "percent": Decimal(25)},
    )
    line = line_of(gate, statement.id, anna)
    gate.update(CommissionShare, line.id, {"share": Decimal("66.667")})
    gate.create(CommissionShare, {"commission": statement.id, "owner": ben, "share": Decimal("33.333")})
    statement, mine, his = (
        gate.get(Commission, statement.id),
        line_of(gate, statement.id, anna),
        line_of(gate, statement.id, ben),
    )
    assert (statement.gross, statement.left) == (Decimal(12_000), Decimal(9_000))
    assert (mine.part, mine.kept, mine.desk_fee, mine.insurance) == (
        Decimal("6000.03"), Decimal("2400.01"), Decimal(100), Decimal("72.00"),
    )  # fmt: skip
    parts = (mine.kept, mine.desk_fee, mine.insurance, mine.net)
    assert sum(part or 0 for part in parts) == mine.part
    assert (mine.part or 0) + (his.part or 0) == 9_000
    assert (his.kept, his.net) == (Decimal("1499.98"), Decimal("1499.99"))
    assert (mine.volume, mine.counted) == (Decimal("266668.00"), Decimal("0.667"))
    gate.update(CommissionShare, mine.id, {"volume_share": Decimal(100), "units": Decimal(1)})
    credited = gate.get(CommissionShare, mine.id)
    assert (credited.volume, credited.counted, credited.part) == (Decimal(400_000), Decimal(1), mine.part)


def test_nobody_gets_more_than_there_is(crm: Crm, make: Make, gate: Gate) -> None:
    statement = statement_of(make, gate, crm.people["seller"])
    with pytest.raises(Invalid, match="more than 100 %"):
        gate.create(CommissionShare, {"commission": statement.id, "owner": crm.people["head"], "share": 1})
    for name, flat, amount in (("Most of it", 11_000, 11_000), ("The rest", 5_000, 1_000)):
        split = gate.create(CommissionSplit, {"commission": statement.id, "name": name, "flat": flat})
        assert gate.get(CommissionSplit, split).amount == amount
    assert gate.get(Commission, statement.id).left == 0


def test_the_year_lifts_the_level_and_fills_the_cap(crm: Crm, make: Make, gate: Gate) -> None:
    anna = crm.people["seller"]
    plan = plan_of(make, anna, method="progressive", cap=Decimal(9_000))
    for above, share in ((0, 50), (600_000, 70)):
        make(CommissionLevel, plan=plan.id, above=Decimal(above), share=Decimal(share))
    first, second, third = (statement_of(make, gate, anna) for _ in range(3))
    told = [line_of(gate, each.id, anna) for each in (first, second, third)]
    # Half of the second deal lies above 600,000; of the third the cap leaves the house nothing.
    assert [line.kept for line in told] == [6_000, 3_000, 0]
    assert [line.capped for line in told] == [0, 1_800, 3_600]
    gate.update(Commission, first.id, {"rate": Decimal(1)})
    told = [line_of(gate, each.id, anna) for each in (first, second, third)]
    assert [line.kept for line in told] == [2_000, 4_800, 2_200]


def test_a_statement_goes_step_by_step_each_with_its_right(
    crm: Crm, make: Make, gate: Gate, client: Client
) -> None:
    statement = statement_of(make, gate, crm.people["seller"])
    assert "“Approve” cannot be done" in client.get(
        f"/real_estate/commissions/{statement.id}/action/real_estate/approve"
    )
    for name, state in (("review", "reviewed"), ("approve", "approved"), ("send_back", "pending"), ("review", "reviewed"),
        ("approve", "approved"), ("pay", "paid")):  # fmt: skip
        act(client, statement.id, name)
        assert gate.get(Commission, statement.id).state == state
        assert line_of(gate, statement.id, crm.people["seller"]).state == state


def test_shares_are_a_hundred_before_it_is_reviewed(crm: Crm, make: Make, gate: Gate, client: Client) -> None:
    statement = statement_of(make, gate, crm.people["seller"])
    gate.update(CommissionShare, line_of(gate, statement.id, crm.people["seller"]).id, {"share": 99})
    assert "must be 100 % together" in act(client, statement.id, "review")


def test_who_has_no_right_to_a_step_is_not_offered_it(
    crm: Crm, make: Make, gate: Gate, as_user: AsUser
) -> None:
    statement = statement_of(make, gate, crm.people["seller"])
    as_user("seller").get(f"{STATEMENT}/{statement.id}/action/real_estate/review", status=404)
    with crm.writing("seller") as theirs, pytest.raises(Invalid, match="not change them"):
        theirs.update(Commission, statement.id, {"rate": Decimal(10)})
    line = line_of(gate, statement.id, crm.people["seller"])
    with crm.writing("seller") as theirs, pytest.raises(Invalid, match="not change them"):
        theirs.update(CommissionShare, line.id, {"units": 9})


@pytest.fixture
def paid(crm: Crm, make: Make, gate: Gate, client: Client) -> Mapping[str, int]:
    """A statement that is paid: its id, that of its line and of its split."""
    statement = statement_of(make, gate, crm.people["seller"])
    split = gate.create(
        CommissionSplit, {"commission": statement.id, "name": "Portal", "percent": Decimal(10)}
    )
    for name in ("review", "approve", "pay"):
        act(client, statement.id, name)
    return {
        "statement": statement.id,
        "split": split,
        "line": line_of(gate, statement.id, crm.people["seller"]).id,
    }


def test_a_paid_statement_is_locked_through_every_door(
    paid: Mapping[str, int], gate: Gate, client: Client, crm: Crm
) -> None:
    stands = [
        gate.get(Commission, paid["statement"]),
        gate.get(CommissionShare, paid["line"]),
        gate.get(CommissionSplit, paid["split"]),
    ]
    # The gate, which the API, imports and bulk changes go through.
    for entity, id, change in (
        (Commission, paid["statement"], {"rate": Decimal(9)}), (Commission, paid["statement"], {"earned_on": dt.date(2025, 1, 1)}),
        (CommissionShare, paid["line"], {"share": Decimal(1)}), (CommissionShare, paid["line"], {"owner": crm.people["head"]}),
        (CommissionSplit, paid["split"], {"percent": Decimal(1)}),
    ):  # fmt: skip
        with pytest.raises(Refused, match="no longer pending"):
            gate.update(entity, id, change)
    with pytest.raises(Invalid, match="cannot be changed"):
        gate.update(Commission, paid["statement"], {"state": "pending"})
    for entity, id in (
        (Commission, paid["statement"]),
        (CommissionShare, paid["line"]),
        (CommissionSplit, paid["split"]),
    ):
        with pytest.raises(Refused, match="no longer pending"):
            gate.trash(entity, id)
        # Taking a change back asks no rule.
        with pytest.raises(Refused, match="no longer pending"):
            gate.revert(entity, id, gate.get(entity, id).version)
    with pytest.raises(Refused, match="no longer pending"):
        gate.create(CommissionSplit, {"commission": paid["statement"], "name": "Late", "flat": 1})
    client.get(f"{STATEMENT}/{paid['statement']}/edit")
    assert "no longer pending" in client.form().submit(rate="9", status=422)
    after = [
        gate.get(Commission, paid["statement"]),
        gate.get(CommissionShare, paid["line"]),
        gate.get(CommissionSplit, paid["split"]),
    ]
    assert [each.version for each in after] == [each.version for each in stands]


def test_a_counter_entry_takes_a_paid_statement_back(
    paid: Mapping[str, int], crm: Crm, gate: Gate, client: Client
) -> None:
    act(client, paid["statement"], "correct")
    (counter,) = gate.rows(select(Commission.id).where(Commission.corrects == paid["statement"]))[0]
    assert gate.scalar(select(func.sum(CommissionShare.net))) == 0
    assert gate.scalar(select(func.sum(CommissionShare.volume))) == 0
    assert gate.scalar(select(func.sum(CommissionSplit.amount))) == 0
    with pytest.raises(Refused, match="no longer pending"):
        gate.update(Commission, counter, {"rate": Decimal(1)})
    for name in ("review", "approve", "pay"):
        act(client, counter, name)
    assert gate.get(Commission, counter).state == "paid"
    assert "already" in act(client, paid["statement"], "correct")
    deal = gate.get(Deal, gate.get(Commission, counter).deal)
    again = begin(gate, deal)
    with pytest.raises(Refused, match="already"):
        begin(gate, deal)
    assert line_of(gate, again, crm.people["seller"]).net == 6_000


def test_agents_see_their_own_lines_and_heads_those_of_their_teams(crm: Crm, make: Make, gate: Gate) -> None:
    anna, ben = crm.people["seller"], crm.people["colleague"]
    statement = statement_of(make, gate, anna)
    gate.update(CommissionShare, line_of(gate, statement.id, anna).id, {"share": 50})
    gate.create(CommissionShare, {"commission": statement.id, "owner": ben, "share": 50})
    mine, his = (line_of(gate, statement.id, who).id for who in (anna, ben))
    plan_of(make, ben)

    def seen(who: str) -> tuple[set[int], int]:
        with crm.writing(who) as theirs:
            lines = {id for (id,) in theirs.rows(select(CommissionShare.id))}
            return lines, len(theirs.rows(select(CommissionPlan.id)))

    assert seen("seller") == ({mine}, 0)
    assert seen("colleague") == ({his}, 1)
    assert seen("manager") == ({mine}, 0)
    assert seen("head") == ({mine, his}, 1)
    assert seen("administrator") == ({mine, his}, 1)
    with crm.writing("colleague") as theirs, pytest.raises(NotFound):
        theirs.get(Commission, statement.id)


def test_plans_and_levels_are_taken_out_by_whoever_decides_of_them(crm: Crm, make: Make, gate: Gate) -> None:
    plan = plan_of(make, crm.people["seller"], method="sliding")
    level = make(CommissionLevel, plan=plan.id, above=Decimal(0), share=Decimal(50))
    with crm.writing("seller") as theirs:
        for entity, id in ((CommissionLevel, level.id), (CommissionPlan, plan.id)):
            with pytest.raises(Invalid, match="You may see commission plans, not change them"):
                theirs.trash(entity, id)
    gate.trash(CommissionLevel, level.id)
    gate.trash(CommissionPlan, plan.id)
    assert gate.rows(select(CommissionPlan.id)) == []


def test_a_statement_begins_by_hand_once_and_its_agent_sees_the_year(
    crm: Crm, make: Make, gate: Gate, client: Client, as_user: AsUser
) -> None:
    anna = crm.people["seller"]
    plan = plan_of(make, anna, method="sliding", cap=Decimal(24_000))
    for above, share in ((0, 50), (600_000, 70)):
        make(CommissionLevel, plan=plan.id, above=Decimal(above), share=Decimal(share))
    deal = make(Deal, name="Mill Lane", amount=Decimal(400_000), owner=anna)
    here = f"/deals/{deal.id}/action/real_estate/begin_statement"
    as_user("seller").get(here, status=404)
    for _ in range(2):
        client.get(here)
        page = client.form().submit()
        assert page.path == f"{STATEMENT}/{gate.scalar(select(Commission.id))}"
    assert gate.scalar(select(func.count(Commission.id))) == 1
    statement = gate.scalar(select(Commission.id))
    assert line_of(gate, statement, anna).net == 6_000

    mine = as_user("seller").get("/x/real_estate/my_commission")
    assert "To the next level 70 %" in mine
    assert "€400,000 of €600,000, €200,000 to go" in mine
    assert "The house has kept €6,000 of at most €24,000 this year" in mine
    ((first, *others, net),) = mine.rows()
    assert "Mill Lane" in first
    assert (others[1], net) == ("Pending", "€6,000")
    for name in ("review", "approve", "pay"):
        act(client, statement, name)
    assert "paid: €6,000" in as_user("seller").get("/x/real_estate/my_commission")
    assert "No commission in this year yet." in as_user("colleague").get("/x/real_estate/my_commission")


def test_a_deal_that_is_won_has_a_statement(
    crm: Crm, make: Make, gate: Gate, outbox: Outbox, client: Client
) -> None:
    deal = make(Deal, amount=Decimal(200_000), owner=crm.people["seller"])
    won = gate.scalar(select(Stage.id).where(Stage.pipeline == deal.pipeline, Stage.kind == "won"))
    gate.update(Deal, deal.id, {"stage": won})
    outbox.run()
    (id,) = gate.rows(select(Commission.id).where(Commission.deal == deal.id))[0]
    statement = gate.get(Commission, id)
    assert (statement.gross, statement.state, statement.owner) == (
        Decimal(6_000),
        "pending",
        crm.people["seller"],
    )
    assert line_of(gate, id, crm.people["seller"]).net == 3_000


def test_a_step_asks_for_its_right_also_past_the_screen(crm: Crm, make: Make, gate: Gate) -> None:
    statement = statement_of(make, gate, crm.people["seller"])
    with crm.writing("seller") as theirs, pytest.raises(Forbidden):
        step(theirs, statement.id, CommissionState.reviewed)
