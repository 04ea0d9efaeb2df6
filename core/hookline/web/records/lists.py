"""The list of any entity: columns, filters, order, pages, views and what can be done with many records at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from hookline.errors import Invalid, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.lists.listing import LABEL, MAY, PAGE, ListQuery, Page, Totals, fetch, fetch_counted
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import keys_by_entity, titles_of
from hookline.web.plugins.blocks import blocks
from hookline.web.records import bulk
from hookline.web.records.addresses import ListAddress, read_address, read_query
from hookline.web.records.cells import joined
from hookline.web.records.columns import Column, chosen_columns, heads
from hookline.web.records.filters import Chip, editor
from hookline.web.records.filters import chips as filter_chips
from hookline.web.records.groups import grouping, written_sum
from hookline.web.records.habits import Habits, opened, read_habits
from hookline.web.records.list_bars import along, list_bars, refused_bars
from hookline.web.records.phrases import Names, named_records
from hookline.web.records.rows import Line, draw_cell, draw_rows, row_words

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit


def show(visit: "Visit", entity: str) -> "Answer":
    """The list."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.read)
    habits = read_habits(visit, info)
    asked = opened(visit, info, read_address(visit, info), habits)
    try:
        return (_groups if asked.get("group") else _list)(visit, info, asked, habits)
    except Invalid as refusal:
        return _refused(visit, info, asked, habits, refusal)


def draw_row(visit: "Visit", info: EntityInfo, asked: ListAddress, id: int) -> str:
    """One row of the list as its address shows it; "" when this person does not see the record."""
    names = chosen_columns(visit, info, asked)
    read = along(visit, info, names)
    query = ListQuery(ids=(id,), columns=read, judged=Action.edit, limit=1)
    page = fetch(visit.gate, info, query, visit.reader, labels=joined(visit, info, read))
    _name_records(visit, info, query, page.rows)
    columns = heads(visit, info, asked, names, page.rows)
    lines = _lines(visit, info, query, columns, page.rows)
    return draw_rows(lines, bool(bulk.actions(visit, info, trash=False)), row_words(visit))


def _list(visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits) -> "Answer":
    bars = list_bars(visit, info, asked, habits)
    query = replace(read_query(visit.gate, info, asked, bars.along), judged=Action.edit)
    page, found = fetch_counted(visit.gate, info, query, visit.reader, labels=bars.labels, sums=bars.sums)
    if _is_gone(query, page):
        return visit.see(asked.url())
    known = _name_records(visit, info, query, page.rows)
    columns = heads(visit, info, asked, bars.names, page.rows)
    rows = _lines(visit, info, query, columns, page.rows)
    chips = filter_chips(visit, info, asked, query.conditions, known)
    context = {
        **_frame(visit, info, asked, query, bars=bars.drawn, found=found), "filters": chips, "columns": columns, "rows": rows,
        **_paging(visit, asked, query, page, found), "sums": _written_sums(visit, info, found),
        "bulk": bool(bars.bulk), "drawn": draw_rows(rows, bool(bars.bulk), row_words(visit)),
        "empty": None if rows else _empty(visit, info, asked, query, chips),
    }  # fmt: skip
    return visit.page("records/list.html", block="records", **context)


def _groups(visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits) -> "Answer":
    """The list put together by a field: a line for each value, which leads to its records."""
    bars = list_bars(visit, info, asked, habits)
    query = read_query(visit.gate, info, asked)
    known = titles_of(visit.gate, named_records(info, query.conditions))
    groups = grouping(visit, info, asked, query, bars.sums)
    chips = filter_chips(visit, info, asked, query.conditions, known)
    empty = None if groups.lines else _empty(visit, info, asked, query, chips)
    context = {
        **_frame(visit, info, asked, query, bars=bars.drawn, found=Totals(groups.count)), "filters": chips,
        "groups": groups, "empty": empty,
    }  # fmt: skip
    return visit.page("records/list.html", block="records", **context)


def _refused(
    visit: "Visit", info: EntityInfo, asked: ListAddress, habits: Habits, refusal: Invalid
) -> "Answer":
    """The list's frame round what is wrong with its address."""
    plain = ListAddress(asked.base)
    reasons = " ".join(visit.say(problem.text) for problem in refusal.problems)
    action = {"label": visit.say("Clear filters"), "url": asked.base, "icon": "x"}
    title = visit.say("This list cannot be shown")
    context = {
        **_frame(visit, info, plain, ListQuery(), bars=refused_bars(visit, info, asked, habits), found=None),
        "empty": {"icon": "triangle-alert", "title": title, "text": reasons, "action": action, "second": None, "narrowing": ()},
    }  # fmt: skip
    return visit.page("records/list.html", block="records", status=422, **context)


def _frame(
    visit: "Visit",
    info: EntityInfo,
    asked: ListAddress,
    query: ListQuery,
    *,
    bars: Mapping[str, Markup],
    found: Totals | None,
) -> Mapping[str, Any]:
    """What stands round the rows, and nothing where they would stand."""
    title = visit.say(info.cls.plural)
    if query.trash:
        title = visit.say(Text("Trash: %(what)s", what=title))
    return {
        "page_title": title, "title": title, "count": _count(visit, found) if found else "", "total": found.count if found else 0,
        "bars": bars, "search": {"url": asked.base, "q": asked.get("q"), "hidden": asked.kept("q", "filter")}, "filters": [],
        "filter_edit": editor(visit, info, asked, query.conditions),
        "create_url": f"/{info.cls.slug}/new" if visit.gate.may(info.name, Action.create) else "",
        "blocks": [] if query.trash else blocks(visit, "list.top", info), "groups": None,
        "columns": [], "rows": [], "drawn": "", "range": "", "sums": [], "prev_url": None,
        "next_url": None, "bulk": False, "bulk_url": f"{asked.base}/bulk", "bulk_query": asked.query, "empty": None,
    }  # fmt: skip


