"""Bulk changes from a list: of the ticked records, or of everything that the list's filters find.

The bar over the list posts to one of the doors here. A change that needs to know more (which owner, which stage, which
field) asks for it on a page of its own; so does a change of everything found.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.actions import find_action, form_of, list_actions, stands_for
from hookline.crm.bulk import AT_ONCE, JOB, Miss, Outcome, change_later, change_now, read_misses
from hookline.crm.tags import FIELD as TAGS
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.background.jobs import Job, find_job
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.lists.listing import count_all, list_ids
from hookline.kernel.schema import EntityInfo
from hookline.web.plugins.typed_forms import first_values, form_controls, read_form
from hookline.web.records.addresses import ListAddress, read_query, sent_address
from hookline.web.records.controls import Control, controls
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.records.form_values import read_values, sent_values

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_NOT_EDITED: Final = frozenset({"address", "file", "owner", "team", "stage", "pipeline", TAGS})


@dataclass(frozen=True)
class Chosen:
    """Which records are meant: those by id, or all that a list holds."""

    asked: ListAddress
    ids: Sequence[int]
    all: bool
    count: int


def actions(visit: "Visit", info: EntityInfo, *, trash: bool) -> list[Mapping[str, Any]]:
    """The buttons of the bar, as this person's rights allow."""
    gate, base = visit.gate, f"/{info.cls.slug}/bulk"
    if not gate.may(info.name, Action.bulk):
        return []
    edit, delete = gate.may(info.name, Action.edit), gate.may(info.name, Action.delete)
    if trash:
        return [_action(visit, "Restore", "undo-2", f"{base}/restore")] if delete else []
    writable = {f.name for f in gate.writable(info)}
    found = [
        _action(visit, "Edit", "pencil", f"{base}/edit") if edit else None,
        _action(visit, "Assign", "user-check", f"{base}/owner") if info.owned and gate.may(info.name, Action.assign) else None,
        _action(visit, "Stage", "kanban", f"{base}/stage") if info.is_staged and edit else None,
        _action(visit, "Tags", "tag", f"{base}/tags") if TAGS in writable and edit else None,
        _action(visit, "Export", "download", f"/{info.cls.slug}/export/choice") if gate.may(info.name, Action.export) else None,
        *(
            {
                **_action(visit, action.label, action.options["icon"], f"{base}/action/{action.plugin}/{action.name}"),
                "key": action.key if action.options["when"] else "",
            }
            for action in list_actions(gate, info, bulk=True)
        ),
        {**_action(visit, "Delete", "trash-2", f"{base}/trash"), "danger": True} if delete else None,
    ]  # fmt: skip
    return [action for action in found if action is not None]


def closed_to(visit: "Visit", info: EntityInfo) -> Callable[[Mapping[str, Any]], str]:
    """What tells of a row the keys of those of the bar's actions that are not for it as it stands, as words."""
    found = [action for action in list_actions(visit.gate, info, bulk=True) if action.options["when"]]
    if not found:
        return lambda _row: ""

    def told(row: Mapping[str, Any]) -> str:
        return " ".join(action.key for action in found if not stands_for(visit.gate, info, action, row))

    return told


def trash(visit: "Visit", entity: str) -> "Answer":
    """Put the chosen records into the trash."""
    return _confirmed(visit, entity, "trash")


def restore(visit: "Visit", entity: str) -> "Answer":
    """Bring the chosen records back from the trash."""
    return _confirmed(visit, entity, "restore")


def assign(visit: "Visit", entity: str) -> "Answer":
    """Give the chosen records to somebody."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.assign)
    # Many records are not left to nobody by a field that was forgotten.
    return _with_value(visit, info, "edit", replace(info.fields["owner"], required=True))


def move(visit: "Visit", entity: str) -> "Answer":
    """Move the chosen records to a stage."""
    info = visit.gate.schema[entity]
    if not info.is_staged:
        raise NotFound
    return _with_value(visit, info, "stage", replace(info.fields["stage"], required=True))


def edit(visit: "Visit", entity: str) -> "Answer":
    """Set one field of the chosen records: first which one, then to what."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.edit)
    fields = {f.name: f for f in visit.gate.writable(info) if _is_editable(f)}
    name = visit.value("field")
    if name not in fields:
        chosen = _chosen(visit, info)
        offered = [(f.name, visit.say(f.label)) for f in fields.values()]
        which = Control("select", "field", visit.say("Field"), choices=offered, required=True, blank=None)
        return _form(visit, info, chosen, [which], visit.say("Next"))
    return _with_value(visit, info, "edit", fields[name])


