"""Occasions: what on a record is worth telling somebody else: given to them, mentioning them, moved while it is theirs."""

from collections.abc import Iterator, Mapping
from typing import Any

from hookline.crm.core import core
from hookline.crm.notifications.tables import Kind
from hookline.crm.notifications.telling import News, tell
from hookline.crm.pipelines import pipelines
from hookline.kernel.entity import Record
from hookline.kernel.followers import Saved
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo

Values = Mapping[str, Any]


@core.follow(Record)
def tell_of_changes(gate: Gate, info: EntityInfo, what: str, saved: Saved) -> None:
    """Tell of what was saved, as part of the save. What seeds and migrations write is no news; what jobs do is."""
    if (
        what not in ("created", "changed")
        or not info.cls.menu
        or (gate.actor.user is None and not gate.cause)
    ):
        return
    for id, _, before, after in saved:
        for user, kind, word, stage in _occasions(gate, info, before, after):
            tell(gate.tx, News(user, kind, info.name, id, gate.now, gate.actor.user, word, stage))


def _occasions(
    gate: Gate, info: EntityInfo, before: Values, after: Values
) -> Iterator[tuple[int, Kind, str, int | None]]:
    """Whom it concerns, why, and what became of it."""
    if _is_given(info, before, after):
        yield after["owner"], Kind.assigned, "", None
    elif _is_moved(info, before, after):
        stage = pipelines(gate).stages.get(after["stage"])
        word = stage.kind if stage is not None and stage.kind in ("won", "lost") else ""
        yield before["owner"], Kind.moved, word, after["stage"]
    if "mentions" in info.cls.many and "mentions" in after:
        for user in sorted({*(after["mentions"] or ())} - {*(before.get("mentions") or ())}):
            yield user, Kind.mention, "", None


def _is_given(info: EntityInfo, before: Values, after: Values) -> bool:
    """Whether it begins to be somebody's. What is done already needs nobody."""
    if not info.owned or after.get("owner") in (None, before.get("owner")):
        return False
    done = after["done_at"] if "done_at" in after else before.get("done_at")
    return done is None


def _is_moved(info: EntityInfo, before: Values, after: Values) -> bool:
    """Whether what was somebody's already goes to another stage."""
    went = info.is_staged and after.get("stage") not in (None, before.get("stage"))
    return bool(went and before.get("owner") is not None)
