"""The bars above a list, a board or a calendar: saved views, filters, search."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from hookline.kernel.lists.filters import Condition
from hookline.kernel.schema import EntityInfo
from hookline.web.records import filters, views
from hookline.web.records.addresses import ListAddress
from hookline.web.records.phrases import Names

if TYPE_CHECKING:
    from hookline.web.visit import Visit


def toolbar(
    visit: "Visit", info: EntityInfo, asked: ListAddress, conditions: Sequence[Condition], names: Names
) -> Mapping[str, Any]:
    """What the templates of all three need. `names` are the titles of the records that the conditions name."""
    return {
        "views": views.tabs(visit, info, asked),
        "save_view_url": views.save_url(info, asked),
        "search": {"url": asked.base, "q": asked.get("q"), "hidden": asked.kept("q", "filter")},
        "filters": filters.chips(visit, info, asked, conditions, names),
        "filter_fields": filters.filter_menu(visit, info, asked),
        "filter_edit": filters.editor(visit, info, asked, conditions),
    }


def layouts(
    visit: "Visit", info: EntityInfo, current: str, asked: ListAddress | None = None
) -> list[Mapping[str, Any]]:
    """List, board and calendar, where the entity's fields allow them. With an address they keep its filters."""
    base = f"/{info.cls.slug}"
    query = f"?{asked.query}" if asked and asked.query else ""
    kinds = {f.kind for f in visit.gate.readable(info) if not f.hidden and f.section != "System"}
    found = [("list", visit.say("List"), base, "list")]
    if {"stage", "choice"} & kinds:
        found.append(("board", visit.say("Board"), f"{base}/board", "kanban"))
    if {"date", "datetime"} & kinds:
        found.append(("calendar", visit.say("Calendar"), f"{base}/calendar", "calendar"))
    return [
        {"label": label, "url": url + query, "icon": icon, "current": name == current}
        for name, label, url, icon in found
    ]
