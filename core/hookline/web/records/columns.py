"""The columns of a list: which are shown, their heads, the choice of others, and the rows' cells under them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from hookline.kernel.fields import Field
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.schema import EntityInfo
from hookline.web.plugins.columns import (
    cell_renderers,
    fields_for,
    plugin_cells,
    plugin_columns,
    rendered_cells,
)  # fmt: skip
from hookline.web.plugins.shown import Shown
from hookline.web.records.addresses import ListAddress
from hookline.web.records.cells import Cell, painter
from hookline.web.records.editable import editable_names
from hookline.web.records.written_cells import writer

if TYPE_CHECKING:
    from hookline.web.visit import Visit

Row = Mapping[str, Any]
MOST: Final = 30
# Read along with every row: the currency of amounts, and what tells an old stage or a late activity.
_READ_ALONG: Final = ("currency", "stage", "done_at")
_UNSORTED: Final = frozenset(
    {"reference", "references", "user", "team", "record", "file", "multi_choice", "long_text", "address"}
)
_NUMBERS: Final = {
    "money": "money",
    "integer": "number",
    "decimal": "number",
    "percent": "number",
    "duration": "number",
}
_WIDTHS: Final = {
    "reference": "lg", "references": "lg", "email": "xl", "phone": "lg", "money": "sm", "integer": "xs",
    "percent": "xs", "yes_no": "xs",
}  # fmt: skip
# What a field is called that says how far a record has come: of several choices the one that matters most.
HOW_IT_STANDS: Final = ("status", "state")
# A time that is shown as how long ago it was.
_AGES: Final = frozenset({"stage_since"})
# Where a value stands on a phone, by kind; of several columns the first takes the place.
_AREAS: Final = {
    "money": "amount", "stage": "stage", "choice": "stage", "reference": "second", "record": "second", "user": "second",
    "datetime": "next", "date": "next",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column's head, and what paints its cells, or writes them outright. `edits` says that its values may be changed in place."""

    name: str
    label: str
    kind: str
    width: str
    area: str
    sort_url: str | None
    sorted: str
    paint: Callable[[Row], Cell]
    edits: bool = False
    write: Callable[[Row], str] | None = None


@dataclass(frozen=True)
class Choice:
    """A column in the column chooser. The links move it among the chosen ones; None where it cannot move."""

    name: str
    label: str
    checked: bool
    earlier_url: str | None
    later_url: str | None


def chosen_columns(visit: "Visit", info: EntityInfo, asked: ListAddress) -> list[str]:
    """The names of the asked columns, or of those that the declaration lists at first; the title always leads.

    Columns that are gone or hidden from this person are left out, so that a shared view serves everybody.
    """
    offered = _offered(visit, info)
    chosen = [name for name in dict.fromkeys(asked.all("column")) if name in offered]
    usual = [name for name, (_, first) in offered.items() if first]
    return list(dict.fromkeys([info.title.name, *(chosen or usual)]))[:MOST]


def read_along(visit: "Visit", info: EntityInfo, columns: Sequence[str]) -> list[str]:
    """The fields to read for these columns."""
    readable = {f.name for f in visit.gate.readable(info)}
    own = [name for name in columns if name in info.fields]
    further = [*_worked_out(visit, info, columns), *cell_renderers(visit, info, own).values()]
    wanted = [*own, *_READ_ALONG, info.cls.cover_field, *fields_for(visit, info, further)]
    return [name for name in dict.fromkeys([info.title.name, *wanted]) if name in readable]


def heads(
    visit: "Visit", info: EntityInfo, asked: ListAddress, names: Sequence[str], rows: Sequence[Row]
) -> list[Column]:
    """The columns. Plugins are asked for theirs here, once for all rows."""
    plugins = {c.key: c for c in _worked_out(visit, info, names)}
    cells = plugin_cells(visit, list(plugins.values()), rows)
    looks = rendered_cells(visit, cell_renderers(visit, info, names), rows)
    standing = next((name for name in names if name in HOW_IT_STANDS and name in info.fields), "")
    taken: set[str] = set()
    edits = editable_names(visit, info) if asked.get("trash") != "1" else frozenset()
    found = [
        _looking(_head(visit, info, asked, info.fields[name], taken, edits, standing), looks.get(name)) if name in info.fields
        else _plugin_head(name, visit.say(plugins[name].label), cells[name])
        for name in names
    ]  # fmt: skip
    return _with_amount(visit, info, asked, found)


def column_form(
    visit: "Visit", info: EntityInfo, asked: ListAddress, names: Sequence[str], kept: Sequence[str] = ()
) -> Mapping[str, Any]:
    """The column chooser: the chosen columns in their order, then the others. `kept` are those that the person has kept."""
    offered = _offered(visit, info)
    movable = [name for name in names if name != info.title.name]
    places = {name: place for place, name in enumerate(movable)}
    choices = [
        _choice(asked, name, offered[name][0], movable, places.get(name))
        for name in [*movable, *offered]
        if name != info.title.name
    ]
    unique = {choice.name: choice for choice in reversed(choices)}
    ordered = [unique[name] for name in dict.fromkeys([*movable, *offered]) if name in unique]
    query = urlencode([item for item in asked.kept("filter") if item[0] != "column"])
    return {
        "url": f"/{info.cls.slug}/columns", "query": query, "choices": ordered, "changed": bool(asked.all("column")),
        "kept": bool(kept) and list(kept) == asked.all("column"),
    }  # fmt: skip


