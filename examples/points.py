"""Points for what people buy, from whatever plugin sells it: this one imports none of them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from hookline_sdk import Catalog, Contact, Event, Gate, Mapped, Plugin, Purchase, func, integer, select, text

plugin = Plugin("points", label="Points")

WELCOME = 10


class Line(Catalog, plugin=plugin, title="source", icon="star"):
    """Points of one contact, for one thing. The contact is a bare number, so that points keep nobody from being erased."""

    source: Mapped[str] = text("Source", unique=True, list=True)
    contact: Mapped[int] = integer("Contact number")
    points: Mapped[int] = integer("Points", list=True)
    event: Mapped[int] = integer("Event", hidden=True, default=0)


class Paid(Event, of="billing.invoice_paid"):
    """Another plugin's, heard by its name: the fields that matter here."""

    contact: int | None = None


@plugin.on(Purchase)
def count_points(event: Purchase, gate: Gate) -> None:
    """A point for each whole unit. What is told again, or late, counts once: the newest event of a source stands."""
    if event.contact is None:
        return
    _keep(gate, event.source, event.contact, 0 if event.reversed else int(event.amount.amount), event.id)


@plugin.on(Paid)
def thank_for_paying(event: Paid, gate: Gate) -> None:
    if event.contact is not None:
        _keep(gate, f"paid:{event.id}", event.contact, 5, event.id)


@plugin.provides("billing.discount")
def regulars(contact: Contact, gate: Gate) -> Decimal | None:
    """Five per cent from a hundred points on."""
    return Decimal(5) if _points(gate, contact.id) >= 100 else None


@plugin.follow(Contact)
def welcome(
    gate: Gate, info: Any, what: str, saved: Sequence[tuple[int, int, Mapping[str, Any], Mapping[str, Any]]]
) -> None:
    """In the same transaction: nobody is ever there without it."""
    if what == "created":
        lines = [{"source": f"welcome:{id}", "contact": id, "points": WELCOME} for id, *_ in saved]
        gate.create_many(Line, lines)


@plugin.forget(Contact)
def forget(gate: Gate, info: Any, ids: Sequence[int]) -> None:
    """Who is erased for good takes the points along."""
    gate.erase_many(
        Line, [id for row in gate.rows(select(Line.id).where(Line.contact.in_(ids))) for id in row]
    )


@plugin.personal_data(Contact)
def points_of(contact: Contact, gate: Gate) -> Mapping[str, object]:
    return {"Points": _points(gate, contact.id)}


@plugin.erase_personal_data(Contact)
def wipe(contact: Contact, gate: Gate) -> None:
    forget(gate, None, [contact.id])


def _points(gate: Gate, contact: int) -> int:
    return int(gate.scalar(select(func.sum(Line.points)).where(Line.contact == contact)) or 0)


def _keep(gate: Gate, source: str, contact: int, points: int, event: int) -> None:
    there = next(iter(gate.rows(select(Line.id, Line.event).where(Line.source == source))), None)
    given = {"contact": contact, "points": points, "event": event}
    if there is None:
        gate.create(Line, {"source": source, **given})
    elif there.event < event:
        gate.update(Line, there.id, given)
