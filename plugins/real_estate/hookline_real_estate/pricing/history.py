"""What a unit has cost: each price since when, and who set it or which re-pricing."""

from collections.abc import Iterator

from hookline_sdk import Gate, Link, Money, Panel, Text, User, Value, Write, select

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.plugin import plugin
from hookline_real_estate.pricing.data import Repricing, UnitPrice


@plugin.around_write(Unit)
def keep_prices(write: Write[Unit], gate: Gate) -> Iterator[None]:
    """Keep each price that somebody sets, in the same transaction. A re-pricing keeps its own."""
    yield
    kept = []
    for record in write.records:
        before = record.before.price if record.before else None
        if "price" not in record.values or record.values["price"] == before or record.values.get("repricing"):
            continue
        number = record.values.get("number") or (record.before.number if record.before else "")
        kept.append(
            {
                "note": number,
                "unit": record.id,
                "changed_at": gate.now,
                "before": before,
                "price": record.values["price"],
                "changed_by": gate.actor.user,
            }
        )
    if kept:
        gate.as_house(Text("prices of units")).create_many(UnitPrice, kept)


@plugin.panel(Unit, "Price history", order=205)
def unit_prices(record: Unit, gate: Gate) -> Panel:
    """What the unit has cost, the newest first."""
    found = select(UnitPrice.changed_at, UnitPrice.price, UnitPrice.changed_by, UnitPrice.repricing).where(
        UnitPrice.unit == record.id
    )
    rows = list(gate.rows(found.order_by(UnitPrice.id.desc()).limit(12)))
    people = gate.titles(User.__tablename__, [row.changed_by for row in rows if row.changed_by])
    names = gate.titles(Repricing.__tablename__, [row.repricing for row in rows if row.repricing])
    shown: list[tuple[Value, ...]] = [
        (
            row.changed_at,
            Money(row.price) if row.price is not None else None,
            Link(names[row.repricing], f"real_estate_repricing:{row.repricing}")
            if row.repricing in names
            else people.get(row.changed_by, ""),
        )
        for row in rows
    ]
    return Panel(columns=(Text("When"), "Price", Text("By")), rows=shown)
