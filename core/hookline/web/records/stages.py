"""Doors for moving a record through its pipeline: a stage's demands are asked for right there, and nothing typed is lost."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hookline.crm import stages
from hookline.crm.activities import Outcome, write_activity
from hookline.crm.pipelines import StageInfo, get_stage
from hookline.errors import Conflict, Invalid, NotFound, Problem, Text
from hookline.kernel import field_rules
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.layouts import layout_of
from hookline.kernel.whole import Whole, read_editable
from hookline.web.addresses import own_address
from hookline.web.records.board_notices import moved, reversal_url
from hookline.web.records.controls import Control, controls, marks
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.records.form_values import (
    read_values,
    refuse,
    sent_values,
    version_in,
    was_sent,
    written_values,
)
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# Asked for when something is lost, whatever the stage asks.
_OF_LOSS: Final = ("lost_reason", "competitor")
# What the move itself says.
_OF_MOVE: Final = frozenset({"stage", "pipeline", "outcome"})


def ask_move(visit: "Visit", entity: str) -> Answer:
    """Where to move a record; with `stage` in the address, what that stage asks for."""
    record = _movable(visit, entity)
    stage = id_in(visit.query.get("stage", ""))
    if stage is None:
        return _choose(visit, record)
    return _ask(visit, record, get_stage(visit.gate, stage), {}, ())


def move(visit: "Visit", entity: str) -> Answer:
    """Move a record. What is missing is asked for, with everything typed still there."""
    record = _movable(visit, entity)
    stage = id_in(visit.value("stage"))
    if stage is None:
        return _choose(visit, record, Text("Choose a stage."))
    return _move(visit, record, get_stage(visit.gate, stage))


def ask_closure(visit: "Visit", entity: str) -> Answer:
    """What is asked when a record is won or lost."""
    record = _movable(visit, entity)
    return _ask(visit, record, _closing(visit, record), {}, ())


def close(visit: "Visit", entity: str) -> Answer:
    """Win or lose a record."""
    record = _movable(visit, entity)
    return _move(visit, record, _closing(visit, record))


def reopen(visit: "Visit", entity: str) -> Answer:
    """Put a closed record back to work."""
    record = _movable(visit, entity)
    try:
        stages.reopen(visit.gate, entity, record.id)
    except Invalid as refusal:
        visit.take_back()
        return visit.see(record.url, done=refusal.problems[0].text, kind="bad")
    return visit.see(_back(visit, record), done=Text("Reopened."))


def _movable(visit: "Visit", entity: str) -> Whole:
    return read_editable(visit.gate, visit.gate.schema[entity], visit.path_id)


def _closing(visit: "Visit", record: Whole) -> StageInfo:
    stage = visit.pipelines.stages.get(record.values.get("stage") or 0)
    if stage is None:
        raise NotFound
    return stages.closing_stage(
        visit.gate, stage.pipeline, visit.value("outcome") or visit.query.get("outcome", "")
    )


def _move(visit: "Visit", record: Whole, target: StageInfo) -> Answer:
    info, sent = record.info, sent_values(visit)
    target = _spoken(visit, target)
    fields = [f for f in _askable(visit, record) if was_sent(f, sent)]
    problems: list[Problem] = []
    values = read_values(visit, info, fields, sent, problems)
    if target.is_closed and "closed_on" in info.fields and record.values.get("outcome") != target.outcome:
        # The day it is where the person works; the gate knows only that of Greenwich.
        values.setdefault("closed_on", visit.reader.today)
    try:
        refuse(problems)
        _write_done(visit, record, target)
        made = stages.move(visit.gate, info.name, record.id, target.id, values, version=version_in(sent))
    except Invalid as refusal:
        return _ask(visit, record, target, sent, refusal.problems)
    except Conflict as refusal:
        visit.take_back()
        return visit.see(record.url, done=refusal.text, kind="warn")
    return _moved(visit, record, target, made)


def _spoken(visit: "Visit", stage: StageInfo) -> StageInfo:
    """The stage by the name and with the hint that the reader has for it."""
    return visit.pipelines.stages.get(stage.id, stage)


def _moved(visit: "Visit", record: Whole, target: StageInfo, version: int) -> Answer:
    """The way back; the board that the dialog stands over is told what has moved."""
    back = _back(visit, record)
    undo = reversal_url(record.url, version, back)
    if visit.is_htmx and visit.query.get("over") == "board":
        told = moved(visit, record.id, record.title, target.name, undo, won=target.kind == "won")
        return Answer("", headers={"HX-Reswap": "none", "HX-Trigger": json.dumps({"hookline:moved": told})})
    text = Text("%(record)s: moved to %(stage)s.", record=record.title, stage=target.name)
    return visit.see(back, done=text, undo=undo)


def _write_done(visit: "Visit", record: Whole, target: StageInfo) -> None:
    """Write down what was ticked as done, of what the stage asks for."""
    now = visit.gate.now
    for task in stages.missing_tasks(visit.gate, record.info.name, record.id, target):
        if task in visit.values("task"):
            write_activity(visit.gate, "task", record.key, {"subject": task, "done_at": now})
    for kind in stages.missing_kinds(visit.gate, record.info.name, record.id, target):
        if kind in visit.values("kind"):
            outcome = {"outcome": visit.value("outcome_of_call") or None} if kind == "call" else {}
            write_activity(visit.gate, kind, record.key, {"done_at": now, **outcome})


def _askable(visit: "Visit", record: Whole) -> list[Field]:
    """The fields that the actor may set in the dialog."""
    return [f for f in visit.gate.writable(record.info) if f.name not in _OF_MOVE]


def _asked(
    visit: "Visit", record: Whole, target: StageInfo, refused: Iterable[str], sent: Mapping[str, Any]
) -> tuple[list[Field], frozenset[str]]:
    """The fields that are asked for, and the names of those that must be filled in.

    They are those of the stage, those that the layout demands of a record that stands there, those for which it was
    `refused`, and those that were there already.
    """
    info = record.info
    there = {**record.values, "stage": target.id, "pipeline": target.pipeline, "outcome": target.outcome}
    demanded = field_rules.demanded(visit.gate, info, layout_of(visit.gate, info.name), there)
    missing = [name for name in info.fields if name in demanded and record.values.get(name) in (None, "", ())]
    must = frozenset([*target.required_fields, *missing])
    names = dict.fromkeys(
        [*target.required_fields, *(_OF_LOSS if target.kind == "lost" else ()), *missing, *refused]
    )
    askable = {f.name: f for f in _askable(visit, record)}
    names |= dict.fromkeys(name for name, spec in askable.items() if was_sent(spec, sent))
    return [askable[name] for name in names if name in askable], must


def _ask(
    visit: "Visit", record: Whole, target: StageInfo, sent: Mapping[str, Any], problems: Sequence[Problem]
) -> Answer:  # fmt: skip
    info, target = record.info, _spoken(visit, target)
    beside: dict[str, str] = {}
    for problem in problems:
        beside.setdefault(problem.field, visit.say(problem.text))
    fields, must = _asked(visit, record, target, beside, sent)
    work = _work(visit, record, target, sent, beside)
    written = {**written_values(visit, fields, record.values), **sent}
    made = controls(visit, info, fields, written, beside)
    for control in made:
        control.required = control.name in must
    made += work
    # What is still to be done is said beside the ticks.
    names = {f.name for f in fields} | ({"stage", "outcome"} if work else set())
    others = [text for name, text in beside.items() if name not in names]
    hidden = [
        Control("hidden", "stage", value=str(target.id)),
        Control("hidden", "outcome", value=target.kind),
        *marks(fields),
    ]
    title = visit.say(Text("Move to %(stage)s", stage=target.name))
    return _form(
        visit,
        record,
        title,
        [*made, *hidden],
        others,
        text=target.hint,
        refused=bool(problems),
        version=version_in(sent),
    )


def _work(
    visit: "Visit", record: Whole, target: StageInfo, sent: Mapping[str, Any], beside: Mapping[str, str]
) -> list[Control]:
    """Tasks and activities that the stage asks for: ticked, they are written down as done."""
    name = record.info.name
    tasks = stages.missing_tasks(visit.gate, name, record.id, target)
    kinds = stages.missing_kinds(visit.gate, name, record.id, target)
    known = visit.gate.schema["activity"].fields["kind"].options
    made = []
    if tasks:
        text = Text("%(stage)s asks for this to be finished. Tick what you have done.", stage=target.name)
        made.append(_ticks(visit, "task", Text("Done already"), text, [(t, t) for t in tasks], sent))
    if kinds:
        choices = [(k, visit.say(known[k].label) if k in known else k) for k in kinds]
        text = Text("Tick what has taken place: it is written down as done today.")
        made.append(_ticks(visit, "kind", Text("Taken place already"), text, choices, sent))
    if "call" in kinds:
        outcomes = [(o.value, visit.say(o.label)) for o in Outcome]
        label = visit.say("How did the call go?")
        typed, wrong = sent.get("outcome_of_call", ""), beside.get("outcome", "")
        made.append(Control("select", "outcome_of_call", label, typed, error=wrong, choices=outcomes))
    if made:
        made[0].error = beside.get("stage", "")
    return made


def _ticks(
    visit: "Visit", name: str, label: Text, hint: Text, choices: Sequence[tuple[str, str]], sent: Mapping[str, Any]
) -> Control:  # fmt: skip
    done = sent.get(name, [])
    chosen = done if isinstance(done, list) else [done]
    return Control(
        "multi", name, visit.say(label), hint=visit.say(hint), choices=choices, values=chosen, required=True, wide=True
    )  # fmt: skip


def _choose(visit: "Visit", record: Whole, problem: Text | None = None) -> Answer:
    """A plain choice of the stage, for menus and people without a pointer."""
    found = stages.next_stages(visit.gate, record.values.get("stage") or 0)
    choices = [(str(s.id), s.name) for s in found]
    error = visit.say(problem) if problem else ""
    control = Control(
        "radio", "stage", visit.say("Stage"), error=error, choices=choices, required=True, wide=True
    )
    return _form(visit, record, visit.say("Move"), [control], [], refused=problem is not None)


def _form(
    visit: "Visit", record: Whole, title: str, fields: Sequence[Control], problems: Sequence[str], *,
    text: str = "", refused: bool = False, version: int | None = None,
) -> Answer:  # fmt: skip
    page = FormPage(
        title=title, action=visit.address(f"{record.url}/stage", stage=None, outcome=None),
        sections=[Section("", fields, text)], submit=visit.say("Move"), cancel_url=_back(visit, record),
        crumbs=crumbs_to(visit, record.info, record), version=version or record.version, problems=problems,
        status=422 if refused else 200,
    )  # fmt: skip
    return show_form(visit, page)


def _back(visit: "Visit", record: Whole) -> str:
    return own_address(visit.query.get("back", ""), record.url)
