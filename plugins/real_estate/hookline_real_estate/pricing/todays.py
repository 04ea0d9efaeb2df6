"""What a buyer would pay today: kept with each unit, so that who looks, the grid and the portals are told one price."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby

from hookline_sdk import BeforeSave, Change, Gate, JobRun, Text, enqueue, select

from hookline_real_estate.buildings.data import Building, Section, Unit
from hookline_real_estate.plugin import plugin
from hookline_real_estate.pricing.data import Promotion
from hookline_real_estate.pricing.promotions import Offer, best_of, offers_of

_WHY = Text("promotions")
_DECIDE = frozenset({"price", "layout", "floor", "section"})
_BATCH = 200


@plugin.before_save(Unit)
def ask_todays_price(event: BeforeSave[Unit]) -> None:
    """What is to be paid follows the price, and what the promotions of today say of the unit."""
    if not event.is_new and not _DECIDE & event.values.keys():
        return
    unit, house = event.record, event.gate.as_house(_WHY)
    whole = house.scalar(
        select(Building.complex)
        .join(Section, Section.building == Building.id)
        .where(Section.id == unit.section)
    )
    offers = offers_of(house, whole, today(house)) if whole is not None and unit.price is not None else []
    event.values["to_pay"] = price_today(offers, unit.price, unit.layout, unit.floor)


@plugin.after_commit(Promotion)
def follow_promotion(event: Change, gate: Gate) -> None:
    """A promotion that is written, changed or taken away changes what is to be paid."""
    enqueue(gate.tx, f"{plugin.name}.set_todays_prices", {}, now=gate.now)


@plugin.job(cron="5 0 * * *")
def set_todays_prices(run: JobRun) -> None:
    """What is to be paid since promotions have begun, ended or changed: written where it differs, some units at a time."""
    behind = done = 0
    while True:
        run.check()
        with run.transaction() as gate:
            asked = (
                select(Unit.id, Building.complex, Unit.price, Unit.layout, Unit.floor, Unit.to_pay)
                .join(Section, Unit.section == Section.id)
                .join(Building, Section.building == Building.id)
            )
            rows = list(gate.rows(asked.where(Unit.id > behind).order_by(Unit.id).limit(_BATCH)))
            changed: dict[int, dict[str, object]] = {}
            for whole, units in groupby(
                sorted(rows, key=lambda row: row.complex), key=lambda row: row.complex
            ):
                offers = offers_of(gate, whole, today(gate))
                for unit in units:
                    price = price_today(offers, unit.price, unit.layout, unit.floor)
                    if price != unit.to_pay:
                        changed[unit.id] = {"to_pay": price}
            # In the history, and told to whoever listens: what costs less is news to those who look for it.
            gate.carry(Unit, changed)
        done += len(changed)
        if len(rows) < _BATCH:
            run.result = {"units": done}
            return
        behind = rows[-1].id


def price_today(
    offers: Sequence[Offer], price: Decimal | None, layout: int | None, floor: int
) -> Decimal | None:
    """What a unit costs with the best of these promotions; its price where none is for it."""
    best = best_of(offers, price, layout, floor)
    return best[1] if best else price


def today(gate: Gate) -> dt.date:
    """The day by which promotions begin and end, the same for everybody."""
    return gate.now.date()
