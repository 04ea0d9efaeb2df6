"""The doors of imports: a file is uploaded, mapped, rehearsed, imported while one watches, and taken back if need be."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

from hookline.crm.foreign_files import list_importers, read_file
from hookline.crm.imports.drafts import (
    LARGEST,
    ask_rehearsal,
    ask_undo,
    begin_run,
    drop_draft,
    open_again,
    receive_file,
    set_mapping,
)
from hookline.crm.imports.mappings import (
    ImportMapping,
    drop_mapping,
    get_mapping,
    keep_mapping,
    read_mapping,
)
from hookline.crm.imports.pruning import upload_folder
from hookline.crm.imports.rejects import write_run_rejects
from hookline.crm.imports.runs import get_run, stop_run
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.contributions import Contribution
from hookline.web.again import again
from hookline.web.doors import Doors
from hookline.web.imports.mapping import sent_mapping, sent_opening
from hookline.web.imports.pages import list_page, mapping_page, run_page
from hookline.web.visit import Answer, Visit

NEEDS: Final = "imports"
door = Doors()


@door("GET", "/imports", needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """The imports so far, and a new one."""
    return list_page(visit)


def _read_foreign(visit: Visit) -> Callable[[], object]:
    """What a plugin's importer reads is read before anything is locked. Its table, or what is wrong with the file."""
    sent, importer = visit.upload("file"), _importer(visit)
    if sent is None or importer is None:
        return lambda: None

    def work() -> bytes | Invalid:
        try:
            with again(visit) as reading:
                return read_file(reading.gate, importer, sent.filename, sent.file.read(LARGEST + 1))
        except Invalid as refusal:
            return refusal

    return work


@door("POST", "/imports", needs=NEEDS, first=_read_foreign)
def upload(visit: Visit) -> Answer:
    """Begin a draft with a file."""
    try:
        id = _received(visit)
    except Invalid as refusal:
        visit.take_back()
        return list_page(visit, refusal.problems)
    return visit.see(f"/imports/{id}/mapping")


@door("GET", "/imports/{id:int}/mapping", needs=NEEDS)
def show_mapping(visit: Visit) -> Answer:
    """What of the file goes where."""
    run = get_run(visit.gate, visit.path_id)
    return mapping_page(visit, run) if run.is_draft else visit.see(f"/imports/{run.id}")


@door("POST", "/imports/{id:int}/mapping", needs=NEEDS)
def change_mapping(visit: Visit) -> Answer:
    """Take the mapping as it was sent, and check what it would do."""
    run = get_run(visit.gate, visit.path_id)
    mapping = sent_mapping(visit, run)
    try:
        set_mapping(visit.gate, run.id, mapping)
        if visit.value("keep_as").strip():
            keep_mapping(visit.gate, visit.value("keep_as"), mapping, visit.value("keep_for"))
    except Invalid as refusal:
        visit.take_back()
        return mapping_page(visit, run, refusal.problems, mapping)
    ask_rehearsal(visit.gate, run.id)
    return visit.see(f"/imports/{run.id}")


@door("POST", "/imports/{id:int}/mapping/choice", needs=NEEDS)
def choose_mapping(visit: Visit) -> Answer:
    """Use a mapping that was kept, or one from a file."""
    run = get_run(visit.gate, visit.path_id)
    try:
        set_mapping(visit.gate, run.id, _chosen(visit))
    except Invalid as refusal:
        visit.take_back()
        return mapping_page(visit, run, refusal.problems)
    return visit.see(f"/imports/{run.id}/mapping", done=Text("The mapping is in use."))


@door("POST", "/imports/{id:int}/opening", needs=NEEDS)
def change_opening(visit: Visit) -> Answer:
    """Read the file in another way: another sheet, encoding or separator."""
    run = get_run(visit.gate, visit.path_id)
    try:
        open_again(visit.gate, run.id, sent_opening(visit))
    except Invalid as refusal:
        visit.take_back()
        return mapping_page(visit, run, refusal.problems)
    return visit.see(f"/imports/{run.id}/mapping", done=Text("The file was read anew."))


@door("POST", "/imports/mappings/{id:int}/drop", needs=NEEDS)
def forget_mapping(visit: Visit) -> Answer:
    """Remove a kept mapping."""
    drop_mapping(visit.gate, visit.path_id)
    return visit.see("/imports", done=Text("The mapping is gone."))


@door("GET", "/imports/{id:int}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """How an import stands: what it would do, how far it is, what came of it."""
    return run_page(visit, get_run(visit.gate, visit.path_id))


@door("POST", "/imports/{id:int}/start", needs=NEEDS)
def start(visit: Visit) -> Answer:
    """Begin, or carry on."""
    return _ordered(visit, begin_run)


@door("POST", "/imports/{id:int}/stop", needs=NEEDS)
def stop(visit: Visit) -> Answer:
    """Stop after the rows at hand."""
    return _ordered(visit, stop_run)


@door("POST", "/imports/{id:int}/undo", needs=NEEDS)
def undo(visit: Visit) -> Answer:
    """Take all of it back."""
    return _ordered(visit, ask_undo)


@door("POST", "/imports/{id:int}/drop", needs=NEEDS)
def drop(visit: Visit) -> Answer:
    """Forget a draft."""
    drop_draft(visit.gate, visit.path_id)
    return visit.see("/imports", done=Text("The draft is gone."))


@door("GET", "/imports/{id:int}/rejects", needs=NEEDS)
def download_rejects(visit: Visit) -> Answer:
    """The refused rows, each with the reason beside it."""
    run = get_run(visit.gate, visit.path_id)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rejects.csv"
        try:
            write_run_rejects(visit.gate, run.id, path, visit.say)
        except Invalid as refusal:
            return run_page(visit, run, refusal.problems)
        content = path.read_bytes()
    name = quote(f"{Path(run.file_name).stem}-refused.csv", safe="")
    headers = {
        "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
        "Cache-Control": "private, no-store",
    }
    return Answer(content, 200, "text/csv", headers)


def _received(visit: Visit) -> int:
    sent = visit.upload("file")
    if sent is None:
        raise Invalid([Problem("file", Text("Choose a file."))])
    folder, importer = upload_folder(visit.site.settings.data_dir), _importer(visit)
    if importer is not None:
        if isinstance(visit.prepared, Invalid):
            raise visit.prepared
        return receive_file(visit.gate, folder, sent.filename, visit.prepared, importer.entity or "")
    return receive_file(
        visit.gate, folder, sent.filename, sent.file.read(), visit.value("entity"), sent_opening(visit)
    )


def _importer(visit: Visit) -> Contribution | None:
    """The plugin's reader that was chosen for the file; None for a table."""
    asked = visit.value("entity") if "." in visit.value("entity") else ""
    found = next((c for c in list_importers(visit.gate.host) if c.key == asked), None)
    if asked and found is None:
        raise NotFound
    if found is not None:
        visit.gate.must(found.entity or "", Action.import_)
    return found


def _chosen(visit: Visit) -> ImportMapping:
    sent = visit.upload("file")
    if sent is not None:
        return read_mapping(sent.file.read(), sent.filename)
    if visit.value("mapping").isdecimal():
        return get_mapping(visit.gate, int(visit.value("mapping"))).mapping
    raise Invalid([Problem("mapping", Text("Choose a mapping."))])


def _ordered(visit: Visit, verb: Callable[[Gate, int], None]) -> Answer:
    try:
        verb(visit.gate, visit.path_id)
    except Invalid as refusal:
        visit.take_back()
        return run_page(visit, get_run(visit.gate, visit.path_id), refusal.problems)
    return visit.see(f"/imports/{visit.path_id}")
