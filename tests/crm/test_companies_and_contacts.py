"""Companies are a tree, contacts have several companies and a name made of two; deals stand where their stage says."""

import datetime as dt

import pytest
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.errors import Invalid
from hookline.kernel.kinds import KINDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.town import Town


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=10))
def test_no_order_of_moves_closes_a_ring(town: Town, moves: list[tuple[int, int]]) -> None:
    with town.as_("ada") as gate:
        firms = gate.create_many(Company, [{"name": f"Firm {number}"} for number in range(4)])
        for child, parent in moves:
            parents = dict(gate.rows(select(Company.id, Company.parent).where(Company.id.in_(firms))))
            step: int | None = firms[parent]
            while step is not None and step != firms[child]:
                step = parents[step]
            if step == firms[child]:
                with pytest.raises(Invalid, match="part of itself"):
                    gate.update(Company, firms[child], {"parent": firms[parent]})
            else:
                gate.update(Company, firms[child], {"parent": firms[parent]})


def test_a_contact_has_a_main_company_and_others(town: Town) -> None:
    helen, acme, mill = (town.ids[name] for name in ("helen", "acme", "the_mill"))
    with town.as_("ada") as gate:
        info = gate.schema[Contact]
        gate.update(Contact, helen, {"companies": (mill, mill)})
        assert gate.get(Contact, helen).company == acme
        assert gate.linked(info, [helen])[helen]["companies"] == (mill,)
        gate.update(Contact, helen, {"companies": ()})
        assert gate.linked(info, [helen])[helen]["companies"] == ()
        with pytest.raises(Invalid):
            gate.update(Contact, helen, {"companies": (99_999,)})


def test_the_full_name_follows_from_its_parts(town: Town) -> None:
    with town.as_("ada") as gate:
        id = gate.create(Contact, {"first_name": "Zoë"})
        assert gate.get(Contact, id).name == "Zoë"
        gate.update(Contact, id, {"last_name": "Ёлкина"})
        assert gate.get(Contact, id).name == "Zoë Ёлкина"
        with pytest.raises(Invalid, match="at least one of the names"):
            gate.update(Contact, id, {"first_name": None, "last_name": None})
        with pytest.raises(Invalid):
            gate.update(Contact, id, {"name": "Somebody else"})


def test_a_birthday_is_a_day_in_any_zone(town: Town) -> None:
    leap = dt.date(1980, 2, 29)
    with town.as_("ada") as gate:
        id = gate.create(Contact, {"last_name": "Leap", "birthday": leap})
        assert gate.get(Contact, id).birthday == leap
        spec = gate.schema[Contact].fields["birthday"]
        assert KINDS["date"].dump(leap, spec) == "1980-02-29"
        assert gate.scalar(select(Contact.id).where(Contact.birthday == leap)) == id


def test_a_deal_is_weighted_by_the_chance_of_its_stage(town: Town) -> None:
    with town.as_("boris") as gate:
        id = gate.create(Deal, {"name": "Belts", "amount": 1000, "stage": town.ids["qualified"]})
        deal = gate.get(Deal, id)
        assert (deal.probability, deal.weighted, deal.outcome) == (30, 300, "open")
        gate.update(Deal, id, {"probability": 50})
        assert gate.get(Deal, id).weighted == 500
        with pytest.raises(Invalid):
            gate.update(Deal, id, {"outcome": "won"})
        with pytest.raises(Invalid):
            gate.update(Deal, id, {"probability": 101})
