"""What the program of a partner asks, with a token of its own that opens nothing else."""

import datetime as dt

from hookline_sdk import (
    Act,
    Call,
    Forbidden,
    Form,
    Gate,
    Invalid,
    Mapped,
    Problem,
    Redirect,
    Text,
    choice,
    moment,
    phone_number,
    select,
    text,
)

from hookline_real_estate.buildings.data import Complex
from hookline_real_estate.partners.data import Partner
from hookline_real_estate.partners.fixing import Answer, Client, fix
from hookline_real_estate.plugin import plugin


class Named(Form):
    """Whom a partner names."""

    client: Mapped[str] = text("Client", max_length=160)
    phone: Mapped[str] = phone_number("Phone")
    complex: Mapped[str | None] = text("Complex", max_length=200, help="Its name; left out for whichever.")


class Told(Form):
    """What a partner is told. Only of what is fixed is there a moment, and only of the partner's own a number."""

    answer: Mapped[str] = choice("Answer", Answer)
    number: Mapped[str | None] = text("Fixation")
    until: Mapped[dt.datetime | None] = moment("Until")


@plugin.endpoint("Fix a client", takes=Named, answers=Told, of=Partner, most=120)
def fixations(call: Call[Partner, Named], gate: Gate) -> Told:
    """Fixes a client for a partner: "unique" (it is theirs until then), "ours" or "taken" (another's, until then)."""
    if not call.record.active:
        raise Forbidden(Text("This partnership has ended."))
    client = Client(call.form.client, call.form.phone, _complex(gate, call.form.complex))
    said = fix(gate, call.record, client)
    return Told(answer=said.answer, number=said.number or None, until=said.until)


@plugin.action(Partner, "Token for its program", icon="key-round")
def make_token(act: Act[Partner], gate: Gate) -> Redirect:
    """Make a token with which the partner's program fixes clients, and does nothing else."""
    return Redirect(f"/me/tokens?scope=real_estate.fixations&about=real_estate_partner:{act.record.id}")


def _complex(gate: Gate, name: str | None) -> int | None:
    if not name:
        return None
    found = gate.scalar(select(Complex.id).where(Complex.name == name).order_by(Complex.id).limit(1))
    if found is None:
        raise Invalid([Problem("complex", Text("There is no complex of this name."))])
    return int(found)
