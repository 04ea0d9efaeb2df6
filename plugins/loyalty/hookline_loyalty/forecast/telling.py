"""What is to be expected of each customer: worked out in the background, each night and on request."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from hookline_sdk import Contact, Gate, JobRun, Text, enqueue, select

from hookline_loyalty.customers.exact import rounded
from hookline_loyalty.customers.histories import History, histories
from hookline_loyalty.forecast.data import Forecast, ForecastTerms, Outlook
from hookline_loyalty.forecast.events import LeavingSoon
from hookline_loyalty.forecast.fitting import Fitted, fit, written
from hookline_loyalty.forecast.outlook import NOTHING, Reading
from hookline_loyalty.plugin import plugin

WHY: Final = Text("what is to be expected of customers follows from their purchases")
_AT_ONCE: Final = 1_000
_KEPT: Final = 100


@plugin.job(cron="40 2 * * *")
def forecast_customers(run: JobRun) -> None:
    """Each night, and when somebody asks: fit the models, then keep on each contact what they say of it."""
    known: list[History] = []
    with run.reading() as gate:
        house, terms = gate.as_house(WHY), ForecastTerms.of(gate)
        for portion in histories(house):
            run.check()
            known += portion
        stale = {id for (id,) in house.rows(select(Contact.id).where(Outlook.chance.is_not(None)))}
    fitted = fit(terms.family, known, run.now.date(), run.check)
    told = known if fitted.usable else []
    gone = sorted(stale - {each.contact for each in told})
    with run.transaction() as gate:
        keep(gate.as_house(WHY), fitted)
    warned, whole = 0, len(told) + len(gone)
    for place in range(0, len(told), _AT_ONCE):
        run.check()
        with run.transaction() as gate:
            warned += tell(gate.as_house(WHY), fitted, told[place : place + _AT_ONCE], terms)
            run.progress(min(place + _AT_ONCE, len(told)), whole)
    for place in range(0, len(gone), _AT_ONCE):
        run.check()
        with run.transaction() as gate:
            gate.as_house(WHY).derive(Contact, dict.fromkeys(gone[place : place + _AT_ONCE], NOTHING))
    run.progress(whole, whole)
    run.result = {"customers": len(known), "usable": fitted.usable, "warned": warned}


def ask_for_one(gate: Gate) -> bool:
    """Leave the work for the background; False where somebody has asked in this very minute."""
    job = f"{plugin.name}.{forecast_customers.__name__}"
    key = f"{job} {gate.now:%Y-%m-%d %H:%M}"
    return enqueue(gate.tx, job, {}, now=gate.now, unique_key=key) is not None


def keep(gate: Gate, fitted: Fitted) -> int:
    """Keep a fit beside those before it, of which the oldest go."""
    old = [id for (id,) in gate.rows(select(Forecast.id).order_by(Forecast.fitted_at.desc()).offset(_KEPT))]
    if old:
        gate.erase_many(Forecast, old)
    returning, spending = fitted.returning, fitted.spending
    values: dict[str, object] = {
        "fitted_at": gate.now,
        "family": fitted.family,
        "usable": fitted.usable,
        "doubts": tuple(fitted.doubts),
        "customers": fitted.customers,
        "returned": fitted.returned,
        "since": fitted.since,
        "until": gate.now.date(),
        **_numbers(returning.model if returning else None, ("r", "alpha", "a", "b")),
        **_numbers(spending.model if spending else None, ("p", "q", "gamma")),
        "likelihood": rounded(returning.likelihood) if returning else None,
        "other_likelihood": rounded(fitted.other.likelihood) if fitted.other else None,
        "correlation": rounded(spending.correlation, 3) if spending else None,
        "tested": written(fitted.test) if fitted.test else None,
    }
    return gate.create(Forecast, {"name": f"{gate.now:%Y-%m-%d %H:%M}", **values})


def tell(gate: Gate, fitted: Fitted, known: Sequence[History], terms: ForecastTerms) -> int:
    """Keep what is to be expected of some customers, and warn of those who are about to leave; says of how many."""
    if fitted.model is None:
        return 0
    today = gate.now.date()
    reading = Reading(fitted.model, fitted.amounts, terms, today)
    found = {each.contact: reading.of(each) for each in known}
    last = {each.contact: each.days[-1] for each in known}
    soon = _leaving(gate, found, last, today, today + dt.timedelta(days=terms.warning))
    for told in soon:
        found[told.contact]["loyalty_warned_of"] = told.last_bought
    gate.derive(Contact, found)
    gate.emit(*soon)
    return len(soon)


def _leaving(
    gate: Gate,
    found: Mapping[int, Mapping[str, object]],
    last: Mapping[int, dt.date],
    today: dt.date,
    until: dt.date,
) -> list[LeavingSoon]:
    """Who crosses into leaving in these days, and was not told of since the last purchase."""
    near = {id: values["loyalty_leaving_on"] for id, values in found.items()}
    soon = {id: day for id, day in near.items() if isinstance(day, dt.date) and today <= day <= until}
    if not soon:
        return []
    asked = select(Contact.id, Outlook.warned_of).where(Contact.id.in_(soon)).order_by(Contact.id)
    return [
        LeavingSoon(
            contact=id,
            chance=Decimal(str(found[id]["loyalty_chance"])),
            leaving_on=soon[id],
            last_bought=last[id],
        )
        for id, warned in gate.rows(asked)
        if warned != last[id]
    ]


def _numbers(model: object, names: Sequence[str]) -> dict[str, Decimal | None]:
    return {name: rounded(getattr(model, name), 6) if model else None for name in names}
