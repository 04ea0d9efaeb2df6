"""What a property cost and how it stood: kept with each change and who made it, shown on its page."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import Badge, Change, Chart, Gate, Mark, Money, Panel, Text, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import PriceChange, Property, Status, StatusChange

_SHOWN = 12


@plugin.after_commit(Property, fields=("price",))
def keep_price(event: Change, gate: Gate) -> None:
    """Keep what a property cost from a day on, what before, and who said so."""
    was, price = (_amount(value) for value in event.changes.get("price", (None, None)))
    found = gate.find(Property, event.record)
    if found is None or price is None:
        return
    told = {"changed_on": event.at.date(), "was": was, "price": price, "by": event.user}
    gate.create(PriceChange, {**_belonging(found), **told})


@plugin.after_commit(Property, fields=("status",))
def keep_status(event: Change, gate: Gate) -> None:
    """Keep how a property stood from a moment on, how before, and who said so."""
    was, status = event.changes.get("status", (None, None))
    found = gate.find(Property, event.record)
    if found is None or status is None:
        return
    told = {"changed_at": event.at, "was": was, "status": status, "by": event.user}
    gate.create(StatusChange, {**_belonging(found), **told})


@plugin.panel(Property, "Price history", order=110)
def price_history(record: Property, gate: Gate) -> Panel:
    """What the property has cost, with the way there; the newest first."""
    asked = select(PriceChange.changed_on, PriceChange.price, PriceChange.by).where(
        PriceChange.property == record.id
    )
    rows = [*gate.rows(asked.order_by(PriceChange.id.desc()).limit(_SHOWN))]
    people = gate.titles("user", [by for _, _, by in rows if by])
    steps = [Mark(f"{day:%d.%m.%y}", price, Money(price)) for day, price, _ in reversed(rows)]
    return Panel(
        chart=Chart("step", steps, title="Price history") if len(steps) > 1 else None,
        columns=("Day", "Price", Text("By")),
        rows=[(day, Money(price), people.get(by or 0)) for day, price, by in rows],
    )


@plugin.panel(Property, "Steps", order=120)
def steps(record: Property, gate: Gate) -> Panel:
    """How the property has stood, the newest first."""
    asked = select(StatusChange.changed_at, StatusChange.status, StatusChange.by).where(
        StatusChange.property == record.id
    )
    rows = [*gate.rows(asked.order_by(StatusChange.id.desc()).limit(_SHOWN))]
    people = gate.titles("user", [by for _, _, by in rows if by])
    return Panel(
        columns=("Day", "Status", Text("By")),
        rows=[
            (at.date(), Badge(Status(status).label, Status(status).tone), people.get(by or 0))
            for at, status, by in rows
        ],
    )


def days_on_market(listed_on: dt.date | None, closed_on: dt.date | None, today: dt.date) -> int | None:
    """How long something has been, or was, on the market."""
    return None if listed_on is None else max(0, ((closed_on or today) - listed_on).days)


def _belonging(of: Property) -> dict[str, object]:
    return {
        "name": of.address,
        "property": of.id,
        "owner": of.owner,
        "team": of.team,
    }


def _amount(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
