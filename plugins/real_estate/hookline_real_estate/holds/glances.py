"""How long each hold still lasts, in their list."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hookline_sdk import Badge, Gate, Text, Value

from hookline_real_estate.holds.data import Hold, HoldState
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
