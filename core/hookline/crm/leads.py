"""Leads: the inbox of incoming requests, and their conversion to contact, company and deal."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Mapped

from hookline.crm.activities import renew_next
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.core import core
from hookline.crm.deals import Deal
from hookline.crm.similar import Similar, find_similar
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.entity import Entity
from hookline.kernel.fields import (
    Choices,
    choice,
    email_address,
    long_text,
    moment,
    money,
    phone_number,
    ref,
    references,
    text,
)
from hookline.kernel.gate import Gate
from hookline.kernel.rules import BeforeSave


class LeadStatus(Choices):
    """How far a request has come."""

    new = "new", "New", "blue"
    working = "working", "In work", "amber"
    converted = "converted", "Converted", "green"
    refused = "refused", "Refused", "gray"


class Channel(Choices):
    """The way a request came in."""

    call = "call", "Call"
    form = "form", "Web form"
    email = "email", "E-mail"
    chat = "chat", "Chat"
    event = "event", "Event"
    referral = "referral", "Recommendation"
    walk_in = "walk_in", "Walk-in"
    other = "other", "Other"


class Lead(Entity, plugin=core, icon="inbox", menu="Sales", menu_order=10, sort="-created_at"):
    """A request that came in. It becomes a deal, or is refused with a reason."""

    name: Mapped[str] = text("Name", search=True, list=True)
    status: Mapped[str] = choice(
        "Status", LeadStatus, default=LeadStatus.new, list=True, filter=True, index=True
    )
    company_name: Mapped[str | None] = text("Company", search=True, list=True)
    email: Mapped[str | None] = email_address("E-mail", search=True, list=True, index=True)
    phone: Mapped[str | None] = phone_number("Phone", search=True, list=True, index=True)
    source: Mapped[int | None] = ref("source", "Source", list=True, filter=True)
    campaign: Mapped[str | None] = text("Campaign", max_length=160, filter=True)
    channel: Mapped[str | None] = choice("Channel", Channel, list=True, filter=True)
    cost: Mapped[Decimal | None] = money("Cost of the request", minimum=0)
    amount: Mapped[Decimal | None] = money("Expected amount", minimum=0)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)
    message: Mapped[str | None] = long_text("Message", search=True)
    reason: Mapped[int | None] = ref("lost_reason", "Reason of refusal", filter=True)
    contact: Mapped[int | None] = ref("contact", "Contact", back="Leads")
    company: Mapped[int | None] = ref("company", "Company record", back="Leads")
    deal: Mapped[int | None] = ref("deal", "Deal", back="Leads")
    converted_at: Mapped[dt.datetime | None] = moment("Converted", read_only=True)
    tags = references("tag", "Tags", filter=True)
    consents = references("consent_purpose", "Agrees to", read_only=True, filter=True)


@dataclass(frozen=True)
class Candidates:
    """The records a lead may already be, best first."""

    contacts: Sequence[Similar]
    companies: Sequence[Similar]


@core.before_save(Lead)
def judge_status(event: BeforeSave[Lead]) -> None:
    """A refused lead keeps its reason; a lead is converted by its conversion only."""
    if event.record.status == "refused" and event.record.reason is None:
        event.reject("Say why this request is refused.", "reason")
    if (
        event.values.get("status") == "converted"
        and event.record.deal is None
        and event.record.contact is None
    ):
        event.reject("Convert the lead to a contact or a deal instead.", "status")
    if event.record.status == "converted" and (event.before is None or event.before.status != "converted"):
        event.values["converted_at"] = event.gate.now


def find_candidates(gate: Gate, lead: Lead) -> Candidates:
    """The contacts and companies this lead may already be, among those the actor may see."""
    reached = {"email": lead.email, "phone": lead.phone}
    person, house = gate.schema[Contact], gate.schema[Company]
    contacts = find_similar(gate, person, {**reached, "mobile": lead.phone, "name": lead.name})
    companies = find_similar(gate, house, {**reached, "name": lead.company_name})
    return Candidates(_best_first(contacts), _best_first(companies))


def convert(
    gate: Gate,
    id: int,
    *,
    contact: int | None = None,
    company: int | None = None,
    with_company: bool = True,
    deal: Mapping[str, Any] | None = None,
) -> tuple[int, int | None, int | None]:
    """Turn a lead into contact, company and deal; returns their ids.

    `contact` and `company` name existing ones to use; otherwise new ones are made of what the lead says, a company only
    `with_company` and when the lead names one. `deal` holds the deal's values (an empty mapping: from the lead alone),
    None makes no deal. What was done about the lead stands with the contact, the company and the deal from then on.
    """
    lead = gate.get(Lead, id)
    if lead.status in ("converted", "refused"):
        raise Invalid([Problem("status", Text("This lead is closed already."))])
    if company is None and contact is not None and not lead.company_name:
        company = gate.get(Contact, contact).company
    if company is None and with_company and lead.company_name:
        company = gate.create(Company, {"name": lead.company_name})
    if contact is None:
        reached = {"email": lead.email, "phone": lead.phone}
        contact = gate.create(Contact, {**_names(lead.name), **reached, "company": company})
    made = None
    if deal is not None:
        made = gate.create(Deal, {**_as_deal(lead), **deal, "company": company, "contact": contact})
    gate.update(Lead, id, {"status": "converted", "contact": contact, "company": company, "deal": made})
    _take_along(gate, id, contact, company, made)
    return contact, company, made


def refuse(gate: Gate, id: int, reason: int | None) -> int:
    """Refuse a lead, keeping the reason. Returns its version."""
    if gate.get(Lead, id).status == "converted":
        raise Invalid([Problem("status", Text("This lead is closed already."))])
    return gate.update(Lead, id, {"status": "refused", "reason": reason})


def _as_deal(lead: Lead) -> dict[str, Any]:
    name = lead.company_name or lead.name
    return {
        "name": name,
        "amount": lead.amount,
        "currency": lead.currency,
        "source": lead.source,
        "description": lead.message,
    }


def _take_along(gate: Gate, lead: int, contact: int, company: int | None, deal: int | None) -> None:
    """Activities and files go with the lead: to the deal, or to the contact where there is none."""
    about = f"deal:{deal}" if deal is not None else f"contact:{contact}"
    for name, parties in (("activity", {"contact": contact, "company": company}), ("file", {})):
        table = gate.schema[name].table
        gate.run(update(table).where(table.c.about == f"lead:{lead}").values(about=about, **parties))
    renew_next(gate, {about})


def _names(name: str) -> dict[str, str]:
    first, _, last = name.partition(" ")
    return {"first_name": first[:120], "last_name": last[:120]} if last else {"first_name": first[:120]}


def _best_first(found: Sequence[Similar]) -> list[Similar]:
    return sorted(found, key=lambda similar: -len(similar.fields))
