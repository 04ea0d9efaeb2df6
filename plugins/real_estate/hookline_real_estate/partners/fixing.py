"""Fixing a client: unique, already ours, or fixed by another partner; the same question twice has one answer."""

import datetime as dt
from dataclasses import dataclass

from hookline_sdk import (
    Act,
    BeforeSave,
    Choices,
    Contact,
    Form,
    Gate,
    Lead,
    Mapped,
    Redirect,
    Text,
    or_,
    phone_number,
    ref,
    select,
    text,
)

from hookline_real_estate.partners.data import Fixation, FixationState, Partner, Partnerships
from hookline_real_estate.plugin import plugin


class Answer(Choices):
    """What a partner is told."""

    unique = "unique", "Unique: fixed for this partner", "green"
    ours = "ours", "Already our client", "gray"
    taken = "taken", "Fixed by another partner", "amber"


@dataclass(frozen=True)
class Client:
    """Who is named; without a complex for whichever."""

    name: str
    phone: str
    complex: int | None = None


@dataclass(frozen=True)
class Fixed:
    """What came of it. Of a client who is ours nothing more is told."""

    answer: Answer
    fixation: int | None = None
    number: str = ""
    until: dt.datetime | None = None


class Naming(Form):
    """Whom the partner names."""

    client: Mapped[str] = text("Client", max_length=160)
    phone: Mapped[str] = phone_number("Phone")
    complex: Mapped[int | None] = ref("real_estate_complex", "Complex", help="Empty: whichever.")


@plugin.action(Partner, "Fix a client", icon="user-check", asks=Naming)
def fix_client(act: Act[Partner, Naming], gate: Gate) -> Redirect:
    """Fix a client for a partner who has called or written."""
    asked = act.form
    said = fix(gate, act.record, Client(asked.client, asked.phone, asked.complex))
    if said.fixation is not None:
        return Redirect(f"real_estate_fixation:{said.fixation}", Text("Unique: fixed for this partner."))
    if said.answer == Answer.taken:
        return Redirect(f"real_estate_partner:{act.record.id}", Text("Fixed by another partner."), "warn")
    return Redirect(f"real_estate_partner:{act.record.id}", Text("Already our client."), "warn")


@plugin.before_save(Fixation)
def check_term(event: BeforeSave[Fixation]) -> None:
    """A fixation holds as long as the partner's terms say, unless somebody says until when."""
    if event.before is None and event.record.until is None:
        partner = event.gate.find(Partner, event.record.partner)
        event.values["until"] = event.gate.now + _term(event.gate, partner)
    if event.record.state == FixationState.client and not event.record.contact:
        event.reject("Say which contact the client has become.", "contact")


def fix(gate: Gate, partner: Partner, client: Client) -> Fixed:
    """Fix a client for a partner. Who is a client, and what others have fixed, is known beyond what the actor may see."""
    whole = gate.as_house(Text("Fixation"))
    found = _standing(whole, partner, client.phone)
    if found is not None:
        return found
    if _is_ours(whole, client.phone):
        return Fixed(Answer.ours)
    _end_what_is_over(whole, client.phone)
    until = gate.now + _term(gate, partner)
    id = gate.create(
        Fixation,
        {
            "partner": partner.id,
            "client": client.name,
            "phone": client.phone,
            "complex": client.complex,
            "until": until,
            "owner": partner.owner,
            "team": partner.team,
        },
    )
    return Fixed(Answer.unique, id, gate.get(Fixation, id).number, until)


def _standing(whole: Gate, partner: Partner, phone: str) -> Fixed | None:
    """The fixation that holds for this phone: the partner's own, be the client ours since then, or another's."""
    columns = (Fixation.id, Fixation.number, Fixation.partner, Fixation.state, Fixation.until)
    held = select(*columns).where(
        Fixation.phone == phone,
        Fixation.state.in_((FixationState.valid, FixationState.client)),
        Fixation.until > whole.now,
    )
    for id, number, of, state, until in whole.rows(held.order_by(Fixation.id.desc())):
        if of == partner.id:
            return Fixed(Answer.unique, id, number, until)
        if state == FixationState.valid:
            return Fixed(Answer.taken, until=until)
    return None


def _end_what_is_over(whole: Gate, phone: str) -> None:
    """What has run out and was not ended yet is in nobody's way."""
    over = select(Fixation.id).where(
        Fixation.phone == phone, Fixation.state == FixationState.valid, Fixation.until <= whole.now
    )
    for (id,) in whole.rows(over):
        whole.update(Fixation, id, {"state": FixationState.expired})


def _is_ours(whole: Gate, phone: str) -> bool:
    contacts = select(Contact.id).where(
        or_(Contact.phone == phone, Contact.mobile == phone, Contact.whatsapp == phone)
    )
    leads = select(Lead.id).where(Lead.phone == phone)
    return any(whole.scalar(found.limit(1)) is not None for found in (contacts, leads))


def _term(gate: Gate, partner: Partner | None) -> dt.timedelta:
    own = partner.days if partner is not None else None
    return dt.timedelta(days=own or Partnerships.of(gate).days)
