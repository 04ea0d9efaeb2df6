"""One's own year: what was earned, how far it is to the next level and to the cap, and every line behind it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hookline_sdk import Deal, Gate, Page, PageRequest, func, number_in, select

from hookline_real_estate.commission.cents import NOTHING
from hookline_real_estate.commission.data import CommissionShare, CommissionState, Method
from hookline_real_estate.commission.waterfall import Level, Terms, level_at, next_level
from hookline_real_estate.commission.working import WORKING, agreed_with, year_of
from hookline_real_estate.plugin import MONEY, plugin

_MOST = 200


@dataclass(frozen=True)
class Way:
    """How far a year has come on the way to something. `percent` is a whole number up to 100."""

    done: Decimal
    goal: Decimal

    @property
    def percent(self) -> int:
        return min(100, int(max(self.done, NOTHING) * 100 / self.goal)) if self.goal else 100

    @property
    def missing(self) -> Decimal:
        return max(self.goal - self.done, NOTHING)


@plugin.page("My commission", menu=MONEY, icon="wallet", order=10)
def my_commission(asked: PageRequest, gate: Gate) -> Page:
    """The reader's own lines of a year; the amounts are in the currency of the house."""
    me, today = gate.actor.user or 0, asked.reader.today
    year = _year(asked.query.get("year", ""), today)
    last = min(today, dt.date(year, 12, 31))
    lines, sums = _lines(gate, me, year), _sums(gate, me, year)
    plan, terms = agreed_with(gate.as_house(WORKING), me, last)
    volume, kept = sums["volume"], sums["kept"]
    climbs = terms.method in (Method.sliding, Method.progressive)
    following = next_level(terms.levels, volume) if climbs else None
    told = {
        "year": year,
        "years": [year - 1, year, *([year + 1] if year < today.year else [])],
        "lines": lines,
        "more": f"/real_estate/lines?owner={me}&earned_on.gte={year}-01-01&earned_on.lte={year}-12-31",
        "states": {state.value: state for state in CommissionState},
        "sums": sums,
        "plan": plan,
        "method": Method(terms.method),
        "share": _share(terms, volume),
        "following": following,
        "to_level": Way(volume, following.above) if following else None,
        "to_cap": Way(kept, terms.cap) if terms.cap is not None else None,
    }
    return Page("my_commission.html", told)


def _year(said: str, today: dt.date) -> int:
    """The year of the address; this one where there is none."""
    return number_in(said, 1901, today.year) or today.year


def _share(terms: Terms, volume: Decimal) -> Decimal | None:
    """The agent's share of what comes next; None for a flat amount."""
    if terms.method == Method.flat:
        return None
    level = Level(NOTHING, terms.share) if terms.method == Method.fixed else level_at(terms.levels, volume)
    return level.share


def _within(agent: int, year: int) -> tuple[Any, ...]:
    first, last = year_of(dt.date(year, 1, 1))
    line = CommissionShare
    return line.owner == agent, line.earned_on >= first, line.earned_on <= last


def _lines(gate: Gate, agent: int, year: int) -> Sequence[Any]:
    line = CommissionShare
    found = select(
        line.id, line.number, line.earned_on, line.state, line.volume, line.part, line.kept, line.net, line.currency,
        line.deal, Deal.name.label("deal_name"),
    ).outerjoin(Deal, line.deal == Deal.id)  # fmt: skip
    return gate.rows(
        found.where(*_within(agent, year)).order_by(line.earned_on.desc(), line.id.desc()).limit(_MOST)
    )


def _sums(gate: Gate, agent: int, year: int) -> dict[str, Decimal]:
    """What the year comes to, and how much of it is paid. Other currencies than the house's stand in the lines alone."""
    line = CommissionShare
    found = select(
        line.state, func.sum(line.volume).label("volume"), func.sum(line.counted).label("units"),
        func.sum(line.part).label("part"), func.sum(line.kept).label("kept"), func.sum(line.net).label("net"),
    ).where(*_within(agent, year), line.currency.is_(None))  # fmt: skip
    names = ("volume", "units", "part", "kept", "net")
    sums: dict[str, Decimal] = dict.fromkeys((*names, "paid"), NOTHING)
    for row in gate.rows(found.group_by(line.state)):
        for name in names:
            sums[name] += getattr(row, name) or NOTHING
        if row.state == CommissionState.paid:
            sums["paid"] = row.net or NOTHING
    return sums
