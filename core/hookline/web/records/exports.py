"""Exports from a list: its records as filtered or ticked, with the shown columns, as a file.

The file is made page by page while it is sent, each page in a short reading transaction of its own.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import IO, TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlencode

from hookline.crm.exports.choosing import Export, Value, heads, lines, note_export, read_page, written
from hookline.crm.exports.files import FORMAT_NAMES, FORMATS, MOST_XLSX
from hookline.crm.exports.kept import LARGE, order_export
from hookline.crm.foreign_files import find_exporter, list_exporters, write_file
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.lists.listing import ListQuery, count_all
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.schema import EntityInfo
from hookline.web.again import again
from hookline.web.plugins.columns import plugin_cells, plugin_columns
from hookline.web.records.addresses import ListAddress, read_query, sent_address
from hookline.web.records.columns import chosen_columns, read_along
from hookline.web.records.controls import Control
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_PIECE: Final = 64 * 1024


def tools(visit: "Visit", info: EntityInfo, asked: ListAddress) -> list[Mapping[str, Any]]:
    """What the menu of a list offers, with the right to export."""
    if not visit.gate.may(info.name, Action.export):
        return []
    url = f"/{info.cls.slug}/export"
    kept = {"label": visit.say("Your exports"), "icon": "folder-down", "url": "/exports"}
    ways = [
        {
            "label": visit.say(Text("Export as %(format)s", format=label)), "icon": "download", "method": "post",
            "url": f"{url}?{urlencode({'format': name, 'query': asked.query})}",
        }
        for name, label in _formats(visit, info)
    ]  # fmt: skip
    if own := list_exporters(visit.gate.host, info.name):
        of = urlencode({"exporter": own[0].key, "query": asked.query})
        kept_up = {"label": visit.say("Address for a program"), "icon": "link", "url": f"/me/feeds?{of}"}
        return [*ways, kept_up, kept]
    return [*ways, kept]


def choose(visit: "Visit", entity: str) -> Answer:
    """Ask which kind of file the ticked records go into."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.export)
    kept = [
        Control("hidden", name, value=value)
        for name in ("id", "all", "query")
        for value in visit.values(name)
    ]
    ways = Control("radio", "format", visit.say("Kind of file"), "csv", choices=_formats(visit, info))
    page = FormPage(
        title=visit.say(Text("Export: %(what)s", what=Text(info.cls.plural))), action=f"/{info.cls.slug}/export",
        sections=[Section("", [ways, *kept])], submit=visit.say("Export"), cancel_url=sent_address(visit, info).url(),
        crumbs=crumbs_to(visit, info),
    )  # fmt: skip
    return show_form(visit, page)


def prepare(visit: "Visit", entity: str) -> Callable[[], object]:
    """What a plugin's exporter writes is written before anything is locked. Nothing where Hookline writes the file itself."""
    info = visit.gate.schema[entity]
    exporter = find_exporter(visit.gate.host, entity, _format(visit))
    if exporter is None or not visit.gate.may(info.name, Action.export):
        return lambda: None

    def work() -> IO[bytes]:
        with again(visit) as reading:
            query = _of_plugin(reading, info)
            return write_file(reading.gate, exporter, query, reading.reader, visit.site.settings.base_url)

    return work


