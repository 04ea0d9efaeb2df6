"""Exports from a list: its records as filtered or ticked, with the shown columns, as a file.

The file is made page by page while it is sent, each page in a short reading transaction of its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from hookline.crm.export_files import FORMATS, MOST_XLSX, write_csv, write_json, write_xlsx
from hookline.crm.exports import Value, file_value, json_value, remember_export
from hookline.errors import Invalid, NotSignedIn, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.listing import ListQuery, count_all, fetch
from hookline.kernel.schema import EntityInfo
from hookline.web import guard
from hookline.web.plugin_columns import plugin_cells, plugin_columns
from hookline.web.records.addresses import ListAddress, read_query, sent_address
from hookline.web.records.cells import joined
from hookline.web.records.columns import chosen_columns, read_along
from hookline.web.records.controls import Control
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_PAGE: Final = 500
_NAMES: Final[Mapping[str, str]] = {"csv": "CSV", "xlsx": "Excel", "json": "JSON"}


@dataclass(frozen=True)
class _Export:
    """What is written: the entity's records of `query` with the columns `names`."""

    info: EntityInfo
    names: Sequence[str]
    query: ListQuery
    format: str


def tools(visit: "Visit", info: EntityInfo, asked: ListAddress) -> list[Mapping[str, Any]]:
    """What the menu of a list offers, with the right to export."""
    if not visit.gate.may(info.name, Action.export):
        return []
    url = f"/{info.cls.slug}/export"
    return [
        {
            "label": visit.say(Text("Export as %(format)s", format=label)), "icon": "download", "method": "post",
            "url": f"{url}?{urlencode({'format': name, 'query': asked.query})}",
        }
        for name, label in _NAMES.items()
    ]  # fmt: skip


def choose(visit: "Visit", entity: str) -> Answer:
    """Ask which kind of file the ticked records go into."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.export)
    kept = [
        Control("hidden", name, value=value)
        for name in ("id", "all", "query")
        for value in visit.values(name)
    ]
    ways = Control("radio", "format", visit.say("Kind of file"), "csv", choices=list(_NAMES.items()))
    page = FormPage(
        title=visit.say(Text("Export: %(what)s", what=Text(info.cls.plural))), action=f"/{info.cls.slug}/export",
        sections=[Section("", [ways, *kept])], submit=visit.say("Export"), cancel_url=sent_address(visit, info).url(),
        crumbs=crumbs_to(visit, info),
    )  # fmt: skip
    return show_form(visit, page)


def write(visit: "Visit", entity: str) -> Answer:
    """The file. That it was made is written into the history before the first line leaves."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.export)
    asked, format = _asked(visit, info), visit.value("format") or visit.query.get("format", "")
    if format not in FORMATS:
        raise Invalid([Problem("format", Text("%(value)s is not one of the choices.", value=format[:40]))])
    readable = {spec.name for spec in visit.gate.readable(info)}
    # A list shows a number in the place of a hidden title; a file has no column for it.
    names = [n for n in chosen_columns(visit, info, asked) if n in readable or n not in info.fields]
    query = read_query(visit.gate, info, asked, read_along(visit, info, names), may=Action.export)
    export = _Export(
        info, names, replace(query, ids=_ids(visit), limit=_PAGE, after="", before="", offset=0), format
    )
    count = count_all(visit.gate, info, export.query, visit.reader)
    if format == "xlsx" and count > MOST_XLSX:
        raise Invalid([Problem("format", Text("That is too much for one sheet. Take CSV."))])
    remember_export(visit.gate, info, rows=count, format=format, columns=names, query=asked.query)
    name = f"{info.cls.slug.replace('/', '-')}-{visit.fmt.today.isoformat()}.{format}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Answer(_file(visit, export), media_type=FORMATS[format], headers=headers)


def _asked(visit: "Visit", info: EntityInfo) -> ListAddress:
    """The list meant: of the form over it, or of the address that its menu posts to."""
    if visit.value("query") or visit.values("id"):
        return sent_address(visit, info)
    return sent_address(visit, info, visit.query.get("query", ""))


def _ids(visit: "Visit") -> Sequence[int] | None:
    """The ticked records; None for all that the list finds."""
    ids = [int(id) for id in visit.values("id") if id.isascii() and id.isdecimal() and len(id) < 19]
    return None if visit.value("all") or not ids else ids


def _file(visit: "Visit", export: _Export) -> Iterator[bytes]:
    if export.format == "json":
        return write_json(["id", *export.names], _lines(visit, export))
    heads = [visit.say(label) for label in _labels(visit, export)]
    if export.format == "csv":
        return write_csv(heads, _lines(visit, export), visit.language)
    return write_xlsx(heads, _lines(visit, export))


def _lines(visit: "Visit", export: _Export) -> Iterator[list[object]]:
    """Every record as the values of its columns, read page by page."""
    after = ""
    while True:
        with _reading(visit, export.info.name) as reading:
            labels = joined(reading, export.info, export.query.columns)
            query = replace(export.query, after=after)
            page = fetch(reading.gate, export.info, query, reading.reader, labels=labels)
            values = _values(reading, export, page.rows)
            lines = [[value(row) for value in values] for row in page.rows]
        yield from lines
        after = page.next
        if not after:
            return


@contextmanager
def _reading(visit: "Visit", entity: str) -> Iterator["Visit"]:
    """The same request once more, in a transaction of its own: the door's is over when the file is made.

    Who asks is found out anew for each page, so that rights taken away meanwhile end the file.
    """
    with visit.site.installation.database.read() as tx:
        again = guard.enter(visit.site, tx, visit.request, visit.form, visit.body, api=False)
        if again.signed_in is None:
            raise NotSignedIn
        again.gate.must(entity, Action.export)
        yield again


def _values(visit: "Visit", export: _Export, rows: Sequence[Mapping[str, Any]]) -> list[Value]:
    info, as_json = export.info, export.format == "json"
    chosen = [column for column in plugin_columns(visit, info) if column.key in export.names]
    cells = plugin_cells(visit, chosen, rows)
    found: list[Value] = [lambda row: row["id"]] if as_json else []
    for name in export.names:
        if name not in info.fields:
            found.append(_plugin_value(cells[name]))
            continue
        found.append(
            json_value(info.fields[name])
            if as_json
            else file_value(visit.gate, info.fields[name], visit.reader)
        )
        if name == _currency_after(export) and not as_json:
            found.append(lambda row: row["currency"])
    return found


def _plugin_value(cells: Mapping[int, Any]) -> Value:
    def value(row: Mapping[str, Any]) -> object:
        shown = cells.get(row["id"])
        plain = shown.plain if shown and shown.plain is not None else shown.text if shown else None
        return safe_cell(plain) if isinstance(plain, str) else plain

    return value


def _labels(visit: "Visit", export: _Export) -> list[str]:
    columns = {column.key: column.label for column in plugin_columns(visit, export.info)}
    found = []
    for name in export.names:
        found.append(export.info.fields[name].label if name in export.info.fields else columns[name])
        if name == _currency_after(export):
            found.append("Currency")
    return found


def _currency_after(export: _Export) -> str:
    """The first amount among the columns: the currency of all stands beside it."""
    amounts = (n for n in export.names if n in export.info.fields and export.info.fields[n].kind == "money")
    return next(amounts, "") if "currency" in export.query.columns and "currency" not in export.names else ""
