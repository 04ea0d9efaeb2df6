"""Its part of the demo: half a thousand regulars and passers-by of a coffee shop, and what they bought in eighteen months."""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from hookline_sdk import Contact, Gate, Story, StoryPerson

from hookline_loyalty.customers.data import Receipt, ReceiptLine
from hookline_loyalty.plugin import plugin

GUESTS: Final = 520
WEEKS: Final = 78
# Name, category, price; then with what it is bought as well, and how often.
_GOODS: Final[Sequence[tuple[str, str, str]]] = (
    ("Espresso", "Coffee", "2.60"),
    ("Cappuccino", "Coffee", "3.80"),
    ("Flat white", "Coffee", "4.10"),
    ("Filter coffee", "Coffee", "3.20"),
    ("Croissant", "Pastry", "2.90"),
    ("Cinnamon roll", "Pastry", "3.40"),
    ("Cheesecake", "Pastry", "4.90"),
    ("Avocado toast", "Food", "7.80"),
    ("Beans 250 g", "For home", "11.50"),
    ("Paper filters", "For home", "4.50"),
    ("Mug", "For home", "14.00"),
)
_WITH: Final = {0: ((4, 0.15),), 1: ((4, 0.45), (6, 0.12)), 2: ((5, 0.4),), 3: ((5, 0.2), (7, 0.12)), 7: ((3, 0.5),), 8: ((9, 0.55), (10, 0.12))}  # fmt: skip
# What people come for: the numbers of goods, by kind of customer.
_TASTES: Final = ((0, 0, 3), (1, 1, 4), (2, 2, 1), (3, 7, 3), (8, 8, 3), (1, 8, 6))
_FIRST: Final = (
    (
        "Alma Ben Carla David Emil Frida Greta Hugo Ida Jonas "
        "Klara Leon Mila Noah Olga Paul Rosa Simon Thea Viktor"
    ).split(),
    (
        "Алина Борис Вера Глеб Дарья Егор Жанна Захар Ирина Кирилл "
        "Лидия Максим Нина Олег Полина Роман Софья Тимур Ульяна Фёдор"
    ).split(),
)  # fmt: skip
_LAST: Final = (
    (
        "Adler Berg Conrad Decker Ernst Falk Graf Hahn Iversen Jansen Keller Lorenz Maurer "
        "Neumann Otto Peters Quast Richter Sommer Thiel Ulrich Vogel Winter Ziegler Braun Franke"
    ).split(),
    (
        "Абрамян Белых Волошко Гринько Дубров Ермак Жуковец Зорько Ивашко Коваль Лысенко Мельник Нестеренко "
        "Орлик Петренко Романенко Савенко Ткачук Усик Франко Хоменко Цыбуля Черныш Шевчук Юрченко Яценко"
    ).split(),
)  # fmt: skip


@plugin.demo
def guests(story: Story, gate: Gate) -> None:
    """Each with a rhythm of their own; some stay, some stop coming, some were there but once."""
    chance = random.Random(20)  # noqa: S311  # a story, told alike each time
    people = list(story.people.values())
    owners = [people[number % len(people)] for number in range(GUESTS)]
    contacts = gate.create_many(Contact, [_guest(story, owners[n], n) for n in range(GUESTS)])
    receipts: list[dict[str, object]] = []
    baskets: list[list[dict[str, object]]] = []
    for number, contact in enumerate(contacts):
        for at in _visits(chance, story):
            basket = _basket(chance, owners[number], _TASTES[number % len(_TASTES)])
            receipts.append(_receipt(contact, owners[number], at, basket, len(receipts)))
            baskets.append(basket)
    made = gate.create_many(Receipt, receipts)
    lines = [{**line, "receipt": id} for id, basket in zip(made, baskets, strict=True) for line in basket]
    gate.create_many(ReceiptLine, lines)


def _guest(story: Story, owner: StoryPerson, number: int) -> dict[str, object]:
    # Both lists are walked at different speeds, so that no two have the same name.
    russian = owner.language == "ru"
    first = _FIRST[russian][number // 26 % 20]
    return {
        "first_name": first,
        "last_name": _LAST[russian][number % 26],
        "email": f"guest{number + 1}@example.com",
        "owner": owner.id,
        "team": owner.team,
    }


def _visits(chance: random.Random, story: Story) -> list[dt.datetime]:
    """When somebody came, in the order of time: at a rate of their own until they stop, or until today."""
    rate, stops = chance.gammavariate(0.7, 0.28), chance.betavariate(0.9, 5.5)
    week, found = chance.uniform(0, WEEKS * 0.92), []
    while week < WEEKS:
        found.append(story.at((WEEKS - week) * 7 + 1, chance.uniform(7, 17)))
        if chance.random() < stops:
            break
        week += max(chance.expovariate(rate) if rate > 1e-6 else WEEKS, 1 / 7)
    return found


def _basket(chance: random.Random, owner: StoryPerson, taste: Sequence[int]) -> list[dict[str, object]]:
    chosen = [chance.choice(taste)]
    chosen += [other for other, often in _WITH.get(chosen[0], ()) if chance.random() < often]
    lines: list[dict[str, object]] = []
    for number in chosen:
        name, category, price = _GOODS[number]
        quantity = 2 if chance.random() < 0.12 else 1
        lines.append(
            {
                "product": name,
                "category": category,
                "quantity": Decimal(quantity),
                "amount": Decimal(price) * quantity,
                "owner": owner.id,
                "team": owner.team,
            }
        )
    return lines


def _receipt(
    contact: int, owner: StoryPerson, at: dt.datetime, basket: Sequence[dict[str, object]], number: int
) -> dict[str, object]:
    return {
        "what": ", ".join(str(line["product"]) for line in basket),
        "contact": contact,
        "amount": sum((Decimal(str(line["amount"])) for line in basket), Decimal(0)),
        "bought_at": at,
        "source": f"demo:coffee/{number}",
        "owner": owner.id,
        "team": owner.team,
    }
