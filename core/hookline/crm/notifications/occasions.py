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
from hookline.kernel.titles import keys_by_entity

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
        for user, kind, word, detail in _occasions(gate, info, before, after):
            tell(gate.tx, News(user, kind, info.name, id, gate.now, gate.actor.user, word, detail))
        for user in _mentioned(info, before, after):
            entity, record = _stands_with(info, id, before, after)
            tell(gate.tx, News(user, Kind.mention, entity, record, gate.now, gate.actor.user, detail=id))


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


def _mentioned(info: EntityInfo, before: Values, after: Values) -> list[int]:
    """Who is mentioned and was not before."""
    if "mentions" not in info.cls.many or "mentions" not in after:
        return []
    return sorted({*(after["mentions"] or ())} - {*(before.get("mentions") or ())})


def _stands_with(info: EntityInfo, id: int, before: Values, after: Values) -> tuple[str, int]:
    """The record that a text is about: it may be seen by somebody who may not see the text itself."""
    for entity, ids in keys_by_entity([after.get("about", before.get("about"))]).items():
        return entity, next(iter(ids))
    return info.name, id


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
