"""Doors of files: keeping one with a record, and taking it away again; never shown inside a page of ours."""

from typing import Final
from urllib.parse import quote

from hookline.crm.files import keep_file, open_file
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.whole import read_whole
from hookline.web.activities import stay
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.records.composer import FILE, Refusal
from hookline.web.visit import Answer, Visit

door = Doors()
# Whatever a file says it is: it is saved, not opened, and could do nothing if it were opened.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def upload(visit: Visit, entity: str) -> Answer:
    """Keep a file with a record: POST /deals/7/files."""
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    if record.trashed:
        raise NotFound
    sent = visit.upload("file") or visit.upload("photo")
    if sent is None:
        return stay(visit, record, Refusal(FILE, {}, [Problem("file", Text("Choose a file."))]))
    try:
        settings = visit.site.settings
        keep_file(
            visit.gate,
            settings.files_dir,
            sent.filename,
            sent.file.read(),
            record.key,
            further_types=settings.further_file_types,
        )
    except Invalid as refusal:
        return stay(visit, record, Refusal(FILE, {}, refusal.problems))
    return stay(visit, record, done=Text("Uploaded."))


@door("GET", "/files/{id:int}/content", needs=SIGNED_IN)
def download(visit: Visit) -> Answer:
    """The file itself, to be saved."""
    file, path = open_file(visit.gate, visit.site.settings.files_dir, visit.path_id)
    # Its name may be hidden from this person.
    name = file.name or f"file-{file.id}"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Answer(
        path.read_bytes(), 200, "application/octet-stream", {**_HEADERS, "Content-Disposition": disposition}
    )