def write(visit: "Visit", entity: str) -> Answer:
    """The file. That it was made is told the audit log before the first line leaves; a large one is left to a worker."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.export)
    asked, format = _asked(visit, info), _format(visit)
    if visit.prepared is not None:
        return _own_file(visit, info, asked)
    if format not in FORMATS:
        raise Invalid([Problem("format", Text("%(value)s is not one of the choices.", value=format[:40]))])
    names = chosen_columns(visit, info, asked)
    query = read_query(visit.gate, info, asked, read_along(visit, info, names), may=Action.export)
    export = Export(info, names, replace(query, ids=_ids(visit), after="", before="", offset=0), format)
    count = count_all(visit.gate, info, export.query, visit.reader)
    if format == "xlsx" and count > MOST_XLSX:
        raise Invalid([Problem("format", Text("That is too much for one sheet. Take CSV."))])
    # Columns that plugins work out are known to the web only.
    if count > LARGE and all(name in info.fields for name in names):
        titles = _titles(visit, export)
        id = order_export(
            visit.gate, export, asked.filters, visit.reader, titles=titles, total=count, asked=asked.query
        )
        return visit.see(f"/exports/{id}")
    note_export(visit.gate, export, rows=count, asked=asked.query)
    pieces = written(export, _titles(visit, export), _lines(visit, export), visit.language)
    return file_answer(visit, info, format, pieces)


def file_answer(visit: "Visit", info: EntityInfo, format: str, pieces: Iterator[bytes]) -> Answer:
    """A file to be saved, named by what is in it and the day."""
    name = f"{info.cls.slug.replace('/', '-')}-{visit.fmt.today.isoformat()}.{format}"
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return Answer(pieces, media_type=FORMATS[format], headers=headers)


def _own_file(visit: "Visit", info: EntityInfo, asked: ListAddress) -> Answer:
    """What a plugin's exporter has written, told the audit log before it leaves."""
    exporter = find_exporter(visit.gate.host, info.name, _format(visit))
    if exporter is None:
        raise NotFound
    query = _of_plugin(visit, info)
    count = count_all(visit.gate, info, query, visit.reader)
    note_export(visit.gate, Export(info, [], query, exporter.key), rows=count, asked=asked.query)
    return foreign_answer(exporter, visit.prepared)


def foreign_answer(exporter: Contribution, file: IO[bytes]) -> Answer:
    """A plugin's file to be saved, in pieces."""
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(exporter.options['file'])}",
        "Cache-Control": "private, no-store",
    }
    return Answer(pieces_of(file), media_type=exporter.options["media_type"], headers=headers)


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """A file from where it stands to its end; then it is closed."""
    with file:
        while piece := file.read(_PIECE):
            yield piece


def _of_plugin(visit: "Visit", info: EntityInfo) -> ListQuery:
    query = read_query(visit.gate, info, _asked(visit, info), (), may=Action.export)
    return replace(query, ids=_ids(visit), after="", before="", offset=0)


def _formats(visit: "Visit", info: EntityInfo) -> list[tuple[str, str]]:
    """The kinds of files, those that plugins write last."""
    own = list_exporters(visit.gate.host, info.name)
    return [*FORMAT_NAMES.items(), *((exporter.key, visit.say(exporter.label)) for exporter in own)]


def _format(visit: "Visit") -> str:
    return visit.value("format") or visit.query.get("format", "")


def _asked(visit: "Visit", info: EntityInfo) -> ListAddress:
    """The list meant: of the form over it, or of the address that its menu posts to."""
    if visit.value("query") or visit.values("id"):
        return sent_address(visit, info)
    return sent_address(visit, info, visit.query.get("query", ""))


def _ids(visit: "Visit") -> Sequence[int] | None:
    """The ticked records; None for all that the list finds."""
    ids = [id for written in visit.values("id") if (id := id_in(written))]
    return None if visit.value("all") or not ids else ids


def _lines(visit: "Visit", export: Export) -> Iterator[list[object]]:
    """Every record as the values of its columns, page by page, each with the rights of its moment.

    Whoever has lost the session or the right meanwhile gets no further one: the file breaks off.
    """
    after = ""
    while True:
        with again(visit) as reading:
            page = read_page(reading.gate, export, reading.reader, after)
            others = _worked_out(reading, export, page.rows)
            found = lines(reading.gate, export, reading.reader, page.rows, others)
        yield from found
        after = page.next
        if not after:
            return


def _worked_out(visit: "Visit", export: Export, rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Value]:
    """The values of the columns that plugins work out."""
    chosen = [column for column in plugin_columns(visit, export.info) if column.key in export.names]
    cells = plugin_cells(visit, chosen, rows)
    return {key: _plugin_value(found) for key, found in cells.items()}


def _plugin_value(cells: Mapping[int, Any]) -> Value:
    def value(row: Mapping[str, Any]) -> object:
        shown = cells.get(row["id"])
        plain = shown.plain if shown and shown.plain is not None else shown.text if shown else None
        return safe_cell(plain) if isinstance(plain, str) else plain

    return value


def _titles(visit: "Visit", export: Export) -> list[str]:
    others = {column.key: column.label for column in plugin_columns(visit, export.info)}
    return [visit.say(label) for label in heads(export, others)]
