"""Its part of the demo: whether customers would recommend the house, asked for half a year, and what they said."""

import datetime as dt
import random
from collections.abc import Sequence
from typing import Any, Final

from hookline_sdk import Contact, Gate, Story, select

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin
from hookline_loyalty.surveys.data import After, Answer, Scale, Step, Survey

_ASKED: Final = 180
_DAYS: Final = 175
_WORDS: Final = {
    10: ("Best flat white in town.", "Лучший флэт-уайт в городе."),
    9: ("Always friendly.", "Всегда приветливы."),
    4: ("Waited a quarter of an hour.", "Ждал четверть часа."),
    2: ("The coffee was cold.", "Кофе был холодный."),
}


@plugin.demo
def surveys(story: Story, gate: Gate) -> None:
    """It gets better: the first months have more bad scores than the last ones."""
    asker = next(iter(story.people.values()))
    purpose = gate.create("consent_purpose", {"name": story.say(asker, "Questions", "Опросы")})
    belongs = {"owner": asker.id, "team": asker.team}
    survey = gate.create(
        Survey,
        {
            "name": story.say(asker, "Would you recommend us?", "Порекомендуете нас?"), "active": True, "purpose": purpose,
            "question": "How likely are you to recommend us to a friend?", "question_ru": "Порекомендуете ли вы нас друзьям?", **belongs,
        },
    )  # fmt: skip
    gate.create(
        Survey,
        {
            "name": story.say(asker, "After the tasting", "После дегустации"), "scale": Scale.quality, "low": 2, "after": After.visit, "purpose": purpose,
            "question": "How was the tasting?", "question_ru": "Как прошла дегустация?", **belongs,
        },
    )  # fmt: skip
    bought = select(Receipt.contact).where(Receipt.contact.is_not(None))
    asked = select(Contact.id, Contact.owner, Contact.team).where(Contact.id.in_(bought))
    _answer(story, gate, survey, gate.rows(asked.order_by(Contact.id).limit(_ASKED)))


def _answer(story: Story, gate: Gate, survey: int, people: Sequence[Any]) -> None:
    chance = random.Random(9)  # noqa: S311  # a story, told alike each time
    name, rows, opinions = gate.get(Survey, survey).name, [], {}
    first = next(iter(story.people.values()))
    for place, person in enumerate(people):
        at = story.at(_DAYS - place * _DAYS / max(len(people), 1), 12)
        score = _score(chance, place / max(len(people), 1)) if chance.random() < 0.45 else None
        row = {
            "what": name, "survey": survey, "contact": person.id, "step": Step.answered if score is not None else Step.sent,
            "score": score, "due_at": at, "sent_at": at, "key": f"{survey}:demo:{person.id}", "owner": person.owner, "team": person.team,
            "answered_at": at + dt.timedelta(hours=chance.randrange(1, 9)) if score is not None else None,
            "comment": story.say(first, *_WORDS[score]) if score in _WORDS and chance.random() < 0.4 else None,
        }  # fmt: skip
        rows.append(row)
        if score is not None:
            opinions[person.id] = {"loyalty_nps": score, "loyalty_nps_at": row["answered_at"]}
    gate.create_many(Answer, rows)
    if opinions:
        gate.derive(Contact, opinions)


def _score(chance: random.Random, late: float) -> int:
    """From a time when one of four was unhappy to one when one of ten is."""
    unhappy = 0.26 - 0.16 * late
    said = chance.random()
    return chance.randrange(1, 7) if said < unhappy else chance.randrange(7, 9) if said < unhappy + 0.28 else chance.randrange(9, 11)  # fmt: skip
