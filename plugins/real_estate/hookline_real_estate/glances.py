"""What is seen at a glance: in the list of holds how long each still lasts, and today's viewings on a dashboard."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hookline_sdk import Badge, Figure, Gate, Text, Value, func, select

from hookline_real_estate.data import Hold, HoldState, Viewing, ViewingState
from hookline_real_estate.plugin import plugin

_SOON = dt.timedelta(days=1)
_HOUR = dt.timedelta(hours=1)


@plugin.cell(Hold, "until", fields=("state", "paid"))
def until(rows: list[dict[str, Any]], gate: Gate) -> Mapping[int, Value]:
    """Of a hold that ends within a day, how many hours it still has. A paid one does not end."""
    left = {
        row["id"]: row["until"] - gate.now
        for row in rows
        if row["state"] == HoldState.active and not row["paid"] and row["until"] is not None
    }
    return {
        id: Badge(
            Text("%(hours)s h left", hours=max(time // _HOUR, 0)), "red" if time < _SOON / 4 else "amber"
        )
        for id, time in left.items()
        if time <= _SOON
    }


@plugin.widget("Viewings in the next 24 hours")
def next_viewings(gate: Gate) -> Figure:
    """How many viewings of those in sight begin within a day from now."""
    found = select(func.count(Viewing.id)).where(
        Viewing.starts_at >= gate.now,
        Viewing.starts_at < gate.now + _SOON,
        Viewing.state.in_((ViewingState.planned, ViewingState.confirmed)),
    )
    return Figure(gate.scalar(found) or 0, to="/x/real_estate/route")