def mark(visit: "Visit", entity: str) -> "Answer":
    """Give the chosen records tags, or take tags away from them; the others they have stay."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.edit)
    spec = next((f for f in visit.gate.writable(info) if f.name == TAGS), None)
    if spec is None:
        raise NotFound
    way = "untag" if visit.value("way") == "untag" else "tag"
    ways = [("tag", visit.say("Add")), ("untag", visit.say("Remove"))]
    choice = Control("radio", "way", visit.say("What to do"), way, choices=ways, wide=True)
    return _with_value(visit, info, way, replace(spec, required=True), before=[choice])


def act(visit: "Visit", entity: str) -> "Answer":
    """Do what a plugin lets people do to each of the chosen records, after it was asked what it needs."""
    info = visit.gate.schema[entity]
    action = find_action(visit.gate, info, "{plugin}.{name}".format_map(visit.request.path_params), bulk=True)
    chosen, form, refusal = _chosen(visit, info), form_of(action), None
    asks = form.fields or action.options["confirm"] or chosen.all
    if visit.value("go") or not asks:
        try:
            given = read_form(visit, form)
            return _do(visit, info, chosen, action.key, {name: getattr(given, name) for name in form.fields})
        except Invalid as error:
            refusal = error
    written = sent_values(visit) if visit.value("go") else first_values(visit, form())
    fields = [*form_controls(visit, form, written, refusal), Control("hidden", "go", value="1")]
    question, status = visit.say(action.options["confirm"]), 422 if refusal else 200
    return _form(visit, info, chosen, fields, visit.say(action.label), text=question, status=status)


def progress(visit: "Visit", entity: str) -> "Answer":
    """How far a large change has come, and what came of it."""
    info = visit.gate.schema[entity]
    job = find_job(visit.tx, visit.path_id)
    if job is None or job.name != JOB or job.user != visit.gate.actor.user or job.args["entity"] != info.name:
        raise NotFound
    result = job.result or {}
    outcome = _Result(result.get("done", 0), result.get("missed", 0), read_misses(job.result))
    return _result_page(visit, info, job.args["way"], outcome, job)


@dataclass(frozen=True)
class _Result:
    done: int
    missed: int
    misses: Sequence[Miss]


def _confirmed(visit: "Visit", entity: str, way: str) -> "Answer":
    """Ticked records at once, since it can be undone; everything found only after a question."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.delete)
    chosen = _chosen(visit, info)
    if chosen.all and not visit.value("go"):
        return _form(
            visit,
            info,
            chosen,
            [Control("hidden", "go", value="1")],
            visit.say("Delete" if way == "trash" else "Restore"),
        )
    return _do(visit, info, chosen, way, {})


def _with_value(
    visit: "Visit", info: EntityInfo, way: str, spec: Field, *, before: Sequence[Control] = ()
) -> "Answer":
    chosen, sent = _chosen(visit, info), sent_values(visit)
    spec = replace(spec, required=spec.required or spec.kind == "stage")
    problems: list[Problem] = []
    if visit.value("go"):
        values = read_values(visit, info, [spec], sent, problems)
        if spec.required and values.get(spec.name) in (None, ()) and not problems:
            problems.append(Problem(spec.name, Text("Please fill this in.")))
        if not problems:
            return _do(visit, info, chosen, way, values)
    beside = {p.field: visit.say(p.text) for p in problems}
    fields = controls(visit, info, [spec], sent, beside)
    if spec.kind == "stage":
        fields[0].blank = visit.say("Choose a stage")
    hidden = [Control("hidden", "go", value="1"), Control("hidden", "field", value=spec.name)]
    return _form(
        visit, info, chosen, [*before, *fields, *hidden], visit.say("Apply"), status=422 if problems else 200
    )


def _do(visit: "Visit", info: EntityInfo, chosen: Chosen, way: str, values: Mapping[str, Any]) -> "Answer":
    if chosen.count > AT_ONCE:
        query = read_query(visit.gate, info, chosen.asked)
        job = change_later(
            visit.gate,
            info.name,
            chosen.asked.filters,
            query,
            visit.reader,
            way=way,
            values=values,
            total=chosen.count,
        )
        return visit.see(f"/{info.cls.slug}/bulk/{job}")
    ids = chosen.ids
    if chosen.all:
        query = read_query(visit.gate, info, chosen.asked)
        ids = list_ids(visit.gate, info, query, visit.reader, AT_ONCE)
    outcome = change_now(visit.gate, info.name, ids, way, values, visit.reader)
    if outcome.missed:
        return _result_page(
            visit, info, way, _Result(len(outcome.done), outcome.missed, outcome.misses), None
        )
    return visit.see(_back(chosen), done=_said(visit, way, len(outcome.done)), undo=_undo(info, way, outcome))


