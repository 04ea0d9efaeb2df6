"""Files of other programs: what exporters of plugins write, and what importers of plugins read, both through the gate."""

import csv
import json
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from io import BytesIO, TextIOWrapper
from tempfile import TemporaryFile
from typing import IO, Any, Final

from hookline.crm.exports.choosing import PAGE, must_export
from hookline.errors import Invalid, Problem, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.entity import Record
from hookline.kernel.exchange import ExportRun, ForeignRow, ImportFile
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import ListQuery, fetch
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.schema import EntityInfo

_FAILED: Final = Text("The plugin %(plugin)s failed with this file. Reference: %(reference)s.")


def list_exporters(host: PluginHost, entity: str) -> list[Contribution]:
    """The kinds of files that plugins write of an entity's records."""
    return list(host.contributions("exporter", entity))


def find_exporter(host: PluginHost, entity: str, key: str) -> Contribution | None:
    """One of them, by its key, "<plugin>.<function>"."""
    return next((c for c in list_exporters(host, entity) if c.key == key), None)


def list_importers(host: PluginHost) -> list[Contribution]:
    """The kinds of foreign files that plugins read."""
    return [c for c in host.of_kind("importer") if not host.paused(c)]


def write_file(
    gate: Gate, exporter: Contribution, query: ListQuery, reader: Reader, base_url: str
) -> IO[bytes]:
    """The whole file, on disk and not in memory, open at its beginning; of the records that the query finds and the actor may export.

    Invalid when the exporter fails: there is no half file.
    """
    info = gate.schema[exporter.entity or ""]
    run = ExportRun(_pages(gate, info, query, reader), base_url.rstrip("/"), gate.now)
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115  # handed on open
    try:
        gate.host.watched(exporter, partial(_write, exporter, file)).call(run, gate)
    except BaseException as error:
        file.close()
        if isinstance(error, Refused) or not isinstance(error, Exception):
            raise
        raise _blamed(gate.host, exporter, "format") from error
    file.seek(0)
    return file


def read_file(gate: Gate, importer: Contribution, name: str, content: bytes) -> bytes:
    """A foreign file as a table (CSV) for the import's steps. Invalid when the importer fails, or finds nothing."""
    try:
        found: bytes = gate.host.watched(importer, partial(_table, importer)).call(
            ImportFile(name, content), gate
        )
    except Refused:
        raise
    except Exception as error:
        raise _blamed(gate.host, importer, "file") from error
    return found


def _pages(gate: Gate, info: EntityInfo, query: ListQuery, reader: Reader) -> Iterator[list[Record]]:
    columns = [f.name for f in gate.readable(info) if not f.many]
    links = [f.name for f in gate.readable(info) if f.many]
    asked = replace(query, columns=columns, limit=PAGE, before="", offset=0, may=Action.export)
    after: str | None = ""
    while after is not None:
        must_export(gate, info, ())
        page = fetch(gate, info, replace(asked, after=after), reader, links=links)
        if page.rows:
            # However many pages there are, each is a sign of life.
            gate.host.watch.alive()
            yield [gate.typed(info.cls, row) for row in page.rows]
        after = page.next or None


def _write(exporter: Contribution, file: IO[bytes], run: ExportRun[Record], gate: Gate) -> None:
    answer: str | bytes | Iterable[str | bytes] = exporter.call(run, gate)
    for piece in [answer] if isinstance(answer, str | bytes) else answer:
        file.write(piece.encode() if isinstance(piece, str) else piece)


def _table(importer: Contribution, brought: ImportFile, gate: Gate) -> bytes:
    """The rows with every column that any of them has. They are laid on disk first: the last may bring a new one."""
    rows: Iterable[ForeignRow] = importer.call(brought, gate)
    columns: dict[str, None] = {}
    with TemporaryFile("w+", encoding="utf-8") as held:
        for row in rows:
            gate.host.watch.alive()
            columns.update(dict.fromkeys(str(name) for name in row))
            held.write(json.dumps({str(name): _written(value) for name, value in row.items()}) + "\n")
        if not columns:
            raise Invalid([Problem("file", Text("There is nothing in this file that could be imported."))])
        held.seek(0)
        found = BytesIO()
        text = TextIOWrapper(found, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(columns)
        for line in held:
            cells: dict[str, str] = json.loads(line)
            writer.writerow([cells.get(name, "") for name in columns])
        return found.getvalue()


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _blamed(host: PluginHost, contribution: Contribution, field: str) -> Invalid:
    failure = host.failed(contribution, traceback.format_exc(limit=-20))
    text = Text(_FAILED.msgid, plugin=contribution.plugin, reference=failure.reference)
    return Invalid([Problem(field, text)])
