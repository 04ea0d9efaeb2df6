"""The next viewings, on a dashboard."""

import datetime as dt

from hookline_sdk import Figure, Gate, func, select
from sqlalchemy import Select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.viewings.data import OPEN, Viewing

_DAY = dt.timedelta(days=1)


@plugin.selection(Viewing, "In the next 24 hours")
def soon(gate: Gate, given: str) -> Select[int]:
    """Viewings that stand and begin within a day from now."""
    return select(Viewing.id).where(
        Viewing.starts_at >= gate.now,
        Viewing.starts_at < gate.now + _DAY,
        Viewing.state.in_(OPEN),
    )


@plugin.widget("Viewings in the next 24 hours")
def next_viewings(gate: Gate) -> Figure:
    """How many viewings of those in sight begin within a day from now."""
    found = select(func.count(Viewing.id)).where(Viewing.id.in_(soon(gate, "")))
    return Figure(gate.scalar(found) or 0, to="/real_estate/viewings?id.among=real_estate.soon:")
