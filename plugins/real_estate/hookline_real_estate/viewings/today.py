"""The viewings of today, beside the agenda of My day."""

import datetime as dt

from hookline_sdk import Figure, Gate, Place, Text, func, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.viewings.data import OPEN, Viewing


@plugin.block("my_day.side", "Viewings today")
def viewings_today(at: Place, gate: Gate) -> Figure:
    """How many of one's own viewings begin today."""
    start = dt.datetime.combine(at.reader.today, dt.time(), at.reader.zone_info)
    found = select(func.count(Viewing.id)).where(
        Viewing.owner == gate.actor.user,
        Viewing.starts_at >= start,
        Viewing.starts_at < start + dt.timedelta(days=1),
        Viewing.state.in_(OPEN),
    )
    return Figure(gate.scalar(found) or 0, to="/x/real_estate/route", note=Text("to the route of the day"))
