"""The list of any entity: columns, filters, order, pages, views and what can be done with many records at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.filters import read_conditions
from hookline.kernel.listing import ListQuery, Page, Totals, fetch, totals
from hookline.kernel.schema import EntityInfo
from hookline.web.records.cells import Cell, joined, painter

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

RESERVED: Final = frozenset({"q", "sort", "after", "before", "offset", "column", "columns", "view", "layout", "group", "filter", "fragment", "lang", "trash", "pipeline_view"})  # fmt: skip
_AREAS: Final = {"money": "amount", "stage": "stage", "choice": "stage", "ref": "second", "activity": "next"}

_WIDTHS: Final = {
    "reference": "lg", "references": "lg", "email": "xl", "phone": "lg", "money": "sm", "integer": "xs", "percent": "xs", "yes_no": "xs", "stage": "md",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column's head."""

    name: str
    label: str
    kind: str
    width: str
    sort_url: str | None
    sorted: str


@dataclass(frozen=True)
class Line:
    """A row of the list."""

    id: int
    title: str
    url: str
    edit_url: str | None
    menu_url: str | None
    cells: list[Cell]


def show(visit: "Visit", entity: str) -> "Answer":
    """The list."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.read)
    query = read_query(visit, info)
    page = fetch(visit.gate, info, query, visit.reader, labels=joined(visit, info, query.columns))
    sums = [name for name in query.columns if info.fields[name].kind == "money"]
    found = totals(visit.gate, info, query, visit.reader, sums)
    return visit.page("records/list.html", block="records", **_context(visit, info, query, page, found))


def read_query(visit: "Visit", info: EntityInfo) -> ListQuery:
    """The list that the address asks for."""
    params = visit.request.query_params
    items = [(name, value) for name, value in params.multi_items() if name not in RESERVED]
    return ListQuery(
        conditions=read_conditions(visit.gate, info, items),
        words=visit.query.get("q", ""),
        sort=visit.query.get("sort", ""),
        columns=_columns(visit, info, params.getall("column", [])),
        after=visit.query.get("after", ""),
        before=visit.query.get("before", ""),
        trash=visit.query.get("trash") == "1",
    )


def _columns(visit: "Visit", info: EntityInfo, asked: Sequence[str]) -> list[str]:
    """The asked columns, or those that the declaration lists at first; the title always leads."""
    readable = {f.name for f in visit.gate.readable(info) if not f.hidden}
    chosen = [name for name in asked if name in readable] or [f.name for f in info.fields.values() if f.list and f.name in readable]
    needed = [n for n in ("currency", "stage", "done_at") if n in info.fields]
    return [*dict.fromkeys([info.title.name, *chosen]), *(n for n in needed if n not in chosen)]


def _context(visit: "Visit", info: EntityInfo, query: ListQuery, page: Page, found: Totals) -> Mapping[str, Any]:
    shown = [info.fields[n] for n in query.columns if not info.fields[n].hidden and (n not in ("stage", "done_at") or info.fields[n].list)]
    painters = [painter(visit, info, spec) for spec in shown]
    rows = [_line(info, row, painters) for row in page.rows]
    base = f"/{info.cls.slug}"
    plain = not (query.conditions or query.words or query.trash)
    return {
        "page_title": visit.say(info.cls.plural), "title": visit.say(info.cls.plural), "count": _count(visit, found),
        "layouts": layouts(visit, info, "list"), "views": [], "save_view_url": "",
        "search": {"url": base, "q": query.words, "hidden": _kept(visit, "q")}, "filters": [], "filter_fields": [], "filter_edit": None,
        "sorts": _sorts(visit, info, query), "column_form": None, "tools": [],
        "columns": [_head(visit, info, spec, query) for spec in shown], "rows": rows,
        "range": _range(visit, rows, found), "sums": _sums(visit, info, found),
        "prev_url": visit.address(after=None, before=page.previous) if page.previous else None,
        "next_url": visit.address(before=None, after=page.next) if page.next else None,
        "bulk": [], "bulk_url": f"{base}/bulk", "empty": None if rows or not plain else _empty(visit, info),
    }  # fmt: skip


def _line(info: EntityInfo, row: Mapping[str, Any], painters: Sequence[Any]) -> Line:
    url = f"/{info.cls.slug}/{row['id']}"
    cells = [paint(row) for paint in painters]
    for cell in cells:
        cell.area = "main" if cell.kind == "main" else _AREAS.get(cell.kind, "none")
    return Line(row["id"], row[info.title.name] or f"#{row['id']}", url, f"{url}/edit", None, cells)


def _head(visit: "Visit", info: EntityInfo, spec: Field, query: ListQuery) -> Column:
    sort = query.sort or info.cls.sort
    now = "" if sort.removeprefix("-") != spec.name else "descending" if sort.startswith("-") else "ascending"
    url = None if spec.many else visit.address(sort=f"-{spec.name}" if now == "ascending" else spec.name, after=None, before=None)
    kind = "main" if spec.name == info.title.name else {"money": "money", "integer": "number", "decimal": "number", "percent": "number"}.get(spec.kind, "text")
    width = "auto" if kind == "main" else _WIDTHS.get(spec.kind, "md")
    return Column(spec.name, visit.say(spec.label), kind, width, url, now)


def _sorts(visit: "Visit", info: EntityInfo, query: ListQuery) -> list[Mapping[str, Any]]:
    names = [info.title.name, *(f.name for f in info.fields.values() if f.list and f.name != info.title.name and not f.many), "created_at"]
    readable = {f.name for f in visit.gate.readable(info)}
    return [
        {"label": visit.say(info.fields[n].label), "url": visit.address(sort=n, after=None, before=None), "icon": "arrow-up-down", "current": query.sort == n}
        for n in dict.fromkeys(names) if n in readable
    ]  # fmt: skip


def _count(visit: "Visit", found: Totals) -> str:
    return f"{visit.fmt.number(found.count - 1)}+" if found.capped else visit.fmt.number(found.count)


def _range(visit: "Visit", rows: Sequence[Line], found: Totals) -> str:
    return f"{len(rows)} / {_count(visit, found)}"


def _sums(visit: "Visit", info: EntityInfo, found: Totals) -> list[Mapping[str, str]]:
    if found.sums is None:
        return []
    return [
        {"label": visit.say(info.fields[name].label), "text": " + ".join(visit.fmt.money(amount, currency or None) for currency, amount in by.items())}
        for name, by in found.sums.items() if by
    ]  # fmt: skip


def layouts(visit: "Visit", info: EntityInfo, current: str) -> list[Mapping[str, Any]]:
    """List, board and calendar, where the entity's fields allow them."""
    base = f"/{info.cls.slug}"
    kinds = {f.kind for f in visit.gate.readable(info) if not f.hidden and f.section != "System"}
    found = [("list", "List", base, "list")]
    if {"stage", "choice"} & kinds:
        found.append(("board", "Board", f"{base}/board", "kanban"))
    if {"date", "datetime"} & kinds:
        found.append(("calendar", "Calendar", f"{base}/calendar", "calendar"))
    return [{"label": visit.say(label), "url": url, "icon": icon, "current": name == current} for name, label, url, icon in found]


def _kept(visit: "Visit", *without: str) -> list[tuple[str, str]]:
    dropped = {*without, "after", "before"}
    return [(name, value) for name, value in visit.request.query_params.multi_items() if name not in dropped]


def _empty(visit: "Visit", info: EntityInfo) -> Mapping[str, Any]:
    may = visit.gate.may(info.name, Action.create)
    action = {"label": visit.say("New"), "url": f"/{info.cls.slug}/new"} if may else None
    text = visit.say("Make the first one, or import a file.") if may else ""
    return {"icon": info.cls.icon, "title": visit.say("Nothing here yet"), "text": text, "action": action}


