"""Doors of leads: converting one, with the contacts and companies it may already be, or refusing it with a reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from hookline.crm.leads import Candidates, Lead, convert, find_candidates, refuse
from hookline.crm.similar import Similar
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.whole import Whole, read_whole
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.records.controls import Control, controls
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.records.form_values import Sent, read_values, sent_values, written_values
from hookline.web.records.form_values import refuse as check
from hookline.web.visit import Answer, Visit

door = Doors()
_NEW, _NONE = "new", "none"
_DEAL = ("name", "stage", "amount", "expected_close")


@door("GET", "/leads/{id:int}/conversion", needs=SIGNED_IN)
def ask_conversion(visit: Visit) -> Answer:
    """What becomes of the lead: whom it is from, which company, and the deal."""
    return _conversion(visit, _open_lead(visit), {}, ())


@door("POST", "/leads/{id:int}/conversion", needs=SIGNED_IN)
def make_conversion(visit: Visit) -> Answer:
    """Convert the lead."""
    record, sent = _open_lead(visit), sent_values(visit)
    problems: list[Problem] = []
    contact, company = (_chosen(visit, name, problems) for name in ("contact", "company"))
    deal = _deal_values(visit, sent, problems) if visit.value("with_deal") else None
    try:
        check(problems)
        with_company = visit.value("company") != _NONE
        made = convert(
            visit.gate, record.id, contact=contact, company=company, with_company=with_company, deal=deal
        )
    except (Invalid, NotFound) as refusal:
        known = refusal.problems if isinstance(refusal, Invalid) else (Problem("", refusal.text),)
        return _conversion(visit, record, sent, known)
    person, _, sale = made
    return visit.see(f"/deals/{sale}" if sale is not None else f"/contacts/{person}", done=Text("Converted."))


@door("GET", "/leads/{id:int}/refusal", needs=SIGNED_IN)
def ask_refusal(visit: Visit) -> Answer:
    """Why the lead is refused."""
    return _refusal(visit, _open_lead(visit), {}, ())


@door("POST", "/leads/{id:int}/refusal", needs=SIGNED_IN)
def make_refusal(visit: Visit) -> Answer:
    """Refuse the lead."""
    record, sent = _open_lead(visit), sent_values(visit)
    problems: list[Problem] = []
    values = read_values(visit, record.info, [record.info.fields["reason"]], sent, problems)
    try:
        check(problems)
        refuse(visit.gate, record.id, values["reason"])
    except Invalid as refusal:
        return _refusal(visit, record, sent, refusal.problems)
    return visit.see(record.url, done=Text("Refused."))


def _open_lead(visit: Visit) -> Whole:
    record = read_whole(visit.gate, visit.gate.schema[Lead], visit.path_id)
    if record.trashed:
        raise NotFound
    if not record.may(Action.edit):
        raise Forbidden
    if record.values.get("status") in ("converted", "refused"):
        raise Invalid([Problem("status", Text("This lead is closed already."))])
    return record


def _chosen(visit: Visit, name: str, problems: list[Problem]) -> int | None:
    """The existing record that was chosen; None for a new one, or for none."""
    value = visit.value(name)
    if value in ("", _NEW, _NONE):
        return None
    id = id_in(value)
    if id is None or not visit.gate.visible(name, [id]):
        problems.append(Problem(name, Text("This record is not there, or you may not see it.")))
        return None
    return id


def _deal_fields(visit: Visit) -> list[Field]:
    writable = {f.name: f for f in visit.gate.writable(visit.gate.schema["deal"])}
    return [writable[name] for name in _DEAL if name in writable]


def _deal_values(visit: Visit, sent: Sent, problems: list[Problem]) -> dict[str, Any]:
    info, fields = visit.gate.schema["deal"], _deal_fields(visit)
    own = {name.removeprefix("deal_"): value for name, value in sent.items() if name.startswith("deal_")}
    found: list[Problem] = []
    values = read_values(visit, info, fields, own, found)
    problems += [Problem(f"deal_{p.field}", p.text) for p in found]
    return {name: value for name, value in values.items() if value is not None}


def _conversion(visit: Visit, record: Whole, sent: Sent, problems: Sequence[Problem]) -> Answer:
    lead = visit.gate.get(Lead, record.id)
    found = find_candidates(visit.gate, lead)
    beside: dict[str, str] = {}
    for problem in problems:
        beside.setdefault(problem.field, visit.say(problem.text))
    people = _whom(visit, lead, found, sent, beside)
    deal = _deal_controls(visit, lead, sent, beside)
    named = {c.name for c in (*people, *deal)}
    sections = [Section(visit.say("Who it is"), people)]
    if visit.gate.may("deal", Action.create):
        sections.append(Section(visit.say("What it is about"), deal))
    page = FormPage(
        title=visit.say(Text("Convert: %(what)s", what=record.title)), action=f"{record.url}/conversion", sections=sections,
        submit=visit.say("Convert"), cancel_url=record.url, crumbs=crumbs_to(visit, record.info, record),
        text=visit.say("Everything that was done about the lead goes with it."),
        problems=[text for name, text in beside.items() if name not in named], status=422 if problems else 200,
    )  # fmt: skip
    return show_form(visit, page)


def _whom(
    visit: Visit, lead: Lead, found: Candidates, sent: Sent, beside: Mapping[str, str]
) -> list[Control]:
    """The matching contacts and companies to choose from, and a new one; the best match is chosen at first."""
    person = _candidates(visit, found.contacts, visit.say(Text("New contact: %(name)s", name=lead.name)))
    contact = Control(
        "radio", "contact", visit.say("Contact"), sent.get("contact") or person[0][0], error=beside.get("contact", ""), choices=person, wide=True,
    )  # fmt: skip
    named = visit.say(Text("New company: %(name)s", name=lead.company_name)) if lead.company_name else ""
    houses = [*_candidates(visit, found.companies, named), (_NONE, visit.say("No company"))]
    company = Control(
        "radio", "company", visit.say("Company"), sent.get("company") or houses[0][0], error=beside.get("company", ""), choices=houses, wide=True,
    )  # fmt: skip
    return [contact, company]


def _candidates(visit: Visit, found: Sequence[Similar], new: str) -> list[tuple[str, str]]:
    known = [(str(s.id), f"{s.title} ({', '.join(visit.say(f.label) for f in s.fields)})") for s in found]
    return [*known, *([(_NEW, new)] if new else [])]


def _deal_controls(visit: Visit, lead: Lead, sent: Sent, beside: Mapping[str, str]) -> list[Control]:
    fields = _deal_fields(visit)
    values = {"name": lead.company_name or lead.name, "amount": lead.amount, "currency": lead.currency}
    written = {f"deal_{name}": text for name, text in written_values(visit, fields, values).items()} | dict(
        sent
    )
    own = {name.removeprefix("deal_"): value for name, value in written.items() if name.startswith("deal_")}
    errors = {name.removeprefix("deal_"): text for name, text in beside.items() if name.startswith("deal_")}
    made = controls(visit, visit.gate.schema["deal"], fields, own, errors)
    for control in made:
        control.name = f"deal_{control.name}"
    wanted = bool(sent.get("with_deal")) if sent else True
    return [Control("checkbox", "with_deal", visit.say("Open a deal"), wanted, wide=True), *made]


def _refusal(visit: Visit, record: Whole, sent: Sent, problems: Sequence[Problem]) -> Answer:
    reason = record.info.fields["reason"]
    beside = {p.field: visit.say(p.text) for p in reversed(problems)}
    made = controls(visit, record.info, [reason], sent, beside)
    made[0].required = True
    page = FormPage(
        title=visit.say(Text("Refuse: %(what)s", what=record.title)), action=f"{record.url}/refusal", sections=[Section("", made)],
        submit=visit.say("Refuse"), cancel_url=record.url, crumbs=crumbs_to(visit, record.info, record),
        problems=[text for name, text in beside.items() if name != "reason"], status=422 if problems else 200,
    )  # fmt: skip
    return show_form(visit, page)
