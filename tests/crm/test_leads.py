"""Leads: finding who they may already be, converting and refusing them."""

from decimal import Decimal

import pytest
from hookline.crm.activities import Activity, write_activity
from hookline.crm.catalogs import LostReason
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.files import File, keep_file
from hookline.crm.leads import Lead, convert, find_candidates, refuse
from hookline.errors import Invalid, NotFound
from hookline.kernel.gate import Gate

from tests.town import NOW, Town


def _lead(gate: Gate, **values: object) -> int:
    return gate.create(Lead, {"name": "Pavel Sokolov", "company_name": "River Boats", **values})


def test_candidates_are_those_with_the_same_address_number_or_name(town: Town) -> None:
    with town.as_("boris") as gate:
        phone = gate.create(Contact, {"first_name": "Ann", "mobile": "+447700900123"})
        lead = gate.get(
            Lead,
            _lead(
                gate,
                name="Helen Marsh",
                company_name="acme works",
                email="ivan@mill.example",
                phone="+447700900123",
            ),
        )
        found = find_candidates(gate, lead)
    assert {(c.id, *(f.name for f in c.fields)) for c in found.contacts} == {
        (town.ids["ivan"], "email"), (town.ids["helen"], "name"), (phone, "mobile"),
    }  # fmt: skip
    assert [(c.title, [f.name for f in c.fields]) for c in found.companies] == [("Acme Works", ["name"])]


def test_converting_makes_contact_company_and_deal_of_what_the_lead_says(town: Town) -> None:
    with town.as_("boris") as gate:
        lead = _lead(
            gate, email="pavel@boats.example", amount=Decimal("1200.50"), message="Ten boats, please"
        )
        contact, company, deal = convert(gate, lead, deal={})
        assert company is not None
        assert deal is not None
        person, sale, closed = gate.get(Contact, contact), gate.get(Deal, deal), gate.get(Lead, lead)
        assert (person.name, person.email, person.company) == (
            "Pavel Sokolov",
            "pavel@boats.example",
            company,
        )
        assert gate.get(Company, company).name == "River Boats"
        assert (sale.name, sale.amount, sale.company, sale.contact) == (
            "River Boats",
            Decimal("1200.50"),
            company,
            contact,
        )
        assert sale.description == "Ten boats, please"
        assert (closed.status, closed.contact, closed.company, closed.deal) == (
            "converted",
            contact,
            company,
            deal,
        )
        assert closed.converted_at == NOW


def test_existing_records_are_used_and_nothing_is_made_twice(town: Town) -> None:
    with town.as_("boris") as gate:
        lead = _lead(gate, company_name=None)
        made = convert(gate, lead, contact=town.ids["helen"], deal={"name": "Boats"})
        assert made[:2] == (town.ids["helen"], town.ids["acme"])
        with pytest.raises(Invalid):
            convert(gate, lead, contact=town.ids["helen"])


def test_no_company_and_no_deal_are_possible(town: Town) -> None:
    with town.as_("boris") as gate:
        contact, company, deal = convert(gate, _lead(gate), with_company=False)
        assert (gate.get(Contact, contact).company, company, deal) == (None, None, None)


def test_what_was_done_about_the_lead_goes_with_it(town: Town) -> None:
    with town.as_("boris") as gate:
        lead = _lead(gate)
        call = write_activity(gate, "call", f"lead:{lead}", {"body": "wants ten"})
        task = write_activity(gate, "task", f"lead:{lead}", {"subject": "Send the offer", "due_at": NOW})
        contact, company, deal = convert(gate, lead, deal={})
        for id in (call, task):
            activity = gate.get(Activity, id)
            assert (activity.about, activity.contact, activity.company) == (f"deal:{deal}", contact, company)
        assert deal is not None
        assert gate.get(Deal, deal).next_activity == NOW


def test_files_go_with_the_lead_too(town: Town, tmp_path: object) -> None:
    from pathlib import Path

    assert isinstance(tmp_path, Path)
    with town.as_("boris") as gate:
        lead = _lead(gate)
        file = keep_file(gate, tmp_path, "plan.pdf", b"%PDF", f"lead:{lead}")
        contact, _, _ = convert(gate, lead)
        assert gate.get(File, file).about == f"contact:{contact}"


def test_a_refusal_needs_its_reason_and_a_closed_lead_is_left_alone(town: Town) -> None:
    with town.house() as gate:
        reason = gate.create(LostReason, {"name": "Has sails"})
    with town.as_("boris") as gate:
        lead = _lead(gate)
        with pytest.raises(Invalid) as refusal:
            refuse(gate, lead, None)
        assert [p.field for p in refusal.value.problems] == ["reason"]
        refuse(gate, lead, reason)
        assert (gate.get(Lead, lead).status, gate.get(Lead, lead).reason) == ("refused", reason)
        with pytest.raises(Invalid):
            convert(gate, lead)
        other = _lead(gate)
        convert(gate, other)
        with pytest.raises(Invalid):
            refuse(gate, other, reason)


def test_a_lead_cannot_be_marked_as_converted_by_hand_nor_seen_by_another_seller(town: Town) -> None:
    with town.as_("boris") as gate:
        lead = _lead(gate)
        with pytest.raises(Invalid):
            gate.update(Lead, lead, {"status": "converted"})
    with town.as_("clara") as gate, pytest.raises(NotFound):
        convert(gate, lead)