def sorts(
    visit: "Visit", info: EntityInfo, asked: ListAddress, names: Sequence[str]
) -> list[Mapping[str, Any]]:
    """The orders that the menu offers: the shown columns, and when records were made and changed."""
    now = asked.get("sort") or info.cls.sort
    readable = {f.name for f in visit.gate.readable(info)}
    offered = dict.fromkeys([*names, "created_at", "updated_at"])
    specs = [info.fields[name] for name in offered if name in readable and _is_sortable(info.fields[name])]
    return [
        {
            "label": visit.say(spec.label), "url": _sort_url(asked, spec, now), "icon": "arrow-up-down",
            "current": now.removeprefix("-") == spec.name,
        }
        for spec in specs
    ]  # fmt: skip


def _offered(visit: "Visit", info: EntityInfo) -> dict[str, tuple[str, bool]]:
    """Every column there is for this person, with its label and whether it is shown at first."""
    fields = [f for f in visit.gate.readable(info) if not f.hidden]
    found = {f.name: (visit.say(f.label), f.list) for f in sorted(fields, key=lambda f: not f.list)}
    return found | {c.key: (visit.say(c.label), True) for c in plugin_columns(visit, info)}


def _worked_out(visit: "Visit", info: EntityInfo, names: Sequence[str]) -> list[Contribution]:
    return [column for column in plugin_columns(visit, info) if column.key in names]


def _head(
    visit: "Visit",
    info: EntityInfo,
    asked: ListAddress,
    spec: Field,
    taken: set[str],
    edits: frozenset[str],
    standing: str,
) -> Column:
    now = asked.get("sort") or info.cls.sort
    is_title = spec.name == info.title.name
    sorted_by = (
        "" if now.removeprefix("-") != spec.name else "descending" if now.startswith("-") else "ascending"
    )
    is_age = spec.name in _AGES
    kind = "main" if is_title else "age" if is_age else _NUMBERS.get(spec.kind, "text")
    width = "auto" if is_title else "sm" if is_age else _WIDTHS.get(spec.kind, "md")
    area = "main" if is_title else "none" if is_age else _AREAS.get(spec.kind, "none")
    if area in taken or (spec.kind == "choice" and standing not in ("", spec.name)):
        area = "none"
    taken.add(area)
    url = _sort_url(asked, spec, now) if _is_sortable(spec) else None
    label = visit.say("In stage" if is_age else spec.label)
    return Column(
        spec.name, label, kind, width, area, url, sorted_by, painter(visit, info, spec), spec.name in edits,
        _writer(visit, info, asked, spec, area),
    )  # fmt: skip


def _with_amount(visit: "Visit", info: EntityInfo, asked: ListAddress, columns: list[Column]) -> list[Column]:
    """On a phone the first number takes the place of the amount, where there is none."""
    first = next((column for column in columns if column.kind == "number"), None)
    if first is None or any(column.area == "amount" for column in columns):
        return columns
    moved = replace(first, area="amount")
    if first.write is not None:
        moved = replace(moved, write=_writer(visit, info, asked, info.fields[first.name], "amount"))
    return [moved if column is first else column for column in columns]


def _writer(
    visit: "Visit", info: EntityInfo, asked: ListAddress, spec: Field, area: str
) -> Callable[[Row], str] | None:
    return writer(visit, info, spec, area, opens=asked.get("trash") != "1")


def _looking(column: Column, looks: Mapping[int, Shown] | None) -> Column:
    """The column as a plugin says that its values look. The title stays the link that it is, in the plugin's words."""
    if not looks:
        return column

    def paint(row: Row) -> Cell:
        shown = looks.get(row["id"])
        if shown is None:
            return column.paint(row)
        if column.kind == "main":
            usual = column.paint(row)
            return replace(usual, text=shown.text or usual.text)
        return Cell(
            "number" if shown.number else "text", text=shown.text or None, url=shown.url, tone=shown.tone
        )

    return replace(column, paint=paint, write=None)


def _plugin_head(name: str, label: str, cells: Mapping[int, Shown]) -> Column:
    number = any(cell.number for cell in cells.values())
    blank = Shown("")

    def paint(row: Row) -> Cell:
        shown = cells.get(row["id"], blank)
        return Cell("number" if number else "text", text=shown.text or None, url=shown.url, tone=shown.tone)

    return Column(name, label, "number" if number else "text", "md", "none", None, "", paint)


def _is_sortable(spec: Field) -> bool:
    return spec.kind not in _UNSORTED and not spec.many


def _sort_url(asked: ListAddress, spec: Field, now: str) -> str:
    """By this field; the other way round when the list is sorted by it already."""
    return asked.url(sort=f"-{spec.name}" if now == spec.name else spec.name)


def _choice(asked: ListAddress, name: str, label: str, chosen: Sequence[str], place: int | None) -> Choice:
    if place is None:
        return Choice(name, label, False, None, None)
    earlier = _moved(asked, chosen, place, place - 1) if place > 0 else None
    later = _moved(asked, chosen, place, place + 1) if place < len(chosen) - 1 else None
    return Choice(name, label, True, earlier, later)


def _moved(asked: ListAddress, chosen: Sequence[str], place: int, to: int) -> str:
    names = list(chosen)
    names[place], names[to] = names[to], names[place]
    return asked.url(column=names)
