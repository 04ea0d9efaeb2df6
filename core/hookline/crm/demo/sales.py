"""The demo's deals: how each came, how far it has got, and when."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, Final, NamedTuple

from hookline.crm.deals import Deal
from hookline.crm.demo.customers import customers
from hookline.crm.demo.lines import lines
from hookline.crm.demo.offers import SALES
from hookline.crm.demo.play import Play
from hookline.crm.stages import move
from hookline.kernel.gate import Gate


class Sale(NamedTuple):
    """A deal. `stage` is where it stands ("lost:proposal": lost while it stood there), `days` ago it began.

    `closed` is how many days ago it was won or lost; what came after the sale lies between then and today.
    """

    name: str
    customer: str
    amount: int
    owner: str
    stage: str
    days: int
    product: str
    source: str
    closed: int
    reason: str
    competitor: str

    @property
    def key(self) -> str:
        """The name under which `Play.ids` keeps it."""
        return f"deal {self.name}"


@cache
def sales() -> Sequence[Sale]:
    """All deals: what is on its way, what was won, what was not, and who sells for the house."""
    return [
        Sale(
            row["name"], row["customer"], int(row["amount"]), row["owner"], row["stage"], int(row["days"]),
            row["product"], row["source"], int(row["closed"] or 0), row["reason"], row["competitor"],
        )
        for row in lines("deals")
    ]  # fmt: skip


_PATH: Final = tuple(key for key, _, kind, *_ in SALES if kind != "lost")
_PARTNER_PATH: Final = ("p_first", "p_terms", "p_training", "p_active")
_DAYS: Final = {key: days or 10 for key, _, _, _, days, _, _ in SALES}


def sell(play: Play) -> None:
    """Every deal, from its first day to where it stands; `play.ids` has them by `Sale.key`."""
    for sale in sales():
        steps = walk(play, sale)
        play.do(steps[0][1], sale.owner, _opening(play, sale, steps[0][0]))
        for stage, when in steps[1:]:
            play.do(when, sale.owner, _step(play, sale, stage))


def walk(play: Play, sale: Sale) -> Sequence[tuple[str, datetime]]:
    """The stages a deal has entered, each with the time; stays are about as long as their stage expects."""
    goal, _, last = sale.stage.partition(":")
    path = _PARTNER_PATH if goal.startswith("p_") else _PATH
    ending = "p_active" if goal.startswith("p_") else "won"
    before = path[: path.index(ending)]
    if not sale.closed:
        return _spread(play, sale, path[: path.index(goal) + 1], sale.days, 0)
    if goal == "lost":
        way = _spread(play, sale, before[: before.index(last) + 1], sale.days, sale.closed)
        return [*way, ("lost", play.at(sale.closed, 16.5))]
    way = _spread(play, sale, before, sale.days, sale.closed)
    return [*way, *_spread(play, sale, path[path.index(ending) : path.index(goal) + 1], sale.closed, 0)]


def _spread(
    play: Play, sale: Sale, stages: Sequence[str], start: int, end: int
) -> list[tuple[str, datetime]]:
    chance = Random(f"{sale.name} {start}")  # noqa: S311  # the same story each time
    weights = [_DAYS.get(stage, 20) * chance.uniform(0.5, 1.6) for stage in stages]
    passed, found = 0.0, []
    for stage, weight in zip(stages, weights, strict=True):
        days = start - (start - end) * passed / sum(weights)
        found.append((stage, play.at(days, 8 + chance.randrange(36) / 4)))
        passed += weight
    return _rising(found)


def _rising(steps: list[tuple[str, datetime]]) -> list[tuple[str, datetime]]:
    """Working days bring steps together: each is at least an hour after the one before."""
    for place in range(1, len(steps)):
        stage, when = steps[place]
        steps[place] = (stage, max(when, steps[place - 1][1] + timedelta(hours=1)))
    return steps


def _opening(play: Play, sale: Sale, stage: str) -> Any:
    def open_deal(gate: Gate) -> None:
        customer = customers()[sale.customer]
        chance = Random(sale.name)  # noqa: S311  # the same story each time
        values = {
            "name": sale.name, "company": play.ids[sale.customer], "contact": play.ids[f"{sale.customer} {chance.randrange(2)}"],
            "amount": Decimal(sale.amount), "currency": "EUR", "stage": play.ids[stage], "product": play.ids[sale.product],
            "source": play.ids[sale.source], "expected_close": (play.now() + timedelta(days=chance.randrange(4, 75))).date(),
            "team": play.ids["Россия" if customer.speaks == "ru" else "Europe"],
        }  # fmt: skip
        play.ids[sale.key] = gate.create(Deal, values)

    return open_deal


def _step(play: Play, sale: Sale, stage: str) -> Any:
    def take(gate: Gate) -> None:
        lost = (
            {"lost_reason": play.ids[sale.reason], "competitor": sale.competitor or None}
            if stage == "lost"
            else {}
        )
        move(gate, Deal, play.ids[sale.key], play.ids[stage], lost)

    return take
