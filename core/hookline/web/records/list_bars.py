"""What stands round a list's rows and hangs on none of them: its columns, views, menus and buttons, remembered as drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from hookline.crm.actions import named_by_actions
from hookline.crm.desks.view_presets import list_sums
from hookline.kernel.actor import Action
from hookline.kernel.schema import EntityInfo
from hookline.web.alike import alike
from hookline.web.records import bulk, exports
from hookline.web.records.addresses import PAGING, ListAddress
from hookline.web.records.cells import joined
from hookline.web.records.columns import chosen_columns, column_form, read_along, sorts
from hookline.web.records.filters import filter_menu
from hookline.web.records.groups import group_menu
from hookline.web.records.habits import ALL, Habits, without_columns
from hookline.web.records.toolbars import layouts
from hookline.web.records.views import changes, save_url, tabs, tools

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# The chips of the filters, which stand beside the bars, are drawn anew on each page, as is the form of one of them.
_NOT_ASKED: Final = PAGING | {"filter"}


@dataclass(frozen=True)
class Bars:
    """`names` are the columns, `along` the fields read for them, `labels` and `sums` those of them to name and to add up.

    The rest is markup; `bulk` the actions on many records at once.
    """

    names: Sequence[str]
    along: Sequence[str]
    labels: Sequence[str]
    sums: Sequence[str]
    bulk: Sequence[Mapping[str, Any]]
    drawn: Mapping[str, Markup]


def list_bars(visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits) -> Bars:
    """Those of the list that an address means, whichever of its pages."""
    mine = visit.signed_in
    asked = replace(asked, items=tuple(item for item in asked.items if item[0] not in _NOT_ASKED))
    liked = (habits.view, tuple(habits.columns), tuple(habits.order))
    # The menu of a view says whether that is among the favourites.
    stars = mine.stars if mine is not None and asked.get("view") else ()
    key = (info.name, asked, liked, stars)
    return alike(visit, "list bars", key, lambda: _made(visit, info, asked, habits))


def refused_bars(
    visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits
) -> Mapping[str, Markup]:
    """Those of a list whose address cannot be shown: they lead to the list of everything."""
    plain = ListAddress(asked.base)
    values = {**_menus(visit, info, plain, habits), "views": _tabs(visit, info, asked, habits)}
    return _drawn(visit, {**values, "view_changes": None})


def along(visit: "Visit", info: EntityInfo, names: Sequence[str]) -> list[str]:
    """What is read of each row: for its columns, and to tell which actions of the bar are for it."""
    return [*dict.fromkeys([*read_along(visit, info, names), *named_by_actions(visit.gate, info)])]


def _made(visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits) -> Bars:
    names = chosen_columns(visit, info, asked)
    read = along(visit, info, names)
    values = _menus(visit, info, asked, habits)
    if not asked.get("group"):
        values["sorts"] = sorts(visit, info, asked, names)
        values["column_form"] = column_form(visit, info, asked, names, habits.columns)
    sums = _sums(visit, info, [] if asked.get("group") else names)
    return Bars(names, read, joined(visit, info, read), sums, values["bulk"], _drawn(visit, values))


def _menus(visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits) -> dict[str, Any]:
    trash = asked.get("trash") == "1"
    return {
        "layouts": [] if trash else layouts(visit, info, "list", asked),
        "views": _tabs(visit, info, asked, habits), "view_changes": changes(visit, info, without_columns(asked, habits)),
        "save_view_url": save_url(info, asked), "counts_url": f"/{info.cls.slug}/views/counts",
        "filter_fields": filter_menu(visit, info, asked), "sorts": [], "groupings": group_menu(visit, info, asked),
        "column_form": None, "tools": _tools(visit, info, asked, habits, trash=trash),
        "bulk": bulk.actions(visit, info, trash=trash),
    }  # fmt: skip


def _tabs(visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits) -> Sequence[Any]:
    return tabs(visit, info, asked, habits.order, all_key=ALL if habits.view else "")


def _tools(
    visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits, *, trash: bool
) -> list[Mapping[str, Any] | str]:
    found = [*tools(visit, info, asked, habits.view)]
    if writing := exports.tools(visit, info, asked):
        found += ["-", *writing]
    if trash:
        found += ["-", {"label": visit.say("Leave the trash"), "url": asked.base, "icon": "undo-2"}]
    elif visit.gate.may(info.name, Action.delete):
        found += ["-", {"label": visit.say("Trash"), "url": f"{asked.base}?trash=1", "icon": "trash-2"}]
    return found


def _sums(visit: "Visit", info: EntityInfo, names: Sequence[str]) -> list[str]:
    readable = {f.name for f in visit.gate.readable(info)}
    return [name for name in list_sums(info, [n for n in names if n in info.fields]) if name in readable]


def _drawn(visit: "Visit", values: Mapping[str, Any]) -> Mapping[str, Markup]:
    found = visit.site.templates[visit.language].get_template("records/list_bars.html")
    context = found.new_context(dict(values))
    # The template's own markup.
    return {name: Markup("".join(block(context))) for name, block in found.blocks.items()}  # noqa: S704  # see above