def _chosen(visit: "Visit", info: EntityInfo) -> Chosen:
    """The records that the form means. Invalid when it names none."""
    visit.gate.must(info.name, Action.bulk)
    asked = sent_address(visit, info)
    written = [*visit.values("id"), *visit.query.get("ids", "").split(",")]
    ids = [id for one in written if (id := id_in(one))][:AT_ONCE]
    if visit.value("all"):
        query = read_query(visit.gate, info, asked)
        return Chosen(asked, (), True, count_all(visit.gate, info, query, visit.reader))
    if not ids:
        raise Invalid([Problem("", Text("Tick at least one record first."))])
    return Chosen(asked, ids, False, len(ids))


def _is_editable(spec: Field) -> bool:
    return not (spec.hidden or spec.unique or {spec.kind, spec.name} & _NOT_EDITED)


def _form(
    visit: "Visit", info: EntityInfo, chosen: Chosen, fields: Sequence[Control], submit: str, *, text: str = "", status: int = 200
) -> "Answer":  # fmt: skip
    """A page that asks for what is still missing; the chosen records ride along in it."""
    everything = [Control("hidden", "all", value="1")]
    carried = everything if chosen.all else [Control("hidden", "id", value=str(id)) for id in chosen.ids]
    carried.append(Control("hidden", "query", value=visit.value("query")))
    page = FormPage(
        title=_counted(visit, info, chosen.count), action=visit.request.url.path, sections=[Section("", [*fields, *carried])],
        submit=submit, cancel_url=_back(chosen), crumbs=crumbs_to(visit, info), text=text, status=status,
    )  # fmt: skip
    return show_form(visit, page)


def _result_page(visit: "Visit", info: EntityInfo, way: str, result: _Result, job: Job | None) -> "Answer":
    base = f"/{info.cls.slug}"
    context: dict[str, Any] = {
        "page_title": visit.say(info.cls.plural), "crumbs": [{"label": visit.say(info.cls.plural), "url": base}],
        "said": _said(visit, way, result.done), "missed": result.missed, "more": result.missed - len(result.misses),
        "misses": [{"title": m.title, "url": f"{base}/{m.id}", "reason": visit.say(m.reason)} for m in result.misses],
        "running": job is not None and not job.ended, "failed": job is not None and job.state == "parked",
        "progress": job.progress if job else 0, "total": job.args["total"] if job else 0,
        "url": visit.request.url.path, "back_url": base,
    }  # fmt: skip
    return visit.page("records/bulk.html", block="bulk", **context)


def _back(chosen: Chosen) -> str:
    """The list from which the records were chosen."""
    return chosen.asked.with_query(chosen.asked.query)


def _action(visit: "Visit", label: str, icon: str, url: str) -> Mapping[str, Any]:
    return {"label": visit.say(label), "icon": icon, "url": url, "danger": False}


def _said(visit: "Visit", way: str, count: int) -> str:
    ngettext = visit.site.translations.catalog(visit.language).ngettext
    if "." in way:
        found = visit.gate.host.find("action", way)
        what = found.label if found else way
        done = ngettext("%(what)s: done with %(num)s record.", "%(what)s: done with %(num)s records.", count)
        return done % {"what": visit.say(what), "num": visit.fmt.number(count)}
    sentence = {
        "trash": ngettext("%(num)s record is in the trash.", "%(num)s records are in the trash.", count),
        "restore": ngettext("%(num)s record is restored.", "%(num)s records are restored.", count),
        "stage": ngettext("%(num)s record is moved.", "%(num)s records are moved.", count),
        "tag": ngettext("%(num)s record is tagged.", "%(num)s records are tagged.", count),
        "untag": ngettext(
            "The tags are gone from %(num)s record.", "The tags are gone from %(num)s records.", count
        ),
        "edit": ngettext("%(num)s record is changed.", "%(num)s records are changed.", count),
    }[way]
    return sentence % {"num": visit.fmt.number(count)}


def _undo(info: EntityInfo, way: str, outcome: Outcome) -> str:
    """Where a change can be taken back at once."""
    return f"/{info.cls.slug}/bulk/restore?ids={','.join(map(str, outcome.done))}" if way == "trash" else ""


def _counted(visit: "Visit", info: EntityInfo, count: int) -> str:
    what = visit.say(info.cls.label if count == 1 else info.cls.plural)
    return visit.say(Text("%(what)s: %(count)s chosen", what=what, count=visit.fmt.number(count)))
