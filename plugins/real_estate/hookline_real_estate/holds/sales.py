"""A unit that is sold, and one whose sale has fallen through, told to whoever wants to hear it."""

from collections.abc import Mapping, Sequence
from typing import Any

from hookline_sdk import Event, Gate

from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.plugin import plugin

Saved = Sequence[tuple[int, int, Mapping[str, Any], Mapping[str, Any]]]


class UnitSold(Event, plugin=plugin):
    """A unit has been sold to a contact; with `reversed` it is theirs no longer. `hold` is the hold that says so."""

    hold: int
    unit: int
    contact: int
    reversed: bool = False


@plugin.follow(Hold)
def tell_of_sales(gate: Gate, info: object, what: str, saved: Saved) -> None:
    """Told in the transaction that sells it, by whatever way it was sold."""
    for id, _version, before, values in saved:
        was = before.get("state") == HoldState.sold and what != "created"
        after = {**before, **values}
        now = after.get("state") == HoldState.sold and what != "trashed"
        if was != now:
            told = UnitSold(hold=id, unit=after["unit"], contact=after["contact"], reversed=was)
            gate.emit(told, about=f"real_estate_hold:{id}")
