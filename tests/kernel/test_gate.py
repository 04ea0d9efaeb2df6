"""The gate: what each person sees, may do, and what becomes of a save."""

from decimal import Decimal

import pytest
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Text
from hookline.kernel.actor import Action
from hookline.kernel.history import list_entries
from sqlalchemy import func, select

from tests.town import NOW, Town

SEES = {
    "ada": {"scanners", "flour"}, "vera": {"scanners", "flour"}, "max": {"scanners"}, "boris": {"scanners"}, "clara": {"flour"},
    "olga": {"scanners", "flour"},
}  # fmt: skip


@pytest.mark.parametrize("name", SEES)
def test_each_person_sees_the_deals_of_their_reach(town: Town, name: str) -> None:
    with town.as_(name) as gate:
        seen = {row.id for row in gate.rows(select(Deal.id))}
    assert seen == {town.ids[deal] for deal in SEES[name]}


def test_sums_and_averages_of_amounts_are_amounts(town: Town) -> None:
    with town.as_("ada") as gate:
        for id, amount in (("scanners", "100.01"), ("flour", "33.33")):
            gate.update(Deal, town.ids[id], {"amount": Decimal(amount)})
        amounts = (func.sum(Deal.amount), func.max(Deal.amount), func.avg(Deal.amount))
        figures = select(*amounts, func.coalesce(func.avg(Deal.amount), 0), func.avg(Deal.id))
        (row,) = gate.rows(figures)
        assert row[:4] == (Decimal("133.34"), Decimal("100.01"), Decimal("66.67"), Decimal("66.67"))
        assert float(row[4]) == (town.ids["scanners"] + town.ids["flour"]) / 2
        outcomes = gate.rows(select(Deal.outcome, func.avg(Deal.amount)).group_by(Deal.outcome))
        assert [tuple(row) for row in outcomes] == [("open", Decimal("66.67"))]
        assert gate.scalar(select(func.avg(Deal.amount)).where(Deal.name == "Nothing")) is None


def test_a_record_of_others_answers_like_one_that_does_not_exist(town: Town) -> None:
    with town.as_("boris") as gate:
        for id in (town.ids["flour"], 10_000, 0, -1, 2**63):
            with pytest.raises(NotFound):
                gate.get(Deal, id)
            with pytest.raises(NotFound):
                gate.update(Deal, id, {"name": "Mine now"})


def test_several_are_those_in_sight_in_the_order_asked(town: Town) -> None:
    with town.as_("boris") as gate:
        mine = [row.id for row in gate.rows(select(Deal.id).order_by(Deal.id))]
        before = town.installation.database.statements
        found = gate.several(Deal, [*reversed(mine), town.ids["flour"], 10_000, mine[0], 2**70])
        assert [deal.id for deal in found] == [*reversed(mine)]
        assert town.installation.database.statements == before + 1
        assert gate.several(Deal, ()) == []


def test_seeing_is_not_changing(town: Town) -> None:
    with town.as_("olga") as gate, pytest.raises(Forbidden):
        gate.update(Deal, town.ids["scanners"], {"name": "Observed"})
    with town.as_("olga") as gate:
        assert gate.get(Deal, town.ids["scanners"]).name == "Scanners"


def test_what_code_alone_writes_people_only_read(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Deal, "by_house", True)
    with town.as_("ada") as gate:
        assert gate.get(Deal, town.ids["scanners"]).name == "Scanners"
        assert {action for action in Action if gate.may("deal", action)} == {Action.read, Action.export}
        for refused in (
            lambda: gate.create(Deal, {"name": "Mine"}),
            lambda: gate.update(Deal, town.ids["scanners"], {"name": "Mine"}),
            lambda: gate.trash(Deal, town.ids["scanners"]),
        ):
            with pytest.raises(Forbidden):
                refused()
        gate.as_house("a ledger").update(Deal, town.ids["scanners"], {"name": "The house's"})
        assert gate.get(Deal, town.ids["scanners"]).name == "The house's"


def test_the_house_does_in_the_same_transaction_what_the_person_may_not(town: Town) -> None:
    with town.as_("olga") as gate:
        everything = gate.as_house("the flour is late")
        version = everything.update(Deal, town.ids["scanners"], {"name": "Scanners, late"})
        assert gate.get(Deal, town.ids["scanners"]).name == "Scanners, late"
        (entry,) = list_entries(gate, gate.schema["deal"], town.ids["scanners"], limit=1)
        assert (entry.user, entry.cause, entry.version) == (None, "the flour is late", version)
        with pytest.raises(Forbidden):
            gate.update(Deal, town.ids["scanners"], {"name": "Mine"})


def test_nobody_passes_for_the_house_by_a_name(town: Town) -> None:
    with town.as_("olga") as gate:
        name = gate.actor.name
        assert not gate.acts_as_house(name)
        at_work = gate.as_house(Text(name))
        assert at_work.acts_as_house(name)
        assert at_work.acts_as_house(Text(name))
        assert not at_work.acts_as_house("something else")


