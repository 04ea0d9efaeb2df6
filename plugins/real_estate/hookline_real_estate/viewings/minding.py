"""What is minded around a viewing: what it clashes with, why it was cancelled, and what follows from it."""

import datetime as dt

from hookline_sdk import (
    Act,
    Activity,
    Form,
    Gate,
    Link,
    Mapped,
    Panel,
    Text,
    or_,
    select,
    text,
    words_for,
)

from hookline_real_estate.plugin import plugin
from hookline_real_estate.viewings.data import OPEN, Viewing, ViewingState

_TOO_NEAR = dt.timedelta(minutes=45)
_FOLLOW_UP = dt.timedelta(days=2)


class Cancelling(Form):
    """Why nobody comes."""

    because: Mapped[str] = text("Cancelled because", max_length=200)


@plugin.action(
    Viewing, "Cancel", icon="ban", asks=Cancelling, when='state = "planned" or state = "confirmed"'
)
def cancel(act: Act[Viewing, Cancelling], gate: Gate) -> Text:
    """Nobody comes; keep why."""
    values = {"state": ViewingState.cancelled, "cancelled_because": act.form.because}
    gate.update(Viewing, act.record.id, values, version=act.record.version)
    return Text("The viewing is cancelled.")


@plugin.panel(Viewing, "Clashes")
def clashes(record: Viewing, gate: Gate) -> Panel:
    """Viewings to come of the same property, or by the same person, within three quarters of an hour of this one."""
    if record.state not in OPEN:
        return Panel(empty=None)
    near = select(Viewing.id, Viewing.number, Viewing.starts_at, Viewing.property).where(
        Viewing.id != record.id,
        Viewing.state.in_(OPEN),
        Viewing.starts_at > record.starts_at - _TOO_NEAR,
        Viewing.starts_at < record.starts_at + _TOO_NEAR,
        or_(Viewing.property == record.property, Viewing.owner == record.owner),
    )
    same, busy = Text("The same property"), Text("The same person")
    return Panel(
        empty=None,
        rows=[
            (Link(number, f"real_estate_viewing:{id}"), at, same if shown == record.property else busy)
            for id, number, at, shown in gate.rows(near.order_by(Viewing.starts_at, Viewing.id).limit(8))
        ],
    )


def follow_up(gate: Gate, viewing: Viewing) -> None:
    """Remind whoever showed the property to ask the buyer again."""
    values = {
        "subject": words_for(gate, viewing.owner, Text("Ask again: %(number)s", number=viewing.number)),
        "about": f"real_estate_viewing:{viewing.id}",
        "contact": viewing.contact,
        "due_at": gate.now + _FOLLOW_UP,
    }
    gate.create(Activity, {**values, "owner": viewing.owner, "team": viewing.team})
