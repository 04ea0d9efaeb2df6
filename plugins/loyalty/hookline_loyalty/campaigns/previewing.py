"""A campaign as somebody gets it: for a real contact, in each language, as a page and as plain text."""

import re

from hookline_sdk import Act, Action, Contact, Gate, Page, PageRequest, Redirect, Text, number_in, select

from hookline_loyalty.campaigns.data import Campaign, Channel, Language
from hookline_loyalty.campaigns.wording import PLACEHOLDERS
from hookline_loyalty.campaigns.writing import Reader, languages, letter_to, message_to, readers
from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.data import Segment
from hookline_loyalty.segments.people import members

_MOST = 20
_LINK = "https://…"


@plugin.action(Campaign, "Preview", icon="eye", may=Action.read, order=5)
def open_preview(act: Act[Campaign], gate: Gate) -> Redirect:
    """See the letter as somebody gets it."""
    return Redirect(f"/x/loyalty/preview/{act.record.id}")


@plugin.page("Preview")
def preview(asked: PageRequest, gate: Gate) -> Page:
    """The letter as it would stand in somebody's mail program."""
    campaign = gate.get(Campaign, number_in(asked.rest) or 0)
    people = _people(gate, campaign)
    chosen = asked.query.get("contact", "")
    known = {str(id): name for id, name in people}
    contact = int(chosen) if chosen in known else next((id for id, _ in people), 0)
    there = languages(campaign)
    found = readers(gate, [contact]).get(contact) or Reader(0, "", {})
    wanted = asked.query.get("lang", found.language)
    language = wanted if wanted in there else next(iter(there), Language.en.value)
    reader = Reader(contact, language, found.values)
    letter = letter_to(gate, campaign, reader, _LINK)
    by_letter = campaign.channel == Channel.email
    here = f"{asked.url}/{campaign.id}?contact="
    told = {
        "campaign": campaign,
        "people": [_choice(name, f"{here}{id}&lang={language}", id == contact) for id, name in people],
        "languages": [
            _choice(Language(each).label, f"{here}{contact}&lang={each}", each == language) for each in there
        ],
        "subject": letter.subject if by_letter else "",
        "to": known.get(str(contact), ""),
        "paragraphs": re.split(r"\n\s*\n", letter.text.partition("\n\n--\n")[0]) if by_letter else [],
        "plain": letter.text if by_letter else message_to(gate, campaign, reader, _LINK),
        "placeholders": PLACEHOLDERS,
        "letter_language": language,
    }
    return Page("preview.html", told, title=Text("%(name)s: preview", name=campaign.name))


def _choice(label: str, url: str, current: bool) -> dict[str, object]:  # as the macros call it
    return {"label": label, "url": url, "current": current}


def _people(gate: Gate, campaign: Campaign) -> list[tuple[int, str]]:
    """A few of those for whom it is, whom the reader may see."""
    asked = select(Contact.id, Contact.name).order_by(Contact.id).limit(_MOST)
    if campaign.segment is not None:
        asked = asked.where(Contact.id.in_(members(gate, gate.get(Segment, campaign.segment))))
    return [(id, name or "") for id, name in gate.rows(asked)]
