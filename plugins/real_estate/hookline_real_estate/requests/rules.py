"""What is asked of requests before they are saved, and which districts they mean."""

from collections.abc import Collection, Mapping

from hookline_sdk import BeforeSave, Change, Gate, Text, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import District
from hookline_real_estate.requests.data import Request, RequestState
from hookline_real_estate.requests.wishes import kept_ids

_RANGES = ("price", "area", "rooms", "floor")


@plugin.before_save(Request)
def check_ranges(event: BeforeSave[Request]) -> None:
    """A range begins before it ends."""
    for name in _RANGES:
        least, most = (getattr(event.record, f"{name}_{end}") for end in ("from", "to"))
        if least is not None and most is not None and most < least:
            event.reject(Text("This is less than where the range begins."), f"{name}_to")


@plugin.before_save(Request)
def keep_districts(event: BeforeSave[Request]) -> None:
    """Beside the districts that are chosen stand all that lie within them, and those that lie beside them."""
    chosen = event.record.districts
    event.values.update(_meant(chosen, _tree(event.gate)) if chosen else {"within": None, "around": None})


@plugin.after_commit(District, fields=("within",))
def follow_districts(event: Change, gate: Gate) -> None:
    """When a district moves, or there is a new one within others, requests mean others than before."""
    meant = select(Request.id).where(Request.within.is_not(None), Request.state == RequestState.open)
    for (id,) in gate.rows(meant.order_by(Request.id)):
        gate.update(Request, id, {"within": None})


def _tree(gate: Gate) -> dict[int, int | None]:
    """Each district with the one it lies within."""
    return {row.id: row.within for row in gate.rows(select(District.id, District.within))}


def _meant(chosen: Collection[int], tree: Mapping[int, int | None]) -> dict[str, str | None]:
    """The districts that fit, and those beside them: what lies within the same larger one."""
    fitting = {id for id in tree if _lies_within(id, set(chosen), tree)}
    larger = {above for id in chosen if (above := tree.get(id)) is not None}
    beside = {id for id in tree if _lies_within(id, larger, tree)} - fitting
    return {"within": kept_ids(fitting), "around": kept_ids(beside)}


def _lies_within(id: int, those: Collection[int], tree: Mapping[int, int | None]) -> bool:
    """Whether a district is one of those or lies within one. A circle ends where it began."""
    seen: set[int] = set()
    at: int | None = id
    while at is not None and at not in seen:
        if at in those:
            return True
        seen.add(at)
        at = tree.get(at)
    return False
