"""Rules of fields by condition: asked for, locked, and never in the way of those who cannot help it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hookline.crm.activities import Activity
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.desks.layouts import save_layout
from hookline.errors import Invalid
from hookline.kernel import field_rules
from hookline.kernel.actor import FieldRight
from hookline.kernel.gate import Gate
from hookline.kernel.kinds.address import Address
from hookline.kernel.layouts import Layout, Placed, Section

from tests.town import Town


def lay(town: Town, *fields: Placed, entity: str = "deal") -> None:
    """Arrange an entity as an administrator does."""
    with town.as_("ada") as gate:
        save_layout(gate, entity, Layout(sections=(Section(fields=fields),)))


def refused(gate: Gate, id: int, values: dict[str, Any]) -> set[str]:
    """The fields that speak against a change."""
    with pytest.raises(Invalid) as refusal:
        gate.update(Deal, id, values)
    return {problem.field for problem in refusal.value.problems}


def test_a_field_is_asked_for_when_its_condition_comes_true(town: Town) -> None:
    lay(town, Placed(name="competitor", required="amount > 100000"))
    deal = town.ids["scanners"]
    with town.as_("boris") as gate:
        assert refused(gate, deal, {"amount": Decimal(100_001)}) == {"competitor"}
        gate.update(Deal, deal, {"amount": Decimal(100_000)})
        gate.update(Deal, deal, {"amount": Decimal(100_001), "competitor": "Kite"})
        assert refused(gate, deal, {"competitor": None}) == {"competitor"}
        with pytest.raises(Invalid) as refusal:
            gate.create(Deal, {"name": "Large", "amount": Decimal(200_000)})
        assert [problem.field for problem in refusal.value.problems] == ["competitor"]


def test_what_was_fine_before_the_rule_holds_up_no_other_change(town: Town) -> None:
    deal = town.ids["scanners"]
    with town.as_("boris") as gate:
        gate.update(Deal, deal, {"amount": Decimal(100_001)})
    lay(town, Placed(name="competitor", required="amount > 100000"))
    with town.as_("boris") as gate:
        gate.update(Deal, deal, {"name": "Another name"})
        assert refused(gate, deal, {"amount": Decimal(300_000)}) == {"competitor"}


def test_a_field_is_locked_as_the_record_stands_not_as_it_is_to_be(town: Town) -> None:
    lay(town, Placed(name="amount", locked="not is_empty(competitor)"))
    deal = town.ids["scanners"]
    with town.as_("boris") as gate:
        gate.update(Deal, deal, {"amount": Decimal(7), "competitor": "Kite"})
        assert refused(gate, deal, {"amount": Decimal(8)}) == {"amount"}
        assert refused(gate, deal, {"amount": Decimal(8), "competitor": None}) == {"amount"}
        gate.update(Deal, deal, {"amount": Decimal(7), "name": "The same amount is no change"})
        gate.update(Deal, deal, {"competitor": None})
        gate.update(Deal, deal, {"amount": Decimal(8)})


def test_several_new_records_are_judged_each_by_itself(town: Town) -> None:
    lay(town, Placed(name="email", required="is_empty(phone)"), entity="contact")
    rows = [
        {"first_name": "Ida", "phone": "+442079460018"},
        {"first_name": "Udo"},
        {"first_name": "Ada", "email": "ada@x.example"},
    ]
    with town.as_("boris") as gate:
        first, second, third = gate.create_each(Contact, rows)
    assert isinstance(second, Invalid)
    assert [problem.field for problem in second.problems] == ["email"]
    assert isinstance(first, int)
    assert isinstance(third, int)


def test_who_may_not_fill_a_field_in_is_not_asked_for_it(town: Town) -> None:
    lay(town, Placed(name="competitor", required="true"))
    with town.as_("boris") as gate:
        gate.actor = replace(gate.actor, fields={("deal", "competitor"): FieldRight.read})
        assert gate.create(Deal, {"name": "Without a rival"})


def test_conditions_read_every_kind_of_value(town: Town) -> None:
    with town.as_("boris") as gate:
        deal, company, activity = (gate.schema[each] for each in (Deal, Company, Activity))
        address = Address("1 Mill Lane", "York")
        for info, source, values in (
            (company, 'address = "1 Mill Lane, York"', {"address": address}),
            (company, "is_empty(address)", {"address": Address()}),
            (activity, "not pinned", {"pinned": None}),
            (deal, "stage = 7", {"stage": 7}),
            (deal, "contacts > 1", {"contacts": (3, 4)}),
            (deal, "is_empty(contacts)", {"contacts": ()}),
            (deal, 'outcome = "won"', {"outcome": "won"}),
        ):
            condition = field_rules.understood(info, source)
            assert condition is not None, source
            assert field_rules.holds(info, condition, values, date(2026, 3, 17)), source
        assert field_rules.understood(deal, "gone = 1") is None


def test_a_condition_on_a_hidden_field_hides_nothing(town: Town) -> None:
    layout = Layout(sections=(Section(fields=(Placed(name="competitor", visible="amount > 5"),)),))
    with town.as_("boris") as gate:
        info = gate.schema[Deal]
        assert field_rules.unseen(gate, info, layout, {"amount": Decimal(5)}) == {"competitor"}
        assert field_rules.unseen(gate, info, layout, {"amount": Decimal(6)}) == frozenset()
        gate.actor = replace(gate.actor, fields={("deal", "amount"): FieldRight.hidden})
        assert field_rules.unseen(gate, info, layout, {}) == frozenset()


def test_a_condition_on_a_field_that_has_gone_is_passed_over(town: Town) -> None:
    layout = Layout(
        sections=(
            Section(
                fields=(Placed(name="amount", required="gone > 1", visible="gone > 1", locked="gone > 1"),)
            ),
        )
    )
    with town.as_("boris") as gate:
        info = gate.schema[Deal]
        for found in (field_rules.locked, field_rules.demanded, field_rules.unseen):
            assert found(gate, info, layout, {"amount": None}) == frozenset()


def test_today_is_the_day_of_the_save(town: Town) -> None:
    lay(town, Placed(name="competitor", required="expected_close < today()"))
    deal = town.ids["scanners"]
    with town.as_("boris") as gate:
        gate.update(Deal, deal, {"expected_close": date(2999, 1, 1)})
        assert refused(gate, deal, {"expected_close": date(2020, 1, 1)}) == {"competitor"}
