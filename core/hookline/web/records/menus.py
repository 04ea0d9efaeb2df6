"""The menu of one record in a list or on a board: what this person may do with it, without opening it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.whole import Whole, read_whole
from hookline.web.records.own_actions import items
from hookline.web.records.reach import ways

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

Items = list[Mapping[str, Any] | str]


def show(visit: "Visit", entity: str) -> "Answer":
    """The items; without script a page of them."""
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    menu = (
        _in_trash(visit, record)
        if record.trashed
        else [
            *_open(visit, record),
            *_reach(visit, record),
            *stage_items(visit, record),
            *_own(visit, record),
            *_remove(visit, record),
        ]
    )
    crumbs = [{"label": visit.say(record.info.cls.plural), "url": f"/{record.info.cls.slug}"}]
    return visit.page(
        "records/menu.html",
        block="items",
        page_title=record.title,
        title=record.title,
        crumbs=crumbs,
        menu=menu,
    )


def _open(visit: "Visit", record: Whole) -> Items:
    items: Items = [{"label": visit.say("Open record"), "url": record.url, "icon": "external-link"}]
    if record.may(Action.edit):
        items.append(
            {"label": visit.say("Edit"), "url": f"{record.url}/edit", "icon": "pencil", "dialog": True}
        )
    return items


def _reach(visit: "Visit", record: Whole) -> Items:
    """Calls, letters and messages to whom the record names."""
    found = ways(visit, record)
    return ["-", *found] if found else []


def _own(visit: "Visit", record: Whole) -> Items:
    """What plugins let people do with it."""
    found = items(visit, record)
    return ["-", *found] if found else []


def stage_items(visit: "Visit", record: Whole) -> Items:
    """The stages a record may be moved to from where it stands."""
    stages = visit.pipelines.stages
    now = stages.get(record.values.get("stage") or 0) if record.info.is_staged else None
    if now is None or not record.may(Action.edit):
        return []
    line = visit.pipelines.by_id[now.pipeline].stages
    open_ones = [
        s
        for s in line
        if s.kind == "open" and s.id != now.id and (not now.next_stages or s.id in now.next_stages)
    ]
    items = [
        {
            "label": visit.say(Text("Move to %(stage)s", stage=stage.name)), "url": f"{record.url}/stage?stage={stage.id}",
            "icon": "arrow-right", "dialog": True,
        }
        for stage in open_ones
    ]  # fmt: skip
    return ["-", *items] if items else []


def _remove(visit: "Visit", record: Whole) -> Items:
    if not record.may(Action.delete):
        return []
    return [
        "-",
        {
            "label": visit.say("Delete"),
            "url": f"{record.url}/trash",
            "icon": "trash-2",
            "method": "post",
            "danger": True,
        },
    ]


def _in_trash(visit: "Visit", record: Whole) -> Items:
    if not record.may(Action.delete):
        return [{"label": visit.say("You may not restore this.")}]
    return [
        {
            "label": visit.say("Restore"),
            "url": f"{record.url}/restoration",
            "icon": "undo-2",
            "method": "post",
        }
    ]
