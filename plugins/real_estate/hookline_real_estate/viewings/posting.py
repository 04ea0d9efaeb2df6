"""The report to the owner by e-mail: what buyers said lately, to be looked over and sent to who has agreed to such letters."""

import datetime as dt

from hookline_sdk import (
    Act,
    Ask,
    Form,
    Gate,
    Mapped,
    PageRequest,
    Panel,
    Redirect,
    Settings,
    Text,
    id_in,
    long_text,
    may_write_to,
    ref,
    select,
    text,
    write_to,
)

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property
from hookline_real_estate.viewings.data import Viewing, ViewingState

_WEEKS = dt.timedelta(weeks=4)
_MOST = 30


@plugin.settings("Letters to owners", icon="mail")
class OwnerLetters(Settings):
    """Which owners get reports by e-mail: those who have agreed to this purpose, and nobody else."""

    purpose: Mapped[int | None] = ref("consent_purpose", "Purpose of consent")


class OwnerLetter(Form):
    """What the owner reads."""

    subject: Mapped[str] = text("Subject", max_length=200)
    said: Mapped[str] = long_text("Text", max_length=5000)


@plugin.action(Property, "Report to the owner by e-mail", icon="mail")
def mail_owner(act: Act[Property], gate: Gate) -> Redirect:
    """Open the letter."""
    return Redirect(f"/x/real_estate/owner_letter/{act.record.id}")


@plugin.page("Report to the owner by e-mail")
def owner_letter(asked: PageRequest, gate: Gate) -> list[Ask | Panel] | Redirect:
    """The letter as it would go, with the days of the viewings and what buyers said. Buyers are not named."""
    shown, purpose = gate.get(Property, id_in(asked.rest) or 0), OwnerLetters.of(gate).purpose
    if purpose is None:
        why = Text("Choose the purpose of consent under Settings, Letters to owners.")
        return [Panel(facts={"Address": shown.address, "Letter": why})]
    if shown.seller is None or not may_write_to(gate, shown.seller, purpose):
        why = Text("The seller is not known, has no address, or has not agreed to such letters.")
        return [Panel(facts={"Address": shown.address, "Letter": why})]
    if asked.is_post:
        letter = asked.filled(OwnerLetter)
        about = f"real_estate_property:{shown.id}"
        write_to(gate, shown.seller, letter.subject, letter.said, purpose=purpose, about=about)
        return Redirect(about, Text("The letter is on its way."))
    return [Ask(OwnerLetter(subject=shown.address, said=_said(gate, shown)), submit="Send")]


def _said(gate: Gate, shown: Property) -> str:
    found = select(Viewing.starts_at, Viewing.buyer_says).where(
        Viewing.property == shown.id,
        Viewing.state == ViewingState.done,
        Viewing.starts_at >= gate.now - _WEEKS,
    )
    rows = gate.rows(found.order_by(Viewing.starts_at.desc(), Viewing.id).limit(_MOST))
    lines = [f"{at:%d.%m.%Y}: {says or '–'}" for at, says in rows]
    return "\n".join([shown.address, "", *lines])