def _is_gone(query: ListQuery, page: Page) -> bool:
    """Whether the page that a cursor leads to is not there any more, or not whole: then the first one is better."""
    cut_short = bool(query.before) and not page.previous and len(page.rows) < query.limit
    return cut_short or (bool(query.after) and not page.rows)


def _name_records(
    visit: "Visit", info: EntityInfo, query: ListQuery, rows: Sequence[Mapping[str, Any]]
) -> Names:
    """The titles of the records that filters name and that rows are about, in one question."""
    about = [name for name in query.columns if info.fields[name].kind == "record"]
    wanted = named_records(info, query.conditions)
    for entity, ids in keys_by_entity(row[name] for row in rows for name in about).items():
        wanted.setdefault(entity, set()).update(ids)
    known = titles_of(visit.gate, wanted)
    for row in rows if about else ():
        for name in about:
            key = key_in(row[name])
            row[name + LABEL] = known.get(key) if key else None  # type: ignore[index]  # a page's rows are dicts
    return known


def _lines(
    visit: "Visit",
    info: EntityInfo,
    query: ListQuery,
    columns: Sequence[Column],
    rows: Sequence[Mapping[str, Any]],
) -> list[Line]:
    base, title = f"/{info.cls.slug}", info.title.name
    edits = visit.gate.may(info.name, Action.edit) and not query.trash
    closed = bulk.closed_to(visit, info)
    words = row_words(visit)
    lines = []
    for row in rows:
        url = f"{base}/{row['id']}"
        way = "" if query.trash else url
        cells = [
            column.write(row) if column.write else draw_cell(column.paint(row), column.area, way, words)
            for column in columns
        ]
        lines.append(
            Line(
                row["id"], row.get(title) or f"#{row['id']}", way, f"{url}/menu", edits and row.get(MAY, 1) == 1, cells, closed(row)
            )
        )  # fmt: skip
    return lines


def _paging(
    visit: "Visit", asked: ListAddress, query: ListQuery, page: Page, found: Totals
) -> Mapping[str, Any]:
    """The neighbours of the page, and where it stands. Its place rides along in the address; at both ends it is known."""
    shown = len(page.rows)
    number = query.offset + 1 if query.offset else asked.number if page.previous else 1
    if not page.next and not found.capped:
        number = max(1, found.count - shown + 1)
    words = Text(
        "%(first)s–%(last)s of %(count)s", first=number, last=number + shown - 1, count=_count(visit, found)
    )
    return {
        "range": visit.say(words) if shown else "",
        "prev_url": asked.url(before=page.previous, at=max(1, number - PAGE)) if page.previous else None,
        "next_url": asked.url(after=page.next, at=number + shown) if page.next else None,
    }


def _count(visit: "Visit", found: Totals) -> str:
    return f"{visit.fmt.number(found.count - 1)}+" if found.capped else visit.fmt.number(found.count)


def _written_sums(visit: "Visit", info: EntityInfo, found: Totals) -> list[Mapping[str, str]]:
    return [
        {"label": visit.say(info.fields[name].label), "text": written_sum(visit, by_currency)}
        for name, by_currency in (found.sums or {}).items() if by_currency
    ]  # fmt: skip


def _empty(
    visit: "Visit", info: EntityInfo, asked: ListAddress, query: ListQuery, narrowing: Sequence[Chip]
) -> Mapping[str, Any]:
    """What an empty list says: that there is nothing yet and how to begin, or that nothing fits and what to take away."""
    found: dict[str, Any] = {"icon": info.cls.icon, "action": None, "second": None, "narrowing": ()}
    if query.conditions or query.words:
        plain = f"{asked.base}?trash=1" if query.trash else asked.base
        clear = {"label": visit.say("Clear filters"), "url": plain, "icon": "x"}
        text = visit.say("Take one of these away, or search for something else.")
        words = [Chip(visit.say("Search"), f"“{query.words}”", "", asked.url(q=None))] if query.words else []
        told = {"icon": "search", "title": visit.say("Nothing fits"), "text": text, "action": clear}
        return {**found, **told, "narrowing": [*words, *narrowing]}
    if query.trash:
        text = visit.say("Records that somebody deletes stay here until they are restored.")
        return {**found, "icon": "trash-2", "title": visit.say("The trash is empty"), "text": text}
    title, may = visit.say("Nothing here yet"), visit.gate.may(info.name, Action.create)
    if not may:
        if info.cls.by_house:
            return {
                **found,
                "title": title,
                "text": visit.say("The house writes these by itself, as things happen."),
            }
        return {**found, "title": title, "text": visit.say("As soon as somebody makes one, it stands here.")}
    action = {"label": visit.say("Create"), "url": f"{asked.base}/new", "icon": "plus"}
    second = (
        {"label": visit.say("Import a file"), "url": "/imports", "icon": "upload"}
        if visit.gate.actor.may("imports")
        else None
    )
    text = visit.say("Make the first one, or import a file." if second else "Make the first one.")
    return {**found, "title": title, "text": text, "action": action, "second": second}
