"""Letters and short messages to the buyers whom an offer fits: to those who have agreed, each pair once."""

from dataclasses import dataclass

from hookline_sdk import (
    Action,
    Ask,
    Badge,
    Form,
    Gate,
    Invalid,
    Link,
    Mapped,
    PageRequest,
    Panel,
    Problem,
    Redirect,
    Settings,
    Text,
    Value,
    choice,
    long_text,
    plural,
    ref,
    text,
    text_to,
    write_to,
)

from hookline_real_estate.plugin import plugin
from hookline_real_estate.requests.data import MatchState, Request
from hookline_real_estate.requests.finding import Found, best_requests
from hookline_real_estate.requests.offers import Offer, offer_at
from hookline_real_estate.requests.pairs import mark
from hookline_real_estate.ways import By, is_open


@plugin.settings("Letters to buyers", icon="mail")
class Letters(Settings):
    """Whom matches are written to: whoever has agreed to this purpose, and nobody else."""

    purpose: Mapped[int | None] = ref("consent_purpose", "Purpose of consent")


_NOBODY = Text("Nobody of them may be written to.")


class Letter(Form):
    """What the buyers read. A short message has no subject."""

    by: Mapped[str] = choice("By", By, default=By.email)
    subject: Mapped[str] = text("Subject", max_length=200)
    said: Mapped[str] = long_text("Text", max_length=5000)


@dataclass(frozen=True)
class _Reader:
    """A buyer, and the ways on which they may be written to."""

    found: Found
    ways: frozenset[By]


@plugin.page("Write to the buyers it fits")
def write(asked: PageRequest, gate: Gate) -> list[Ask | Panel] | Redirect:
    """One letter about an offer to everybody whom it fits and who has agreed to such letters."""
    offered, purpose = offer_at(gate, asked.rest), Letters.of(gate).purpose
    readers = _readers(gate, offered, purpose)
    if asked.is_post:
        return _send(gate, offered, purpose, readers, asked.filled(Letter))
    rows: list[tuple[Value, ...]] = [
        (
            Link(reader.found.who or reader.found.title, f"real_estate_request:{reader.found.id}"),
            *(
                Badge(Text("gets it"), "green") if by in reader.ways else Badge(Text("no"), "gray")
                for by in By
            ),
        )
        for reader in readers
    ]
    ready = any(reader.ways for reader in readers)
    why = Text("Who has an address or a number and has agreed to such letters gets it.") if ready else _NOBODY
    if purpose is None:
        why = Text("Choose the purpose of consent under Settings, Letters to buyers.")
    shown = Panel(
        text=why if readers else "",
        columns=("For whom", *(by.label for by in By)),
        rows=rows,
        empty=Text("No open request fits, so there is nobody to write to."),
    )
    if not ready:
        return [shown]
    price = f"\n{offered.price:,.0f}" if offered.price is not None else ""
    return [Ask(Letter(subject=offered.title, said=f"{offered.title}{price}"), submit="Send"), shown]


def _send(
    gate: Gate, offered: Offer, purpose: int | None, readers: list[_Reader], letter: Letter
) -> Redirect:
    """Send it to everybody who may be written to on this way."""
    by = By(letter.by)
    ready = [reader.found for reader in readers if by in reader.ways]
    if purpose is None or not ready:
        raise Invalid([Problem("", _NOBODY)])
    for found in ready:
        request = gate.get(Request, found.id)
        about = f"real_estate_request:{found.id}"
        key = f"real_estate:{found.id}:{offered.rest}:{offered.price}"
        if by == By.sms:
            text_to(gate, found.contact, letter.said, purpose=purpose, about=about, key=key)
        else:
            write_to(gate, found.contact, letter.subject, letter.said, purpose=purpose, about=about, key=key)
        mark(gate, request, offered, MatchState.sent)
    to = f"/x/real_estate/buyers/{offered.rest}"
    return Redirect(
        to, plural("On its way: one letter.", "On their way: %(count)s letters.", count=len(ready))
    )


def _readers(gate: Gate, offered: Offer, purpose: int | None) -> list[_Reader]:
    """The buyers whose request one may change; whoever was written to already is left out."""
    found = [one for one in best_requests(gate, offered) if one.state != MatchState.sent]
    mine = gate.visible("real_estate_request", [one.id for one in found], action=Action.edit)
    return [_Reader(one, _ways(gate, one.contact, purpose)) for one in found if one.id in mine]


def _ways(gate: Gate, contact: int, purpose: int | None) -> frozenset[By]:
    if purpose is None:
        return frozenset()
    return frozenset(by for by in By if is_open(gate, by, contact, purpose))
