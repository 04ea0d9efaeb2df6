"""Leads at the doors: converted with what they may already be, refused with a reason, and not by whom it may not be."""

import re

import pytest
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from sqlalchemy import select

from tests.web.visitor import Doors, words


@pytest.fixture
def lead(doors: Doors) -> int:
    with doors.town.as_("boris") as gate:
        return gate.create(
            Lead,
            {
                "name": "Helen Marsh",
                "company_name": "Acme Works",
                "email": "helen@acme.example",
                "amount": 900,
            },
        )


def _state(doors: Doors, lead: int) -> tuple[str, int | None, int | None]:
    with doors.town.house() as gate:
        found = gate.get(Lead, lead)
    return found.status, found.contact, found.deal


def test_a_lead_becomes_a_deal_with_the_records_that_are_there(doors: Doors, lead: int) -> None:
    boris, ids = doors.enter("boris"), doors.town.ids
    page = boris.see(f"/leads/{lead}/conversion")
    assert (
        page.select_one(f"input[name=company][value='{ids['acme']}'], option[value='{ids['acme']}']")
        is not None
    )
    form = {"contact": str(ids["helen"]), "company": str(ids["acme"]), "with_deal": "1", "deal_name": "Belts"}
    answer = boris.post(f"/leads/{lead}/conversion", form)
    assert answer.status_code == 303, words(answer.text)[-300:]
    assert re.fullmatch(r"/deals/\d+", answer.headers["location"])
    status, contact, deal = _state(doors, lead)
    assert (status, contact, answer.headers["location"]) == ("converted", ids["helen"], f"/deals/{deal}")
    with doors.town.house() as gate:
        made = gate.get(Deal, deal or 0)
        assert (made.name, made.company, made.contact) == ("Belts", ids["acme"], ids["helen"])
    assert boris.post(f"/leads/{lead}/conversion", form).status_code == 422
    with doors.town.house() as gate:
        assert len(list(gate.run(select(Deal.id).where(Deal.name == "Belts")))) == 1


def test_a_lead_becomes_a_contact_alone(doors: Doors, lead: int) -> None:
    answer = doors.enter("boris").post(f"/leads/{lead}/conversion", {"contact": "new", "company": "none"})
    status, contact, deal = _state(doors, lead)
    assert (answer.headers["location"], status, deal) == (f"/contacts/{contact}", "converted", None)


@pytest.mark.parametrize("chosen", ["999999", "x", "-1", "9" * 30, "1; DROP TABLE lead"])
def test_a_record_that_is_not_there_is_not_taken(doors: Doors, lead: int, chosen: str) -> None:
    answer = doors.enter("boris").post(f"/leads/{lead}/conversion", {"contact": chosen, "company": "none"})
    assert (answer.status_code, _state(doors, lead)[0]) == (422, "new")


def test_a_refusal_keeps_its_reason(doors: Doors, lead: int) -> None:
    boris = doors.enter("boris")
    page = boris.see(f"/leads/{lead}/refusal")
    assert boris.post(f"/leads/{lead}/refusal", {}).status_code == 422
    assert _state(doors, lead)[0] == "new"
    reason = next(
        str(o["value"]) for o in page.select("select[name=reason] option, input[name=reason]") if o["value"]
    )
    assert "Refused." in words(str(boris.walk(f"/leads/{lead}/refusal", {"reason": reason})))
    with doors.town.house() as gate:
        found = gate.get(Lead, lead)
    assert (found.status, str(found.reason)) == ("refused", reason)
    assert boris.get(f"/leads/{lead}/conversion").status_code == 422


def test_nobody_else_closes_a_lead(doors: Doors, lead: int) -> None:
    clara, olga = doors.enter("clara"), doors.enter("olga")
    for path in (f"/leads/{lead}/conversion", f"/leads/{lead}/refusal"):
        assert clara.post(path, {"contact": "new"}).status_code == 404
        assert olga.post(path, {"contact": "new"}).status_code == 403
    assert _state(doors, lead)[0] == "new"
