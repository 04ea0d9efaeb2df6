"""Viewings: the route of a day, confirming one, and what both sides said of it afterwards."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from hookline_sdk import (
    Act,
    Address,
    Badge,
    BeforeSave,
    Contact,
    Form,
    Gate,
    Link,
    Mapped,
    Page,
    PageRequest,
    Panel,
    Text,
    choice,
    long_text,
    select,
)

from hookline_real_estate.plugin import MENU, plugin
from hookline_real_estate.properties.data import Property
from hookline_real_estate.viewings.data import Liking, Viewing, ViewingState
from hookline_real_estate.viewings.minding import follow_up

_MAP = "https://yandex.ru/maps/?rtt=auto&rtext="


@dataclass(frozen=True)
class Stop:
    """A viewing on the route of a day."""

    id: int
    number: str
    starts_at: dt.datetime
    state: ViewingState
    property: int
    where: str
    contact: int
    who: str


class Feedback(Form):
    """What came of a viewing."""

    liking: Mapped[str] = choice("Liking", Liking)
    buyer_says: Mapped[str | None] = long_text("What the buyer says")
    seller_says: Mapped[str | None] = long_text("What the seller says")


@plugin.page("Route of the day", menu=MENU, icon="map-pin", order=50)
def route(asked: PageRequest, gate: Gate) -> Page:
    """One's own viewings of a day in their order, and the way between them on a map."""
    today = asked.reader.today
    day = _day(asked.query.get("day", ""), today)
    stops, places = _stops(gate, day, asked)
    told = {
        "day": day,
        "today": today,
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "stops": stops,
        "map": _MAP + "~".join(quote(place, safe="") for place in places) if places else "",
    }
    return Page("route.html", told)


@plugin.action(Viewing, "Confirm", icon="circle-check", when='state = "planned"')
def confirm(act: Act[Viewing], gate: Gate) -> Text:
    """The buyer has said that they come."""
    gate.update(Viewing, act.record.id, {"state": ViewingState.confirmed}, version=act.record.version)
    return Text("The viewing is confirmed.")


@plugin.action(Viewing, "Feedback", icon="message-square", asks=Feedback, when='state != "cancelled"')
def feedback(act: Act[Viewing, Feedback], gate: Gate) -> Text:
    """It took place; keep what both sides said."""
    said = {
        "liking": act.form.liking,
        "buyer_says": act.form.buyer_says,
        "seller_says": act.form.seller_says,
    }
    gate.update(Viewing, act.record.id, {"state": ViewingState.done, **said}, version=act.record.version)
    if act.form.liking == Liking.thinks:
        follow_up(gate, act.record)
    return Text("The feedback is kept.")


@plugin.before_save(Viewing)
def check_viewing(event: BeforeSave[Viewing]) -> None:
    """Of a viewing that took place it is known how the property was liked."""
    if event.record.state == ViewingState.done and not event.record.liking:
        event.reject("Say how the buyer liked it.", "liking")


@plugin.panel(Property, "How it was liked")
def liked(record: Property, gate: Gate) -> Panel:
    """What came of the last viewings of a property, for its owner."""
    found = select(Viewing.id, Viewing.number, Viewing.starts_at, Viewing.liking, Viewing.buyer_says).where(
        Viewing.property == record.id, Viewing.state == ViewingState.done
    )
    rows = gate.rows(found.order_by(Viewing.starts_at.desc(), Viewing.id).limit(8))
    return Panel(
        empty=Text("What buyers say of it after a viewing stands here."),
        rows=[
            (
                Link(number, f"real_estate_viewing:{id}"),
                at,
                Badge(Liking(liking).label, Liking(liking).tone) if liking else None,
                says,
            )
            for id, number, at, liking, says in rows
        ],
    )


def _day(said: str, today: dt.date) -> dt.date:
    """The day of the address; today where there is none. The ends of the calendar have no day beside them."""
    try:
        found = dt.date.fromisoformat(said)
    except ValueError:
        return today
    return found if 1 < found.year < 9999 else today


def _stops(gate: Gate, day: dt.date, asked: PageRequest) -> tuple[list[Stop], list[str]]:
    """The viewings of a day, and the places to go to."""
    start = dt.datetime.combine(day, dt.time(), asked.reader.zone_info)
    found = select(
        Viewing.id, Viewing.number, Viewing.starts_at, Viewing.state, Viewing.property, Viewing.contact
    ).where(
        Viewing.owner == gate.actor.user,
        Viewing.starts_at >= start,
        Viewing.starts_at < start + dt.timedelta(days=1),
        Viewing.state != ViewingState.cancelled,
    )
    rows = list(gate.rows(found.order_by(Viewing.starts_at, Viewing.id)))
    shown = select(Property.id, Property.address, Property.place).where(
        Property.id.in_({row.property for row in rows})
    )
    where = {id: (address, place) for id, address, place in gate.rows(shown)}
    people = select(Contact.id, Contact.name).where(Contact.id.in_({row.contact for row in rows}))
    who = {row.id: row.name for row in gate.rows(people)}
    stops = [
        Stop(
            row.id,
            row.number,
            row.starts_at,
            ViewingState(row.state),
            row.property,
            where.get(row.property, ("", None))[0],
            row.contact,
            who.get(row.contact, ""),
        )
        for row in rows
    ]
    return stops, [_place(*where[row.property]) for row in rows if row.property in where]


def _place(address: str, place: Address | None) -> str:
    """What a map finds."""
    return ", ".join(filter(None, (place.street, place.city, place.country))) if place else address
