"""/settings/pipelines: the ways that records go, their stages, and what each stage asks."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from hookline.crm import pipeline_design as design
from hookline.crm.pipelines import MOST_STAGES, PipelineInfo, Stage, StageInfo, get_stage, pipelines
from hookline.errors import Conflict, Invalid, NotFound, Refused, Text
from hookline.kernel.kinds import Option
from hookline.kernel.kinds.keys import id_in, number_in
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.records.controls import Control
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = design.PERMISSION
BASE: Final = "/settings/pipelines"
_FIELDS: Final = ("name", "kind", "probability", "expected_days", "tone", "hint", "required_tasks")
_LISTS: Final = ("required_fields", "required_kinds", "next_stages", "movers")


@door("GET", BASE, needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """The pipelines of each kind of record, and the form that makes another."""
    return _all(visit, {})


@door("POST", BASE, needs=NEEDS)
def create(visit: Visit) -> Answer:
    """Make a pipeline from a template, or as a copy of another."""
    try:
        drafts = _drafts(visit, visit.value("template"))
        id = design.create_pipeline(visit.gate, visit.value("name").strip(), visit.value("entity"), drafts)
    except Invalid as refusal:
        visit.take_back()
        return _all(visit, forms.complaints(visit, refusal), status=422)
    return visit.see(f"{BASE}/{id}", done=Text("Saved."))


@door("GET", BASE + "/{id:int}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """One pipeline with its stages."""
    return _one(visit, _line(visit), {})


@door("POST", BASE + "/{id:int}", needs=NEEDS)
def rename(visit: Visit) -> Answer:
    """Give a pipeline another name."""
    line = _line(visit)
    try:
        design.rename_pipeline(visit.gate, line.id, visit.value("name").strip())
    except Invalid as refusal:
        visit.take_back()
        return _one(visit, line, forms.complaints(visit, refusal), status=422)
    return visit.see(f"{BASE}/{line.id}", done=Text("Saved."))


@door("POST", BASE + "/{id:int}/place", needs=NEEDS)
def place(visit: Visit) -> Answer:
    """Put a pipeline before or behind the others of its kind."""
    line = _line(visit)
    return _do(visit, BASE, lambda: design.place_pipeline(visit.gate, line.id, _place(visit)))


@door("POST", BASE + "/{id:int}/retirement", needs=NEEDS)
def retire(visit: Visit) -> Answer:
    """Offer a pipeline no longer, or again."""
    line = _line(visit)
    return _do(
        visit,
        f"{BASE}/{line.id}",
        lambda: design.retire_pipeline(visit.gate, line.id, retired=not line.retired),
    )


@door("POST", BASE + "/{id:int}/removal", needs=NEEDS)
def remove(visit: Visit) -> Answer:
    """Take an empty pipeline away."""
    line = _line(visit)
    return _do(
        visit, BASE, lambda: design.remove_pipeline(visit.gate, line.id), otherwise=f"{BASE}/{line.id}"
    )


@door("GET", BASE + "/{id:int}/stages/new", needs=NEEDS)
def new_stage(visit: Visit) -> Answer:
    """The empty form of a stage."""
    fields = forms.fields_of(visit, Stage, _FIELDS)
    form = forms.draw(visit, Stage, fields, {"kind": "open", "probability": Decimal(50), "tone": "blue"})
    return _stage_page(visit, _line(visit), None, form, dict.fromkeys(_LISTS, ()))


@door("POST", BASE + "/{id:int}/stages", needs=NEEDS)
def create_stage(visit: Visit) -> Answer:
    """Add a stage behind the last one of its kind."""
    line, fields = _line(visit), forms.fields_of(visit, Stage, _FIELDS)
    try:
        values = {k: v for k, v in _values(visit, line, fields).items() if v not in (None, ())}
        design.create_stage(visit.gate, line.id, values)
    except Invalid as refusal:
        return _stage_page(
            visit, line, None, forms.draw_refused(visit, Stage, fields, refusal), _sent_lists(visit)
        )
    return visit.see(f"{BASE}/{line.id}", done=Text("Saved."))


@door("GET", "/settings/stages/{id:int}", needs=NEEDS)
def edit_stage(visit: Visit) -> Answer:
    """The form of a stage."""
    stage = get_stage(visit.gate, visit.path_id)
    fields = forms.fields_of(visit, Stage, _FIELDS)
    record = visit.gate.get(Stage, stage.id)
    form = forms.draw(visit, Stage, fields, {**vars(record), **(record.custom or {})})
    chosen = {
        "required_fields": stage.required_fields,
        "required_kinds": stage.required_kinds,
        "next_stages": [str(id) for id in stage.next_stages],
        "movers": [str(id) for id in stage.movers],
    }
    return _stage_page(visit, pipelines(visit.gate).by_id[stage.pipeline], stage, form, chosen)


@door("POST", "/settings/stages/{id:int}", needs=NEEDS)
def change_stage(visit: Visit) -> Answer:
    """Save a stage."""
    stage = get_stage(visit.gate, visit.path_id)
    line, fields = pipelines(visit.gate).by_id[stage.pipeline], forms.fields_of(visit, Stage, _FIELDS)
    try:
        design.change_stage(
            visit.gate, stage.id, _values(visit, line, fields), version=number_in(visit.value("version"))
        )
    except (Invalid, Conflict) as refusal:
        drawn = forms.draw_refused(visit, Stage, fields, refusal)
        return _stage_page(visit, line, stage, drawn, _sent_lists(visit))
    return visit.see(f"{BASE}/{line.id}", done=Text("Saved."))


@door("POST", "/settings/stages/{id:int}/place", needs=NEEDS)
def place_stage(visit: Visit) -> Answer:
    """Put a stage at another place of its pipeline."""
    stage = get_stage(visit.gate, visit.path_id)
    return _do(
        visit, f"{BASE}/{stage.pipeline}", lambda: design.place_stage(visit.gate, stage.id, _place(visit))
    )


@door("GET", "/settings/stages/{id:int}/removal", needs=NEEDS)
def ask_removal(visit: Visit) -> Answer:
    """Where the records of a stage go before it is taken away."""
    return _removal(visit, get_stage(visit.gate, visit.path_id), {})


@door("POST", "/settings/stages/{id:int}/removal", needs=NEEDS)
def remove_stage(visit: Visit) -> Answer:
    """Move the records of a stage to another one, and take it away."""
    stage = get_stage(visit.gate, visit.path_id)
    try:
        design.remove_stage(visit.gate, stage.id, to=number_in(visit.value("to")))
    except (Invalid, NotFound) as refusal:
        visit.take_back()
        return _removal(visit, stage, forms.complaints(visit, refusal), status=422)
    return visit.see(f"{BASE}/{stage.pipeline}", done=Text("%(stage)s is taken away.", stage=stage.name))


def _all(visit: Visit, problems: Mapping[str, str], *, status: int = 200) -> Answer:
    staged = [info for info in visit.gate.schema.entities.values() if info.is_staged]
    known = list(pipelines(visit.gate).by_id.values())
    groups = []
    for info in staged:
        lines = [line for line in known if line.entity == info.name]
        standing = design.count_standing(visit.gate, info.name)
        groups.append(
            {
                "label": visit.say(info.cls.plural),
                "lines": [_summary(line, place, len(lines), standing) for place, line in enumerate(lines)],
            }
        )
    templates = [(t.name, visit.say(t.label)) for t in design.TEMPLATES]
    copies = [(f"copy:{line.id}", visit.say(Text("As %(name)s", name=line.name))) for line in known]
    context: dict[str, Any] = {
        "page_title": visit.say("Pipelines"),
        "crumbs": trail(visit),
        "groups": groups,
        "problems": problems,
        "entities": [(info.name, visit.say(info.cls.plural)) for info in staged],
        "templates": [*templates, *copies],
        "typed": {name: visit.value(name) for name in ("name", "entity", "template")},
    }
    return visit.page("pipelines/list.html", status=status, **context)


def _summary(line: PipelineInfo, place: int, count: int, standing: Mapping[int, int]) -> Mapping[str, Any]:
    return {
        "id": line.id,
        "name": line.name,
        "retired": line.retired,
        "path": _path(line),
        "url": f"{BASE}/{line.id}",
        "count": sum(standing.get(s.id, 0) for s in line.stages),
        "stages": len(line.stages),
        "earlier": place - 1 if place else None,
        "later": place + 1 if place < count - 1 else None,
    }


def _one(visit: Visit, line: PipelineInfo, problems: Mapping[str, str], *, status: int = 200) -> Answer:
    standing, last = design.count_standing(visit.gate, line.entity), len(line.stages) - 1
    kinds = visit.gate.schema["stage"].fields["kind"].options
    stages = [
        {
            "id": s.id,
            "name": s.name,
            "tone": s.tone,
            "kind": visit.say(kinds[s.kind].label),
            "probability": visit.fmt.percent(s.probability),
            "days": s.expected_days,
            "count": standing.get(s.id, 0),
            "url": f"/settings/stages/{s.id}",
            "asks": _asked(visit, line, s),
            "earlier": place - 1 if place else None,
            "later": place + 1 if place < last else None,
        }
        for place, s in enumerate(line.stages)
    ]
    context: dict[str, Any] = {
        "page_title": line.name,
        "crumbs": trail(visit, (visit.say("Pipelines"), BASE)),
        "line": line,
        "url": f"{BASE}/{line.id}",
        "name": visit.value("name") if problems else line.name,
        "problems": problems,
        "path": _path(line),
        "stages": stages,
        "lacking": [visit.say(text) for text in design.lacking(line)],
        "full": len(line.stages) >= MOST_STAGES,
        "count": sum(standing.get(s.id, 0) for s in line.stages),
    }
    return visit.page("pipelines/pipeline.html", status=status, **context)


def _stage_page(
    visit: Visit,
    line: PipelineInfo,
    stage: StageInfo | None,
    form: forms.Form,
    chosen: Mapping[str, Sequence[str]],
) -> Answer:
    info = visit.gate.schema[line.entity]
    own = {f.name for f in visit.gate.readable(info)}
    fields = [
        (f.name, visit.say(f.label))
        for f in info.writable
        if f.name in own and not f.hidden and f.name not in ("stage", "pipeline")
    ]
    others = [(str(s.id), s.name) for s in line.stages if stage is None or s.id != stage.id]
    roles = [(str(id), visit.say(role.name)) for id, role in visit.directory.roles.items()]
    lists = [
        Control(
            "multi",
            "required_fields",
            visit.say("Fields required to enter"),
            choices=fields,
            values=chosen["required_fields"],
            wide=True,
        ),
        Control(
            "multi",
            "required_kinds",
            visit.say("Activities required to enter"),
            hint=visit.say("One of each kind must have been done."),
            choices=[(o.value, visit.say(o.label)) for o in _kinds(visit).values()],
            values=chosen["required_kinds"],
            wide=True,
        ),
        Control(
            "multi",
            "next_stages",
            visit.say("May move on to"),
            hint=visit.say("None ticked: to any stage."),
            choices=others,
            values=chosen["next_stages"],
            wide=True,
        ),
        Control(
            "multi",
            "movers",
            visit.say("Who may move here"),
            hint=visit.say("None ticked: everybody who may edit."),
            choices=roles,
            values=chosen["movers"],
            wide=True,
        ),
    ]
    form.controls += lists
    context: dict[str, Any] = {
        "page_title": stage.name if stage else visit.say("New stage"),
        "form": form,
        "back": f"{BASE}/{line.id}",
        "crumbs": trail(visit, (visit.say("Pipelines"), BASE), (line.name, f"{BASE}/{line.id}")),
        "action": f"/settings/stages/{stage.id}" if stage else f"{BASE}/{line.id}/stages",
    }
    return visit.page("pipelines/stage.html", status=form.status, **context)


def _removal(visit: Visit, stage: StageInfo, problems: Mapping[str, str], *, status: int = 200) -> Answer:
    line = pipelines(visit.gate).by_id[stage.pipeline]
    count = design.count_standing(visit.gate, line.entity).get(stage.id, 0)
    context: dict[str, Any] = {
        "page_title": visit.say(Text("Take away: %(what)s", what=stage.name)),
        "count": count,
        "problems": problems,
        "back": f"{BASE}/{line.id}",
        "action": f"/settings/stages/{stage.id}/removal",
        "typed": visit.value("to"),
        "choices": [(str(s.id), s.name) for s in line.stages if s.id != stage.id],
        "crumbs": trail(visit, (visit.say("Pipelines"), BASE), (line.name, f"{BASE}/{line.id}")),
    }
    return visit.page("pipelines/removal.html", status=status, **context)


def _path(line: PipelineInfo) -> list[Mapping[str, str]]:
    return [{"name": s.name, "tone": s.tone} for s in line.stages]


def _asked(visit: Visit, line: PipelineInfo, stage: StageInfo) -> list[str]:
    """What a stage asks for, in words."""
    kinds = _kinds(visit)
    fields = [_label(visit, line, name) for name in stage.required_fields]
    done = [visit.say(kinds[kind].label) if kind in kinds else kind for kind in stage.required_kinds]
    return [*fields, *stage.required_tasks, *done]


def _kinds(visit: Visit) -> Mapping[str, Option]:
    return visit.gate.schema["activity"].fields["kind"].options


def _label(visit: Visit, line: PipelineInfo, name: str) -> str:
    spec = visit.gate.schema[line.entity].fields.get(name)
    return visit.say(spec.label) if spec else name


def _drafts(visit: Visit, name: str) -> list[design.StageDraft]:
    if name.startswith("copy:"):
        found = pipelines(visit.gate).by_id.get(id_in(name.removeprefix("copy:")) or 0)
        if found is None:
            raise NotFound
        return design.copied(found)
    template = next((t for t in design.TEMPLATES if t.name == name), None)
    if template is None:
        raise NotFound
    return [
        design.StageDraft(visit.say(s.name), s.kind, s.probability, s.expected_days, s.tone, s.hint)
        for s in template.stages
    ]


def _values(visit: Visit, line: PipelineInfo, fields: Sequence[Any]) -> dict[str, Any]:
    """What the form of a stage says."""
    sent = _sent_lists(visit)
    here, roles = {str(s.id) for s in line.stages}, {str(id) for id in visit.directory.roles}
    return {
        **forms.read(visit, Stage, fields),
        "required_fields": tuple(sent["required_fields"]),
        "required_kinds": tuple(sent["required_kinds"]),
        "next_stages": tuple(int(id) for id in sent["next_stages"] if id in here),
        "movers": tuple(int(id) for id in sent["movers"] if id in roles),
    }


def _sent_lists(visit: Visit) -> Mapping[str, Sequence[str]]:
    return {name: visit.values(name) for name in _LISTS}


def _line(visit: Visit) -> PipelineInfo:
    found = pipelines(visit.gate).by_id.get(visit.path_id)
    if found is None:
        raise NotFound
    return found


def _place(visit: Visit) -> int:
    place = number_in(visit.value("place"))
    if place is None:
        raise NotFound
    return place


def _do(visit: Visit, url: str, act: Callable[[], None], *, otherwise: str = "") -> Answer:
    """Do it and go on; where it is refused, say why."""
    try:
        act()
    except Invalid as refusal:
        visit.take_back()
        return visit.see(otherwise or url, done=_reason(refusal), kind="bad")
    return visit.see(url, done=Text("Saved."))


def _reason(refusal: Refused) -> Text:
    return refusal.problems[0].text if isinstance(refusal, Invalid) and refusal.problems else refusal.text
