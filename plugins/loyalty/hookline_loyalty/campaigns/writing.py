"""Writing to one person: the campaign's text in their language with their own values, as plain text and as a page."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

from hookline_sdk import Contact, Gate, Letter, Text, func, public_address, select

from hookline_loyalty.campaigns.data import Campaign, Language, WrittenTo
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.campaigns.wording import filled
from hookline_loyalty.points.data import Account, Unit
from hookline_loyalty.tiers.data import Membership, Tier

LEAVE: Final = "loyalty.leave"
_LEAVING: Final[Mapping[str, str]] = {
    "en": "You get this because you agreed to it. No more of these:",
    "ru": "Вы получили это письмо, потому что согласились на рассылку. Отписаться:",
}
_LEAVE: Final[Mapping[str, str]] = {"en": "Unsubscribe", "ru": "Отписаться"}
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)]")


@dataclass(frozen=True)
class Reader:
    """Who is written to: their values by placeholder, and their language."""

    contact: int
    language: str
    values: Mapping[str, str]


def readers(
    gate: Gate, people: Collection[int], occasions: Mapping[int, str] | None = None
) -> dict[int, Reader]:
    """Everything that can be said of these people, read with the house's eyes: it goes to themselves."""
    house, terms = gate.as_house(Text("a letter says what is its reader's own")), Mailing.of(gate)
    asked = select(
        Contact.id,
        Contact.first_name,
        Contact.last_name,
        Contact.name,
        WrittenTo.language.label("language"),
        Membership.tier.label("tier"),
    )
    rows = house.rows(asked.where(Contact.id.in_(sorted(people))))
    tiers = {id: str(name) for id, name in house.rows(select(Tier.id, Tier.name))}
    points = _points(house, people)
    return {
        row.id: Reader(
            row.id,
            row.language or terms.language,
            {
                "first_name": row.first_name or "",
                "last_name": row.last_name or "",
                "name": row.name or "",
                "house": terms.house or "",
                "balance": f"{points[row.id]:,f}".rstrip("0").rstrip(".") if row.id in points else "",
                "tier": tiers.get(row.tier, ""),
                "occasion": (occasions or {}).get(row.id, ""),
            },
        )
        for row in rows
    }


def letter_to(gate: Gate, campaign: Campaign, reader: Reader, link: str = "") -> Letter:
    """The campaign as this reader gets it. With `link` instead of their own address to unsubscribe, for a preview."""
    language = _language(campaign, reader.language)
    subject, said = texts(campaign, language)
    leave = link or public_address(gate, LEAVE, f"{campaign.id}/{reader.contact}", {"lang": language})
    text, words = filled(said, reader.values).strip(), _LEAVING[language]
    return Letter(
        filled(subject, reader.values),
        f"{text}\n\n--\n{words} {leave}\n",
        page(text, words, leave, language),
        leave,
    )


def message_to(gate: Gate, campaign: Campaign, reader: Reader, link: str = "") -> str:
    """The same as a short message."""
    language = _language(campaign, reader.language)
    leave = link or public_address(gate, LEAVE, f"{campaign.id}/{reader.contact}", {"lang": language})
    return f"{filled(texts(campaign, language)[1], reader.values).strip()}\n{_LEAVE[language]}: {leave}"


def texts(campaign: Campaign, language: str) -> tuple[str, str]:
    """Subject and text in a language."""
    if language == Language.ru:
        return campaign.subject_ru or "", campaign.said_ru or ""
    return campaign.subject or "", campaign.said or ""


def languages(campaign: Campaign) -> Sequence[str]:
    """In which languages there is a text."""
    return [language for language in ("en", "ru") if texts(campaign, language)[1]]


def page(text: str, words: str, leave: str, language: str) -> str:
    """A plain page: mail programs know little more than this. Nothing of what people typed is markup in it."""
    paragraphs = "".join(f"<p>{_linked(part)}</p>" for part in re.split(r"\n\s*\n", text))
    return (
        f'<!doctype html><html lang="{language}"><body style="font-family: sans-serif; line-height: 1.5; color: #1f2328">'
        f'<div style="max-width: 36em; margin: 2em auto; padding: 0 1em">{paragraphs}'
        f'<p style="color: #59636e; font-size: 0.85em">{escape(words)} '
        f'<a href="{escape(leave)}" style="color: #59636e">{_LEAVE[language]}</a></p></div></body></html>'
    )


def _points(house: Gate, people: Collection[int]) -> dict[int, Decimal]:
    """What these people have in points."""
    found = select(Account.contact, func.sum(Account.balance)).where(
        Account.unit == Unit.points, Account.contact.in_(sorted(people))
    )
    return dict(house.rows(found.group_by(Account.contact)))


def _language(campaign: Campaign, wanted: str) -> str:
    """The reader's language, else one in which there is a text."""
    there = languages(campaign)
    return wanted if wanted in there or not there else there[0]


def _linked(text: str) -> str:
    """A paragraph, its addresses as links, its lines as they were broken."""
    parts, last = [], 0
    for found in _ADDRESS.finditer(text):
        link = escape(found[0])
        parts += [escape(text[last : found.start()]), f'<a href="{link}">{link}</a>']
        last = found.end()
    return "".join([*parts, escape(text[last:])]).replace("\n", "<br>")
