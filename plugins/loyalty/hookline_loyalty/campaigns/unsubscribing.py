"""No more of these: the page behind the link in each letter, and the button of mail programs. It holds at once."""

from hookline_sdk import Contact, Gate, NotFound, Page, PageRequest, Redirect, Text

from hookline_loyalty.campaigns.data import Campaign, Cause
from hookline_loyalty.campaigns.sending import suppress
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.plugin import plugin

# What mail programs send of themselves, RFC 8058.
_ONE_CLICK = "List-Unsubscribe"


@plugin.page("No more letters", public=True)
def leave(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """Whoever has the link takes their consent back, with one press and without signing in."""
    contact, purpose = _about(gate, asked.rest)
    person = gate.find(Contact, contact)
    if person is None:
        raise NotFound
    if asked.is_post:
        source = "Button of a mail program" if _ONE_CLICK in asked.form else "Link in a letter"
        withdraw(gate, contact, purpose, source)
        return Redirect(f"{asked.url}?done=1&lang={asked.reader.language}")
    told = {
        "done": asked.query.get("done") == "1",
        "address": _veiled(person.email or person.mobile or person.phone or ""),
        "house": Mailing.of(gate).house or "",
    }
    return Page("leave.html", told)


def withdraw(gate: Gate, contact: int, purpose: int | None, source: str) -> None:
    """Write down that a consent is taken back, and put the person's addresses on the suppression list."""
    house = gate.as_house(Text("unsubscribed"))
    if purpose is not None:
        house.create("consent", {"about": f"contact:{contact}", "purpose": purpose, "said": "withdrawn", "source": source})  # fmt: skip
    suppress(house, contact, Cause.asked)


def _about(gate: Gate, said: str) -> tuple[int, int | None]:
    """The contact, and the purpose of what they got: that of the campaign, else the one that stands in the link."""
    campaign, contact, *purpose = (int(part) for part in said.split("/"))
    found = gate.find(Campaign, campaign)
    return contact, found.purpose if found else next(iter(purpose), None)


def _veiled(address: str) -> str:
    """Enough of an address for its owner to know it again."""
    name, at, host = address.partition("@")
    return f"{name[:2]}…{at}{host}" if at else f"…{address[-4:]}" if address else ""
