"""The pages of imports: what there is so far, how a file becomes records, how a run stands."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.foreign_files import list_importers
from hookline.crm.imports.batches import Result
from hookline.crm.imports.lines import Line, text_of
from hookline.crm.imports.mappings import SHARE, KeptMapping, list_fitting, list_mappings
from hookline.crm.imports.pruning import KEPT
from hookline.crm.imports.runs import Run, RunState, list_lines, list_runs
from hookline.crm.imports.undo import Undone
from hookline.errors import Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.schema import EntityInfo
from hookline.web.imports.mapping import mapping_context, opening_context
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit

SHOWN: Final = 20
_STATES: Final[Mapping[RunState, tuple[Text, str]]] = {
    RunState.draft: (Text("Draft"), "gray"),
    RunState.checking: (Text("Being checked"), "blue"),
    RunState.checked: (Text("Checked"), "blue"),
    RunState.running: (Text("At work"), "blue"),
    RunState.stopped: (Text("Stopped"), "amber"),
    RunState.failed: (Text("Failed"), "red"),
    RunState.done: (Text("Done"), "green"),
    RunState.undoing: (Text("Being undone"), "amber"),
    RunState.undone: (Text("Undone"), "gray"),
}
_RESULTS: Final[Mapping[str, tuple[Text, str]]] = {
    Result.created: (Text("created"), "green"),
    Result.updated: (Text("updated"), "blue"),
    Result.made: (Text("made for references"), "green"),
    Result.unchanged: (Text("unchanged"), "gray"),
    Result.skipped: (Text("left alone"), "gray"),
    Result.waiting: (Text("waiting for others"), "amber"),
    Result.rejected: (Text("refused"), "red"),
    Undone.reversed: (Text("taken back"), "green"),
    Undone.kept: (Text("kept"), "amber"),
    Undone.errored: (Text("not taken back"), "red"),
}


def list_page(visit: "Visit", problems: Sequence[Problem] = ()) -> Answer:
    """The imports so far, the kept mappings, and a new one."""
    gate = visit.gate
    able = [info for info in gate.schema.entities.values() if gate.may(info.name, Action.import_)]
    entities = sorted(
        (visit.say(info.cls.plural), info.name) for info in able if info.cls.menu or info.owned is False
    )
    readers = _readers(visit)
    return visit.page(
        "imports/list.html",
        status=422 if problems else 200,
        page_title=visit.say("Imports"),
        entities=[*((name, label) for label, name in entities), *readers],
        accepts="".join(
            f",{c.options['accepts']}" for c in list_importers(visit.gate.host) if c.options["accepts"]
        ),
        chosen=visit.value("entity") or visit.query.get("entity", "contact"),
        problems=[visit.say(p.text) for p in problems],
        opening=opening_context(visit, None),
        runs=[_line(visit, run) for run in list_runs(gate)],
        kept=[_kept(visit, kept) for kept in list_mappings(gate) if kept.entity in gate.schema.entities],
        kept_days=KEPT.days,
    )


def _readers(visit: "Visit") -> list[tuple[str, str]]:
    """The kinds of foreign files that plugins read, of what the person may import."""
    found = [c for c in list_importers(visit.gate.host) if visit.gate.may(c.entity or "", Action.import_)]
    return [
        (c.key, f"{visit.say(visit.gate.schema[c.entity or ''].cls.plural)}: {visit.say(c.label)}")
        for c in found
    ]


def mapping_page(visit: "Visit", run: Run, problems: Sequence[Problem] = (), sent: Any = None) -> Answer:
    """What of the file goes where."""
    info = visit.gate.schema[run.entity]
    fitting = [
        kept for kept in list_fitting(visit.gate, run.entity, run.columns) if kept.mapping != run.mapping
    ]
    return visit.page(
        "imports/mapping.html",
        status=422 if problems else 200,
        page_title=run.file_name,
        crumbs=_crumbs(visit),
        run=run,
        what=visit.say(info.cls.plural),
        problems=[_said(visit, info, p) for p in problems] or ([run.error] if run.error else []),
        fitting=[(kept.id, kept.name) for kept in fitting],
        kept=[(kept.id, kept.name) for kept in list_mappings(visit.gate, run.entity)],
        shares=visit.gate.actor.may(SHARE),
        opening=opening_context(visit, run),
        **mapping_context(visit, run, sent or run.mapping),
    )


def run_page(visit: "Visit", run: Run, problems: Sequence[Problem] = ()) -> Answer:
    """How an import stands: what it would do, how far it is, what came of it."""
    label, tone = _STATES[run.state]
    info = visit.gate.schema[run.entity]
    undone = sum(run.count(u) for u in Undone)
    preview = run.preview if run.state == RunState.checked else None
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
        done=_done(run, undone),
        total=_total(run),
        counts=_counts(visit, preview.get("counts", {}) if preview else run.counts),
        preview=_preview(visit, info, preview) if preview else None,
        refused=_lines(visit, run, results=(Result.rejected,)) if run.count(Result.rejected) else [],
        refused_count=run.count(Result.rejected),
        kept_rows=_left(visit, run) if undone else [],
        kept_count=run.count(Undone.kept) + run.count(Undone.errored),
        cleared=visit.fmt.date(run.cleared_at.date()) if run.cleared_at else "",
    )


def _line(visit: "Visit", run: Run) -> Mapping[str, Any]:
    label, tone = _STATES[run.state]
    info = visit.gate.schema.entities.get(run.entity)
    return {
        "url": f"/imports/{run.id}/mapping" if run.state == RunState.draft else f"/imports/{run.id}",
        "name": run.file_name,
        "what": visit.say(info.cls.plural) if info else run.entity,
        "state": visit.say(label),
        "tone": tone,
        "when": visit.fmt.datetime(run.created_at),
        "counts": _counts(visit, run.counts),
    }


def _kept(visit: "Visit", kept: KeptMapping) -> Mapping[str, Any]:
    return {
        "name": kept.name,
        "what": visit.say(visit.gate.schema[kept.entity].cls.plural),
        "shared": kept.shared_with == "all",
        "drop": f"/imports/mappings/{kept.id}/drop" if kept.is_kept_by(visit.gate.actor) else "",
    }


def _counts(visit: "Visit", counts: Mapping[str, int]) -> list[tuple[str, str, str]]:
    return [
        (visit.say(label), visit.fmt.number(counts[name]), tone)
        for name, (label, tone) in _RESULTS.items()
        if counts.get(name)
    ]


def _done(run: Run, undone: int) -> int:
    if run.state == RunState.undoing:
        return undone
    if run.state == RunState.checking:
        return min(int((run.preview or {}).get("done", 0)), run.total or 0)
    return run.rows_done


def _total(run: Run) -> int:
    if run.state == RunState.undoing:
        return run.count(Result.created) + run.count(Result.updated) + run.count(Result.made)
    return run.total or 0


def _preview(visit: "Visit", info: EntityInfo, preview: Mapping[str, Any]) -> Mapping[str, Any]:
    def label(name: str) -> str:
        return visit.say(info.fields[name].label) if name in info.fields else name

    doubles = preview.get("alike", ())
    # What stands twice in the file is not there yet.
    there = visit.gate.visible(info.name, [d["record"] for d in doubles])
    return {
        "readings": [
            {"column": r["column"], "text": visit.say(text_of(r)), "sure": r["sure"]}
            for r in preview["readings"]
        ],
        "changes": [
            {
                "row": c["row"],
                "result": visit.say(_RESULTS[c["result"]][0]),
                "tone": _RESULTS[c["result"]][1],
                "differences": [(label(name), before, after) for name, before, after in c["differences"]],
            }
            for c in preview["changes"]
        ],
        "refused": [
            {
                "row": c["row"],
                "reasons": [
                    f"{label(p['field'])}: {visit.say(text_of(p))}" if p["field"] else visit.say(text_of(p))
                    for p in c["problems"]
                ],
            }
            for c in preview["refused"]
        ],
        "refused_count": preview["counts"].get(Result.rejected, 0),
        # One that was checked before there was such a warning has none.
        "alike": [
            {
                "row": d["row"],
                "title": d["title"],
                "url": f"/{info.cls.slug}/{d['record']}" if d["record"] in there else "",
                "why": ", ".join(visit.say(text_of(each)) for each in d["why"]),
            }
            for d in doubles
        ],
        "alike_count": preview.get("alike_count", 0),
    }


def _left(visit: "Visit", run: Run) -> list[Mapping[str, Any]]:
    """What an undo left as it is."""
    return [*_lines(visit, run, undone=Undone.kept), *_lines(visit, run, undone=Undone.errored)]


def _lines(
    visit: "Visit", run: Run, *, results: Sequence[Result] = (), undone: Undone | None = None
) -> list[Mapping[str, Any]]:
    info = visit.gate.schema[run.entity]
    lines = list_lines(visit.gate, run.id, results, undone=undone.value if undone else None, limit=SHOWN)
    names = _names(visit, lines) if undone else {}
    return [
        {
            "row": line.row,
            "reasons": [visit.say(line.reason)]
            if line.reason
            else [_said(visit, info, p) for p in line.problems],
            "name": names.get((line.entity, line.record or 0), ""),
            "url": _address(visit, line.entity, line.record) if undone else "",
        }
        for line in lines
    ]


def _names(visit: "Visit", lines: Sequence[Line]) -> dict[tuple[str, int], str]:
    """What the records of these lines are called, as far as the person may see them."""
    found: dict[tuple[str, int], str] = {}
    for entity in {line.entity for line in lines} & visit.gate.schema.entities.keys():
        ids = [line.record for line in lines if line.entity == entity and line.record]
        found |= {(entity, id): name for id, name in visit.gate.titles(entity, ids).items()}
    return found


def _address(visit: "Visit", entity: str, record: int | None) -> str:
    info = visit.gate.schema.entities.get(entity)
    return f"/{info.cls.slug}/{record}" if info is not None and record and info.cls.menu else ""


def _said(visit: "Visit", info: EntityInfo, problem: Problem) -> str:
    text = visit.say(problem.text)
    return f"{visit.say(info.fields[problem.field].label)}: {text}" if problem.field in info.fields else text


def _crumbs(visit: "Visit") -> list[Mapping[str, str]]:
    return [{"label": visit.say("Imports"), "url": "/imports"}]
