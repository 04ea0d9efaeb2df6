"""The same rows on every run and machine: contacts N, companies N/10, deals N/2, activities about 3N."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

FIRST_NAMES = tuple(
    "Adele Aidan Albert Alisa Amir Anton Arthur Aylin Beatrice Benno Bianca Boris Camille Carla Cedric "
    "Chiara Conrad Dalia Daria David Denis Dora Edgar Elif Elisa Emil Erik Esther Fabian Farid Fiona "
    "Florian Frida Galina Georg Gleb Hannah Hector Helena Hugo Igor Ilona Irina Ivan Ivana Jakob Jasmin "
    "Joel Judith Karim Katya Kiran Lara Leon Lev Lidia Louis Lucia Maksim Malik Maria Matteo Mila Nadia "
    "Nils Nina Olaf Oleg Olivia Oskar Pavel Pia Priya Rafael Ravi Renata Roman Rosa Samir Sara Sergei "
    "Silvia Stefan Svetlana Tamara Tara Theo Timur Ugo Ursula Vadim Valeria Viktor Vivian Wanda Xenia "
    "Yara Yuri Zara Zeno".split()
)
SURNAME_STEMS = tuple(
    "Abel Ander Arden Bachman Balog Barlow Bauer Belmont Berger Bianco Bohm Calder Carver Castel Conti "
    "Dahl Danek Delgad Dorn Ebert Egger Farkas Ferrar Fischer Fontan Forster Gallo Garner Gerber Grant "
    "Haller Harper Heller Hofman Holt Horvat Ivan Ivanen Ivank Jansen Jensen Kaiser Kaplan Keller Kertes "
    "Koller Kramer Lang Larkin Lehman Lindgren Lorentz Maier Mancin Marlow Mendel Merten Molnar Nader "
    "Nolan Novot Orlan Palmer Petrosk Pohl Porter Quint Ramos Reimer Richter Ritter Romer Sadler Sander "
    "Schiller Serran Sommer Stein Storm Takaha Tanner Teller Tomas Traut Ulman Valent Varga Vidal Vogel "
    "Walden Weaver Weller Winter Yamad Zeller Zielin Zimmer Zorin Zubar Zweig".split()
)
SURNAME_ENDINGS = ("", "ov", "sen", "ska")
JOB_TITLES = tuple(
    "Accountant Analyst Architect Buyer Consultant Director Engineer Founder Manager Planner".split()
)
CITIES = tuple(f"City {number:02}" for number in range(50))
TRADES = ("Bakery", "Foods", "Freight", "Optics", "Timber")
ACTIVITY_KINDS = ("call", "email", "meeting", "task")
ACTIVITY_TOPICS = ("Contract", "Demo", "Follow up", "Offer", "Question")

STAGES = 6
LONG_TIMELINE = 30
EVERY_LONG_TIMELINE = 10
NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Company(NamedTuple):
    id: int
    name: str


class Contact(NamedTuple):
    id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    city: str
    job_title: str
    company_id: int
    created_at: datetime


class Deal(NamedTuple):
    """`amount` is in minor units, `stage` counts from 1 to STAGES."""

    id: int
    name: str
    amount: int
    stage: int
    company_id: int
    contact_id: int
    created_at: datetime


class Activity(NamedTuple):
    id: int
    deal_id: int
    kind: str
    subject: str
    at: datetime


@dataclass(frozen=True)
class Seed:
    """All rows for one number of contacts; each kind has its own random stream, so their order is free."""

    contact_count: int

    @property
    def company_count(self) -> int:
        return max(self.contact_count // 10, 1)

    @property
    def deal_count(self) -> int:
        return max(self.contact_count // 2, EVERY_LONG_TIMELINE)

    @property
    def long_deal_id(self) -> int:
        """A deal in the middle of the table that has LONG_TIMELINE activities."""
        middle = self.deal_count // 2
        return max(middle - middle % EVERY_LONG_TIMELINE, EVERY_LONG_TIMELINE)

    @property
    def deep_offset(self) -> int:
        return self.contact_count * 9 // 10

    def companies(self) -> Iterator[Company]:
        random = Random("companies")
        for number in range(1, self.company_count + 1):
            yield Company(number, f"{_surname(random)} {random.choice(TRADES)} {number:06}")

    def contacts(self) -> Iterator[Contact]:
        return self._contacts(Random("contacts"), 1, self.contact_count)

    def new_contacts(self, count: int, first_number: int) -> Iterator[Contact]:
        """Contacts that are not in the seed; their e-mail addresses are unique as long as the numbers are."""
        return self._contacts(Random(f"new contacts {first_number}"), first_number, count)

    def deals(self) -> Iterator[Deal]:
        random = Random("deals")
        for number in range(1, self.deal_count + 1):
            yield Deal(
                id=number,
                name=f"Deal {number:06} {_surname(random)}",
                amount=random.randint(1, 500) * 100_00,
                stage=random.randint(1, STAGES),
                company_id=random.randint(1, self.company_count),
                contact_id=random.randint(1, self.contact_count),
                created_at=_past(random, days=700),
            )

    def activities(self) -> Iterator[Activity]:
        random = Random("activities")
        number = 0
        for deal_id in range(1, self.deal_count + 1):
            for position in range(1, _timeline_length(deal_id) + 1):
                number += 1
                topic = random.choice(ACTIVITY_TOPICS)
                yield Activity(
                    id=number,
                    deal_id=deal_id,
                    kind=random.choice(ACTIVITY_KINDS),
                    subject=f"{topic} about deal {deal_id}, {position}",
                    at=_past(random, days=400),
                )

    def _contacts(self, random: Random, first_number: int, count: int) -> Iterator[Contact]:
        for number in range(first_number, first_number + count):
            first, last = random.choice(FIRST_NAMES), _surname(random)
            yield Contact(
                id=number,
                first_name=first,
                last_name=last,
                email=f"{first}.{last}.{number}@example.test".lower(),
                phone=f"+44 20 7{number % 10_000_000:07}",
                city=random.choice(CITIES),
                job_title=random.choice(JOB_TITLES),
                company_id=random.randint(1, self.company_count),
                created_at=_past(random, days=1000),
            )


def _surname(random: Random) -> str:
    return random.choice(SURNAME_STEMS) + random.choice(SURNAME_ENDINGS)


def _past(random: Random, days: int) -> datetime:
    return NOW - timedelta(seconds=random.randint(0, days * 86_400))


def _timeline_length(deal_id: int) -> int:
    if deal_id % EVERY_LONG_TIMELINE == 0:
        return LONG_TIMELINE
    return 4 if deal_id % 3 == 0 else 3
