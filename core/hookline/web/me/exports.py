"""/exports: a person's own large exports, while they are made and until they are forgotten."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from hookline.crm.audit.trail import note
from hookline.crm.exports.files import FORMAT_NAMES
from hookline.crm.exports.kept import KEPT, KeptExport, fetch_export, get_export, list_exports
from hookline.errors import Text
from hookline.web.again import again
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.records.exports import file_answer
from hookline.web.visit import Answer, Visit

door = Doors()

_PIECE: Final = 1024 * 1024


@door("GET", "/exports", needs=SIGNED_IN)
def show_all(visit: Visit) -> Answer:
    """The latest ones."""
    found = [_line(visit, export) for export in list_exports(visit.gate)]
    return visit.page(
        "records/exports.html", page_title=visit.say("Your exports"), exports=found, days=KEPT.days
    )


@door("GET", "/exports/{id:int}", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """How far one has come, and the button that fetches it."""
    export = get_export(visit.gate, visit.path_id)
    return visit.page(
        "records/export.html",
        block="export",
        page_title=visit.say("Export"),
        crumbs=[{"label": visit.say("Your exports"), "url": "/exports"}],
        export=_line(visit, export),
        days=KEPT.days,
    )


@door("POST", "/exports/{id:int}/file", needs=SIGNED_IN)
def fetch(visit: Visit) -> Answer:
    """The file. A post, because it is told the audit log."""
    export = get_export(visit.gate, visit.path_id)
    path = fetch_export(visit.gate, visit.site.settings.data_dir, export.id)
    note(
        visit.gate,
        "export.fetched",
        entity=export.entity,
        format=export.format,
        rows=export.rows,
        job=export.id,
    )
    return file_answer(
        visit, visit.gate.schema[export.entity], export.format, _pieces(visit, export.id, path)
    )


def _pieces(visit: Visit, id: int, path: Path) -> Iterator[bytes]:
    """The file in pieces, each asked for with the rights of its moment."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            with again(visit) as reading:
                fetch_export(reading.gate, reading.site.settings.data_dir, id)
            yield piece


def _line(visit: Visit, export: KeptExport) -> Mapping[str, Any]:
    info = visit.gate.schema.entities.get(export.entity)
    what = visit.say(info.cls.plural) if info else export.entity
    return {
        "title": visit.say(Text("%(what)s as %(format)s", what=what, format=FORMAT_NAMES[export.format])),
        "url": f"/exports/{export.id}",
        "ordered": visit.fmt.datetime(export.ordered_at),
        "until": visit.fmt.datetime(export.until) if export.until else "",
        "done": export.done,
        "total": export.total,
        "rows": export.rows,
        "state": _state(export),
    }


def _state(export: KeptExport) -> str:
    if export.running:
        return "running"
    if export.failed or export.refused:
        return "refused" if export.refused else "failed"
    return "ready" if export.file else "gone"
