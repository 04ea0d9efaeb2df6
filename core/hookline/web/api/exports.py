"""/api/v1/exports: the files that plugins write of records, filtered as lists are."""

from collections.abc import Callable
from typing import IO, Final

from hookline.crm.exports.choosing import Export, note_export
from hookline.crm.foreign_files import write_file
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.lists.listing import ListQuery, count_all
from hookline.kernel.plugins.contributions import Contribution
from hookline.web.again import again
from hookline.web.api.queries import read_list
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.records.exports import foreign_answer
from hookline.web.visit import Answer, Visit

door = Doors()

# A file is of whole records, and of all of them.
_MEANT_FOR_LISTS: Final = ("fields", "limit", "after", "count", "trash")


def _prepare(visit: Visit) -> Callable[[], object]:
    exporter = _exporter(visit)

    def work() -> IO[bytes]:
        with again(visit) as reading:
            query = _query(reading, exporter)
            return write_file(reading.gate, exporter, query, reading.reader, visit.site.settings.base_url)

    return work


@door(
    "GET", "/api/v1/exports/{plugin:str}/{name:str}", needs=SIGNED_IN, api=True, first=_prepare, commits=True
)
def export(visit: Visit) -> Answer:
    """The file, told the audit log before it leaves."""
    exporter = _exporter(visit)
    query = _query(visit, exporter)
    info = visit.gate.schema[exporter.entity or ""]
    count = count_all(visit.gate, info, query, visit.reader)
    asked = str(visit.request.url.query)
    note_export(visit.gate, Export(info, [], query, exporter.key), rows=count, asked=asked)
    return foreign_answer(exporter, visit.prepared)


def _exporter(visit: Visit) -> Contribution:
    key = "{plugin}.{name}".format_map(visit.request.path_params)
    found = visit.gate.host.find("exporter", key)
    if found is None or visit.gate.host.paused(found):
        raise NotFound
    visit.gate.must(found.entity or "", Action.export)
    return found


def _query(visit: Visit, exporter: Contribution) -> ListQuery:
    known = visit.request.query_params.dict()
    text = Text("This parameter is for lists only.")
    if problems := [Problem(name, text) for name in _MEANT_FOR_LISTS if name in known]:
        raise Invalid(problems)
    return read_list(visit, visit.gate.schema[exporter.entity or ""]).query
