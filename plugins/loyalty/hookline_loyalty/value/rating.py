"""Scoring all customers: each night as they stand, and at the end of a month as they stood."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from hookline_sdk import Contact, Gate, JobRun, Text, func, select

from hookline_loyalty.customers.histories import History, histories
from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.data import MonthEnd, Standing
from hookline_loyalty.value.rfm import Score, ValueGroup, Worth, scored

WHY: Final = Text("how customers stand follows from their purchases")
_AT_ONCE: Final = 1_000
# So many months are kept from the first run on, as the purchases tell them.
_BACK: Final = 6
_NOTHING: Final[Mapping[str, object]] = {
    "loyalty_value_group": None,
    "loyalty_recency": None,
    "loyalty_frequency": None,
    "loyalty_spend": None,
}


@plugin.job(cron="20 2 * * *")
def rate_customers(run: JobRun) -> None:
    """Each night: score every customer anew, and keep how they stood in months that are over."""
    known: list[History] = []
    with run.reading() as gate:
        house, today = gate.as_house(WHY), gate.now.date()
        for portion in histories(house):
            run.check()
            known += portion
        stale = {id for (id,) in house.rows(select(Contact.id).where(Standing.value_group.is_not(None)))}
        kept = months_kept(house)
    scores = scored(worth_of(known, today).values())
    found: list[tuple[int, Mapping[str, object]]] = [(id, fields_of(score)) for id, score in scores.items()]
    found += [(id, _NOTHING) for id in sorted(stale - scores.keys())]
    for place in range(0, len(found), _AT_ONCE):
        run.check()
        with run.transaction() as gate:
            gate.as_house(WHY).derive(Contact, dict(found[place : place + _AT_ONCE]))
            run.progress(min(place + _AT_ONCE, len(found)), len(found))
    months = {month: standing_at_end(known, month) for month in months_over(today)}
    for month, groups in months.items():
        if len(groups) > kept.get(month, 0):
            _keep_month(run, month, groups)
    run.result = {"customers": len(scores), "months": len(months)}


def worth_of(known: Sequence[History], last: dt.date) -> dict[int, Worth]:
    """What is scored of each customer, as it was known at the end of a day."""
    found = {}
    for each in known:
        past = each.until(last)
        if past is not None:
            spent = sum(past.amounts, Decimal(0))
            found[past.contact] = Worth(past.contact, past.days[-1], len(past.days), spent)
    return found


def fields_of(score: Score) -> dict[str, object]:
    """The values of the contact's fields."""
    return {
        "loyalty_value_group": score.group,
        "loyalty_recency": score.recency,
        "loyalty_frequency": score.frequency,
        "loyalty_spend": score.spend,
    }


def months_over(today: dt.date) -> list[dt.date]:
    """The first days of the months of half a year that are over, oldest first."""
    found, month = [], today.replace(day=1)
    for _ in range(_BACK):
        month = (month - dt.timedelta(days=1)).replace(day=1)
        found.append(month)
    return found[::-1]


def months_kept(gate: Gate) -> dict[dt.date, int]:
    """Of how many customers it is kept how they stood, by month."""
    return dict(gate.rows(select(MonthEnd.month, func.count(MonthEnd.id)).group_by(MonthEnd.month)))


def standing_at_end(known: Sequence[History], month: dt.date) -> dict[int, ValueGroup]:
    """In which group each customer stood when a month was over."""
    over = (month + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)
    return {id: score.group for id, score in scored(worth_of(known, over).values()).items()}


def keep_standing(gate: Gate, month: dt.date, groups: Mapping[int, ValueGroup]) -> None:
    """Keep how some customers stood, each with the owner of the contact; whose month is kept, and who is gone, is passed over."""
    kept = select(MonthEnd.contact).where(MonthEnd.month == month, MonthEnd.contact.in_(groups))
    there = {id for (id,) in gate.rows(kept)}
    whose = select(Contact.id, Contact.owner, Contact.team).where(Contact.id.in_(groups.keys() - there))
    rows = [
        {
            "name": f"{month:%Y-%m}",
            "month": month,
            "contact": id,
            "value_group": groups[id],
            "owner": owner,
            "team": team,
        }
        for id, owner, team in gate.rows(whose)
    ]
    gate.create_many(MonthEnd, rows)


def _keep_month(run: JobRun, month: dt.date, groups: Mapping[int, ValueGroup]) -> None:
    wanted = sorted(groups)
    for place in range(0, len(wanted), _AT_ONCE):
        run.check()
        with run.transaction() as gate:
            portion = {id: groups[id] for id in wanted[place : place + _AT_ONCE]}
            keep_standing(gate.as_house(WHY), month, portion)


def customers_scored(gate: Gate) -> int:
    """How many customers the fifths are made of."""
    return int(gate.scalar(select(func.count(Contact.id)).where(Standing.value_group.is_not(None))) or 0)
