"""What a partner has brought, on its page; and how long each fixation still holds, in their list."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from hookline_sdk import Badge, Gate, Link, Panel, Text, Value, func, select

from hookline_real_estate.partners.data import Fixation, FixationState, Partner
from hookline_real_estate.plugin import plugin

_DAY = dt.timedelta(days=1)
_SOON = 3 * _DAY


@plugin.panel(Partner, "What it has brought")
def brought(partner: Partner, gate: Gate) -> Panel:
    """How many clients the partner has fixed, and what became of them."""
    counted = (
        select(Fixation.state, func.count(Fixation.id))
        .where(Fixation.partner == partner.id)
        .group_by(Fixation.state)
    )
    numbers = dict(map(tuple, gate.rows(counted)))
    return Panel(
        rows=[
            (Badge(state.label, state.tone), Link(numbers[state], _list_of(partner, state)))
            for state in FixationState
            if state in numbers
        ]
    )


@plugin.cell(Fixation, "until", fields=("state",))
def until(rows: list[dict[str, Any]], gate: Gate) -> Mapping[int, Value]:
    """Of a valid fixation that ends within three days, how many it still has."""
    left = {
        row["id"]: row["until"] - gate.now
        for row in rows
        if row["state"] == FixationState.valid and row["until"] is not None
    }
    return {
        id: Badge(Text("%(days)s d left", days=max(time // _DAY, 0)), "red" if time < _DAY else "amber")
        for id, time in left.items()
        if time <= _SOON
    }


def _list_of(partner: Partner, state: FixationState) -> str:
    return f"/real_estate/fixations?partner={partner.id}&state={state}"
