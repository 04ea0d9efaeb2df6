"""Its part of the demo: a campaign that has brought something, one that goes out on birthdays, one that is being written."""

import datetime as dt
import json
import random
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import Contact, Gate, Story, StoryPerson, select

from hookline_loyalty.campaigns.audience import audience_of
from hookline_loyalty.campaigns.data import (
    Campaign,
    Cause,
    Fate,
    Group,
    Occasion,
    Recipient,
    State,
    Suppression,
)
from hookline_loyalty.campaigns.launching import LAUNCHING, carry
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.data import Segment, SegmentKind

_MOST: Final = 520
_DAYS_AGO: Final = 33
# Of those who were written to, so many of a hundred come once more than they would have.
_MOVED: Final = 45

_SAID: Final = (
    "Dear {{first_name|guest}},",
    "show this letter at the till until Sunday: your second cup is on us.",
    "You have {{balance|no}} points.",
    "{{house}}",
)
_SAID_RU: Final = (
    "{{first_name|Дорогой гость}}!",
    "Покажите это письмо на кассе до воскресенья: вторая чашка за наш счёт.",
    "Ваши баллы: {{balance|0}}.",
    "{{house}}",
)


@plugin.demo
def campaigns(story: Story, gate: Gate) -> None:
    """Most customers have agreed to letters; one of a hundred wants no more."""
    writer = next(iter(story.people.values()))
    terms = Mailing.of(gate)
    terms.house, terms.zone = story.say(writer, "Mill Lane Coffee", "«Мельница»"), "Europe/Amsterdam"
    terms.keep(gate)
    customers = _customers(gate)
    if not customers:
        return
    purpose = gate.create(
        "consent_purpose", {"name": story.say(writer, "Letters of the coffee shop", "Письма кофейни")}
    )
    _agree(gate, story, customers, purpose)
    chance = random.Random(33)  # noqa: S311  # a story, told alike each time
    _finished(story, gate, writer, purpose, chance)
    _birthdays(story, gate, writer, purpose)
    draft = _texts(story, writer, "Beans for the weekend", "Зёрна на выходные")
    regulars = gate.scalar(select(Segment.id).where(Segment.kind == SegmentKind.dynamic).order_by(Segment.id))
    whose = {"purpose": purpose, "owner": writer.id, "team": writer.team}
    gate.create(Campaign, {**draft, **whose, "segment": regulars})


def _customers(gate: Gate) -> list[int]:
    """Who has bought something; whoever has no address yet gets one."""
    bought = select(Receipt.contact).where(Receipt.contact.is_not(None))
    rows = gate.rows(
        select(Contact.id, Contact.email).where(Contact.id.in_(bought)).order_by(Contact.id).limit(_MOST)
    )
    without = {row.id: {"email": f"guest{row.id}@example.com"} for row in rows if not row.email}
    if without:
        gate.carry(Contact, without)
    return [row.id for row in rows]


def _agree(gate: Gate, story: Story, customers: list[int], purpose: int) -> None:
    agreed = [id for place, id in enumerate(customers) if place % 9]
    at = story.at(200)
    gate.create_many(
        "consent",
        [{"about": f"contact:{id}", "purpose": purpose, "said": "given", "said_at": at, "source": "Card at the till"} for id in agreed],
    )  # fmt: skip
    gone = gate.several(Contact, agreed[17::100])
    gate.create_many(
        Suppression,
        [{"address": who.email, "contact": who.id, "cause": Cause.asked, "owner": who.owner, "team": who.team} for who in gone if who.email],
    )  # fmt: skip


def _texts(story: Story, writer: StoryPerson, english: str, russian: str) -> dict[str, Any]:
    return {
        "name": story.say(writer, english, russian),
        "subject": f"{{{{first_name|Hello}}}}: {english.lower()}",
        "said": "\n\n".join(_SAID),
        "subject_ru": f"{{{{first_name|Здравствуйте}}}}: {russian.lower()}",
        "said_ru": "\n\n".join(_SAID_RU),
    }  # fmt: skip


def _finished(story: Story, gate: Gate, writer: StoryPerson, purpose: int, chance: random.Random) -> None:
    """It went out more than its window ago, and who got it bought more than who did not."""
    at = story.at(_DAYS_AGO, 10)
    texts = _texts(story, writer, "A second cup in autumn", "Вторая чашка осенью")
    name = texts["name"]
    id = gate.create(
        Campaign,
        {
            **texts, "purpose": purpose, "control": 20,
            "window": 30, "cost": Decimal(60), "cost_each": Decimal("0.01"), "margin": Decimal(60),
            "owner": writer.id, "team": writer.team,
        },
    )  # fmt: skip
    found = audience_of(gate, gate.get(Campaign, id))
    rows = [*((p, Group.test) for p in found.test), *((p, Group.control) for p in found.control)]
    gate.create_many(
        Recipient,
        [
            {
                "what": name, "campaign": id, "contact": person.id,
                "group": group, "fate": Fate.untouched if group == Group.control else Fate.bounced if place % 97 == 0 else Fate.sent,
                "joined_at": at, "due_at": at, "gone_at": None if group == Group.control else at + dt.timedelta(seconds=place),
                "stratum": person.stratum, "key": f"{id}:{person.id}", "owner": person.owner, "team": person.team,
            }
            for place, (person, group) in enumerate(rows)
        ],
    )  # fmt: skip
    left = {reason.value: number for reason, number in found.left_out.items()}
    carry(gate, id, state=State.sent, launched_at=at, finished_at=at + dt.timedelta(minutes=9), left_out=json.dumps(left))  # fmt: skip
    come = [person for person in found.test if chance.randrange(100) < _MOVED]
    gate.create_many(
        Receipt,
        [
            {
                "what": story.say(writer, "With the autumn letter", "По осеннему письму"), "contact": person.id,
                "amount": Decimal(chance.randrange(900, 3400)) / 100, "bought_at": at + dt.timedelta(days=chance.randrange(1, 28), hours=chance.randrange(6)),
                "source": f"loyalty_demo_letter:{person.id}", "owner": person.owner, "team": person.team,
            }
            for person in come
        ],
    )  # fmt: skip


def _birthdays(story: Story, gate: Gate, writer: StoryPerson, purpose: int) -> None:
    """It is live: some letters have gone, each on its day."""
    texts = _texts(story, writer, "Happy birthday!", "С днём рождения!")
    id = gate.create(Campaign, {**texts, "purpose": purpose, "occasion": Occasion.birthday, "owner": writer.id, "team": writer.team})  # fmt: skip
    carry(gate, id, state=State.live, launched_at=story.at(60))
    house = gate.as_house(LAUNCHING)
    people = gate.rows(select(Contact.id, Contact.owner, Contact.team).where(Contact.email.is_not(None)).order_by(Contact.id).limit(24))  # fmt: skip
    house.create_many(
        Recipient,
        [
            {
                "what": texts["name"], "campaign": id, "contact": row.id, "group": Group.test if place % 8 else Group.control,
                "fate": Fate.sent if place % 8 else Fate.untouched, "joined_at": story.at(56 - 2 * place), "due_at": story.at(56 - 2 * place),
                "gone_at": story.at(56 - 2 * place, 9.1) if place % 8 else None, "stratum": "0", "key": f"{id}:{row.id}:birthday",
                "owner": row.owner, "team": row.team,
            }
            for place, row in enumerate(people)
        ],
    )  # fmt: skip
