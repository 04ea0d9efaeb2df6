"""Its part of the demo: two partners, and clients they have named."""

import datetime as dt

from hookline_sdk import Company, Gate, Story, select

from hookline_real_estate.buildings.data import Complex
from hookline_real_estate.partners.data import Fixation, FixationState, Partner
from hookline_real_estate.plugin import plugin

_PARTNERS = (
    ("Nordlight Homes", "Дом и берег", "+4942130180012"),
    ("Quayside Estates", "Квартал у воды", "+4942130180077"),
)
# Whom they have named: by which partner, since how many days, for how many, and what has come of it.
_CLIENTS = (
    ("Marten Holm", "Мария Холмова", 0, 28, 30, FixationState.valid),
    ("Lotte Brandt", "Людмила Бранд", 0, 12, 30, FixationState.valid),
    ("Piet Auer", "Пётр Ауэров", 0, 3, 30, FixationState.valid),
    ("Greta Sommer", "Галина Соммер", 1, 1, 45, FixationState.valid),
    ("Jonas Weber", "Иван Веберов", 1, 20, 45, FixationState.valid),
    ("Tilda Frank", "Татьяна Франк", 1, 70, 45, FixationState.expired),
    ("Otto Lind", "Олег Линд", 0, 40, 30, FixationState.withdrawn),
)


@plugin.demo
def show_partners(story: Story, gate: Gate) -> None:
    """Two agencies that bring buyers to the developer."""
    people = list(story.people.values())
    whole = gate.scalar(select(Complex.id).order_by(Complex.id).limit(1))
    company = gate.scalar(select(Company.id).order_by(Company.id.desc()).limit(1))
    partners = []
    for number, (english, russian, phone) in enumerate(_PARTNERS):
        owner = people[number % len(people)]
        said = {"name": story.say(owner, english, russian), "phone": phone, "days": 45 if number else None}
        mine = {"owner": owner.id, "team": owner.team, "company": None if number else company}
        partners.append((gate.create(Partner, {**said, **mine}), owner))
    for number, (english, russian, place, since, term, state) in enumerate(_CLIENTS):
        partner, owner = partners[place]
        named = {
            "client": story.say(owner, english, russian),
            "phone": f"+494213018{number:02}55",
            "complex": whole if number % 2 else None,
        }
        until = story.at(since, 11) + dt.timedelta(days=term)
        values = {"partner": partner, "state": state, "until": until, "owner": owner.id, "team": owner.team}
        gate.create(Fixation, {**named, **values})
