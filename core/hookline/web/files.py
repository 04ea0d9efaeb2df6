"""Doors of files: keeping one with a record, looking at what can be looked at safely, and taking it away again."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

from hookline.crm.file_kinds import shown_as
from hookline.crm.files import File, keep_file, open_file
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.whole import read_whole
from hookline.web.activities import stay
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.records.composer import FILE, Refusal
from hookline.web.records.form_page import crumbs_to
from hookline.web.visit import Answer, Visit

door = Doors()
# Whatever a file says it is: it is saved, not opened, and could do nothing if it were opened.
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}
# A browser's own viewer does not start in a sandbox; it has one of its own, and no page of ours stands round it.
_PDF_POLICY: Final = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
)
_MOST_TEXT: Final = 200_000


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
    headers = {**_HEADERS, "Content-Disposition": _disposition("attachment", file)}
    return Answer(path.read_bytes(), 200, "application/octet-stream", headers)


@door("GET", "/files/{id:int}/preview", needs=SIGNED_IN)
def preview(visit: Visit) -> Answer:
    """What is in a file, as a page and in the dialog: a picture, text as text, or the way to the browser's own viewer."""
    file, path = open_file(visit.gate, visit.site.settings.files_dir, visit.path_id)
    kind = shown_as(file.content_type or "")
    title = file.name or f"#{file.id}"
    return visit.page(
        "records/preview.html", block="preview", page_title=title, title=title, kind=kind, url=f"/files/{file.id}",
        text=_text(path) if kind == "text" else "", in_dialog=visit.is_htmx, size=visit.fmt.number(max(1, (file.size or 0) // 1024)),
        crumbs=crumbs_to(visit, visit.gate.schema[File]),
    )  # fmt: skip


@door("GET", "/files/{id:int}/view", needs=SIGNED_IN)
def view(visit: Visit) -> Answer:
    """A picture or a PDF as what it is. Its kind was found from its bytes when it was kept; of anything else there is no view."""
    file, path = open_file(visit.gate, visit.site.settings.files_dir, visit.path_id)
    kind = shown_as(file.content_type or "")
    if kind not in ("picture", "pdf"):
        raise NotFound
    headers = {**_HEADERS, "Content-Disposition": _disposition("inline", file)}
    if kind == "pdf":
        headers["Content-Security-Policy"] = _PDF_POLICY
    return Answer(path.read_bytes(), 200, file.content_type, headers)


def _disposition(how: str, file: File) -> str:
    # Its name may be hidden from this person.
    name = file.name or f"file-{file.id}"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _text(path: Path) -> str:
    """The beginning of a text file, whatever its letters are written in."""
    with path.open("rb") as content:
        head = content.read(_MOST_TEXT)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A letter cut in two at the end is no sign of another encoding.
        return (
            head.decode("utf-8-sig", "replace")
            if error.start > len(head) - 4
            else head.decode("cp1251", "replace")
        )