def test_a_save_is_remembered_field_by_field(town: Town) -> None:
    with town.as_("boris") as gate:
        version = gate.update(
            Deal, town.ids["scanners"], {"name": "Scanners, 240 units", "amount": Decimal(90000)}
        )
        assert version == 2
        entry = list_entries(gate, gate.schema["deal"], town.ids["scanners"])[0]
    assert entry.changes["name"] == ("Scanners", "Scanners, 240 units")
    assert entry.changes["amount"] == ("84600.50", "90000.00")
    assert entry.user == town.ids["boris"]


def test_saving_what_stands_already_writes_nothing(town: Town) -> None:
    with town.as_("boris") as gate:
        assert (
            gate.update(Deal, town.ids["scanners"], {"name": "Scanners", "amount": Decimal("84600.5")}) == 1
        )
        assert len(list_entries(gate, gate.schema["deal"], town.ids["scanners"])) == 1


def test_the_second_of_two_editors_is_shown_both_values(town: Town) -> None:
    with town.as_("boris") as gate:
        gate.update(Deal, town.ids["scanners"], {"name": "First"}, version=1)
    with town.as_("max") as gate, pytest.raises(Conflict) as refused:
        gate.update(Deal, town.ids["scanners"], {"name": "Second"}, version=1)
    assert refused.value.version == 2
    assert [(d.field, d.theirs, d.yours) for d in refused.value.differences] == [("name", "First", "Second")]


def test_every_complaint_comes_at_once_and_nothing_is_written(town: Town) -> None:
    with town.as_("boris") as gate, pytest.raises(Invalid) as refused:
        gate.create(Deal, {"name": None, "amount": Decimal(-1), "company": 999_999})
    assert {p.field for p in refused.value.problems} >= {"name", "amount"}
    with town.house() as gate:
        assert len(gate.rows(select(Deal.id))) == 2


def test_a_reference_to_an_unseen_record_is_refused_like_a_missing_one(town: Town) -> None:
    texts = []
    for name, deal in (("boris", town.ids["flour"]), ("boris", 999_999)):
        with town.as_(name) as gate, pytest.raises(Invalid) as refused:
            gate.create("lead", {"name": "Linked", "deal": deal})
        texts.append([(p.field, str(p.text)) for p in refused.value.problems])
    assert texts[0] == texts[1] != []


def test_unknown_and_read_only_fields_are_refused(town: Town) -> None:
    with town.as_("ada") as gate, pytest.raises(Invalid) as refused:
        gate.update(Deal, town.ids["scanners"], {"outcome": "won", "no_such": 1})
    assert {p.field for p in refused.value.problems} == {"outcome", "no_such"}


def test_the_house_alone_gives_a_new_record_what_is_read_only(town: Town) -> None:
    given = {"name": "Old request", "converted_at": NOW}
    with town.as_("ada") as gate, pytest.raises(Invalid) as refused:
        gate.create(Lead, given)
    assert [p.field for p in refused.value.problems] == ["converted_at"]
    with town.house() as gate:
        id = gate.create(Lead, given)
        assert gate.get(Lead, id).converted_at == NOW
        for further in ({"id": 7}, {"created_at": NOW}, {"version": 3}, {"no_such": 1}):
            with pytest.raises(Invalid):
                gate.create(Lead, {**given, **further})
        with pytest.raises(Invalid):
            gate.update(Lead, id, {"converted_at": None})


def test_the_trash_hides_and_gives_back(town: Town) -> None:
    with town.as_("boris") as gate:
        gate.trash(Deal, town.ids["scanners"])
        assert gate.find(Deal, town.ids["scanners"]) is None
        assert gate.find(Deal, town.ids["scanners"], trash=True) is not None
        gate.restore(Deal, town.ids["scanners"])
        assert gate.get(Deal, town.ids["scanners"]).name == "Scanners"


def test_erasing_waits_until_nothing_points_here(town: Town) -> None:
    with town.as_("ada") as gate, pytest.raises(Invalid) as refused:
        gate.erase(Company, town.ids["acme"])
    assert "Deals" in str(refused.value)
    with town.as_("ada") as gate:
        gate.erase(Deal, town.ids["scanners"])
        assert gate.find(Deal, town.ids["scanners"], trash=True) is None


def test_a_company_cannot_be_part_of_itself(town: Town) -> None:
    with town.as_("ada") as gate, pytest.raises(Invalid) as refused:
        gate.update(Company, town.ids["acme"], {"parent": town.ids["the_mill"]})
    assert [p.field for p in refused.value.problems] == ["parent"]


def test_a_seller_creates_for_herself_only(town: Town) -> None:
    with town.as_("clara") as gate:
        id = gate.create(Deal, {"name": "Mine"})
        assert gate.get(Deal, id).owner == town.ids["clara"]
        with pytest.raises(Forbidden):
            gate.create(Deal, {"name": "His", "owner": town.ids["boris"]})


def test_money_is_exact(town: Town) -> None:
    with town.as_("boris") as gate:
        id = gate.create(Deal, {"name": "Exact", "amount": Decimal("0.10"), "probability": 30})
        deal = gate.get(Deal, id)
    assert (deal.amount, deal.weighted) == (Decimal("0.10"), Decimal("0.03"))
