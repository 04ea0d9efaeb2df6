"""Districts lie within each other: whoever means one means all that lie below it."""

from collections.abc import Collection

from hookline_sdk import BeforeSave, Gate, Text, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import District


def below(gate: Gate, districts: Collection[int]) -> set[int]:
    """These districts and all that lie within them, at whatever depth. One statement."""
    within: dict[int, list[int]] = {}
    for id, above in gate.rows(select(District.id, District.within)):
        within.setdefault(above, []).append(id)
    found: set[int] = set()
    waiting = list(districts)
    while waiting:
        id = waiting.pop()
        if id not in found:
            found.add(id)
            waiting += within.get(id, ())
    return found


@plugin.before_save(District)
def refuse_circles(event: BeforeSave[District]) -> None:
    """No district lies within itself, however long the way round."""
    above = event.values.get("within")
    if event.before is not None and above is not None and above in below(event.gate, [event.before.id]):
        event.reject(Text("It would lie within itself."), "within")
