"""The doors of imports: a file is uploaded, mapped, rehearsed, imported while one watches, and taken back if need be."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import quote

from hookline.crm.imports.batches import Result
from hookline.crm.imports.drafts import (
    ask_rehearsal,
    ask_undo,
    begin_run,
    drop_draft,
    receive_file,
    set_mapping,
)
from hookline.crm.imports.lines import text_of
from hookline.crm.imports.mappings import (
    ImportMapping,
    get_mapping,
    keep_mapping,
    list_mappings,
    read_mapping,
)
from hookline.crm.imports.pruning import upload_folder
from hookline.crm.imports.rejects import write_run_rejects
from hookline.crm.imports.runs import Run, RunState, get_run, list_lines, list_runs, stop_run
from hookline.crm.imports.undo import Undone
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.actor import Action
from hookline.web.doors import Doors
from hookline.web.import_mapping import mapping_context, sent_mapping
from hookline.web.visit import Answer, Visit

NEEDS: Final = "imports"
door = Doors()
_STATES: Final[Mapping[RunState, tuple[str, str]]] = {
    RunState.draft: ("Draft", "gray"),
    RunState.checking: ("Being checked", "blue"),
    RunState.checked: ("Checked", "blue"),
    RunState.running: ("At work", "blue"),
    RunState.stopped: ("Stopped", "amber"),
    RunState.failed: ("Failed", "red"),
    RunState.done: ("Done", "green"),
    RunState.undoing: ("Being undone", "amber"),
    RunState.undone: ("Undone", "gray"),
}
_RESULTS: Final[Mapping[str, str]] = {
    Result.created: "created",
    Result.updated: "updated",
    Result.made: "made for references",
    Result.unchanged: "unchanged",
    Result.skipped: "left alone",
    Result.waiting: "waiting for others",
    Result.rejected: "refused",
    Undone.reversed: "taken back",
    Undone.kept: "kept",
    Undone.errored: "not taken back",
}


@door("GET", "/imports", needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """The imports so far, and a new one."""
    return _list(visit)


@door("POST", "/imports", needs=NEEDS)
def upload(visit: Visit) -> Answer:
    """Begin a draft with a file."""
    try:
        id = _received(visit)
    except Invalid as refusal:
        visit.take_back()
        return _list(visit, refusal.problems)
    return visit.see(f"/imports/{id}/mapping")


@door("GET", "/imports/{id:int}/mapping", needs=NEEDS)
def show_mapping(visit: Visit) -> Answer:
    """What of the file goes where."""
    run = get_run(visit.gate, visit.path_id)
    return _mapping(visit, run) if run.is_draft else visit.see(f"/imports/{run.id}")


@door("POST", "/imports/{id:int}/mapping", needs=NEEDS)
def change_mapping(visit: Visit) -> Answer:
    """Take the mapping as it was sent, and check what it would do."""
    run = get_run(visit.gate, visit.path_id)
    mapping = sent_mapping(visit, run)
    try:
        set_mapping(visit.gate, run.id, mapping)
    except Invalid as refusal:
        visit.take_back()
        return _mapping(visit, run, refusal.problems, mapping)
    if visit.value("keep_as").strip():
        keep_mapping(visit.gate, visit.value("keep_as"), mapping, visit.value("keep_for"))
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
        return _mapping(visit, run, refusal.problems)
    return visit.see(f"/imports/{run.id}/mapping", done=Text("The mapping is in use."))


@door("GET", "/imports/{id:int}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """How an import stands: what it would do, how far it is, what came of it."""
    return _run(visit, get_run(visit.gate, visit.path_id))


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
        write_run_rejects(visit.gate, run.id, path, visit.say)
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
    folder = upload_folder(visit.site.settings.data_dir)
    return receive_file(visit.gate, folder, sent.filename, sent.file.read(), visit.value("entity"))


def _chosen(visit: Visit) -> ImportMapping:
    sent = visit.upload("file")
    if sent is not None:
        return read_mapping(sent.file.read(), sent.filename)
    if visit.value("mapping").isdecimal():
        return get_mapping(visit.gate, int(visit.value("mapping"))).mapping
    raise Invalid([Problem("mapping", Text("Choose a mapping."))])


def _ordered(visit: Visit, verb: Any) -> Answer:
    try:
        verb(visit.gate, visit.path_id)
    except Invalid as refusal:
        visit.take_back()
        return _run(visit, get_run(visit.gate, visit.path_id), refusal.problems)
    return visit.see(f"/imports/{visit.path_id}")


def _list(visit: Visit, problems: Sequence[Problem] = ()) -> Answer:
    gate = visit.gate
    able = [info for info in gate.schema.entities.values() if gate.may(info.name, Action.import_)]
    entities = sorted(
        (visit.say(info.cls.plural), info.name) for info in able if info.cls.menu or info.owned is False
    )
    return visit.page(
        "imports/list.html",
        status=422 if problems else 200,
        page_title=visit.say("Imports"),
        entities=[(name, label) for label, name in entities],
        chosen=visit.value("entity") or visit.query.get("entity", "contact"),
        problems=[visit.say(p.text) for p in problems],
        runs=[_line(visit, run) for run in list_runs(gate)],
    )


def _line(visit: Visit, run: Run) -> Mapping[str, Any]:
    label, tone = _STATES[run.state]
    info = visit.gate.schema.entities.get(run.entity)
    return {
        "url": f"/imports/{run.id}",
        "name": run.file_name,
        "what": visit.say(info.cls.plural) if info else run.entity,
        "state": visit.say(label),
        "tone": tone,
        "when": visit.fmt.datetime(run.created_at),
        "counts": _counts(visit, run.counts),
    }


def _counts(visit: Visit, counts: Mapping[str, int]) -> list[tuple[str, str]]:
    return [
        (visit.say(label), visit.fmt.number(counts[name]))
        for name, label in _RESULTS.items()
        if counts.get(name)
    ]


def _mapping(visit: Visit, run: Run, problems: Sequence[Problem] = (), sent: Any = None) -> Answer:
    info = visit.gate.schema[run.entity]
    return visit.page(
        "imports/mapping.html",
        status=422 if problems else 200,
        page_title=run.file_name,
        crumbs=_crumbs(visit),
        run=run,
        what=visit.say(info.cls.plural),
        problems=[_said(visit, info, p) for p in problems] or ([run.error] if run.error else []),
        kept=[(kept.id, kept.name) for kept in list_mappings(visit.gate, run.entity)],
        **mapping_context(visit, run, sent or run.mapping),
    )


def _run(visit: Visit, run: Run, problems: Sequence[Problem] = ()) -> Answer:
    label, tone = _STATES[run.state]
    info = visit.gate.schema[run.entity]
    undone = sum(run.count(u) for u in Undone)
    preview = run.preview or {}
    return visit.page(
        "imports/run.html",
        status=422 if problems else 200,
        block="run",
        page_title=run.file_name,
        crumbs=_crumbs(visit),
        run=run,
        what=visit.say(info.cls.plural),
        state=visit.say(label),
        tone=tone,
        url=f"/imports/{run.id}",
        problems=[visit.say(p.text) for p in problems] or ([run.error] if run.error else []),
        done=undone if run.state == RunState.undoing else run.rows_done,
        total=_total(run),
        counts=_counts(visit, preview.get("counts", {}) if run.is_draft else run.counts),
        preview=_preview(visit, info, preview) if run.is_draft and run.preview else None,
        refused=_lines(visit, run, results=(Result.rejected,)) if run.count(Result.rejected) else [],
        kept_rows=[*_lines(visit, run, undone=Undone.kept), *_lines(visit, run, undone=Undone.errored)]
        if undone
        else [],
    )


def _total(run: Run) -> int:
    if run.state == RunState.undoing:
        return run.count(Result.created) + run.count(Result.updated) + run.count(Result.made)
    return run.total or 0


def _preview(visit: Visit, info: Any, preview: Mapping[str, Any]) -> Mapping[str, Any]:
    def label(name: str) -> str:
        return visit.say(info.fields[name].label) if name in info.fields else name

    return {
        "readings": [
            {"column": r["column"], "text": visit.say(text_of(r)), "sure": r["sure"]}
            for r in preview["readings"]
        ],
        "changes": [
            {
                "row": c["row"],
                "result": visit.say(_RESULTS[c["result"]]),
                "differences": [(label(name), before, after) for name, before, after in c["differences"]],
            }
            for c in preview["changes"]
        ],
        "refused": [
            {
                "row": c["row"],
                "reasons": [
                    (label(p["field"]) if p["field"] else "", visit.say(text_of(p))) for p in c["problems"]
                ],
            }
            for c in preview["refused"]
        ],
    }


def _lines(
    visit: Visit, run: Run, *, results: Sequence[Result] = (), undone: Undone | None = None
) -> list[Mapping[str, Any]]:
    info = visit.gate.schema[run.entity]
    lines = list_lines(visit.gate, run.id, results, undone=undone.value if undone else None, limit=20)
    return [
        {
            "row": line.row,
            "reasons": [visit.say(line.reason)]
            if line.reason
            else [_said(visit, info, p) for p in line.problems],
            "url": _address(visit, line.entity, line.record) if undone else "",
        }
        for line in lines
    ]


def _address(visit: Visit, entity: str, record: int | None) -> str:
    info = visit.gate.schema.entities.get(entity)
    return f"/{info.cls.slug}/{record}" if info is not None and record and info.cls.menu else ""


def _said(visit: Visit, info: Any, problem: Problem) -> str:
    text = visit.say(problem.text)
    return f"{visit.say(info.fields[problem.field].label)}: {text}" if problem.field in info.fields else text


def _crumbs(visit: Visit) -> list[Mapping[str, str]]:
    return [{"label": visit.say("Imports"), "url": "/imports"}]
