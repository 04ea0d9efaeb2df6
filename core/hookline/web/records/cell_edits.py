"""One cell of a list changed in place, by the same rules and rights as in the form; only its row is drawn again.

A change that needs more than its value, such as a stage that asks for fields, is sent on to the dialog by X-Dialog.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from hookline.crm import stages
from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.history import values_at
from hookline.kernel.titles import titles_of
from hookline.kernel.whole import Whole, read_editable, read_whole
from hookline.web.addresses import own_address
from hookline.web.records import lists
from hookline.web.records.addresses import sent_address
from hookline.web.records.controls import Control, controls, marks
from hookline.web.records.editable import editable_names
from hookline.web.records.form_values import read_values, refuse, sent_values, version_in, written_values
from hookline.web.records.words import shown_value
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# What the form sends besides the value: the list's own address, where to come back to, and that nothing is to be saved.
LIST: Final = "_list"
BACK: Final = "_back"
KEEP: Final = "_keep"


def edit(visit: "Visit", entity: str) -> Answer:
    """The form of one cell. Who comes without script is sent to that of the field."""
    record, spec = _cell(visit, entity)
    if not visit.is_htmx:
        return visit.see(f"{record.url}/{'stage' if spec.kind == 'stage' else f'field/{spec.name}'}")
    return _form(visit, record, spec, written_values(visit, [spec], record.values))


def update(visit: "Visit", entity: str) -> Answer:
    """Save one cell and answer with its row."""
    record, spec = _cell(visit, entity)
    if visit.value(KEEP):
        return _row(visit, record)
    sent = sent_values(visit)
    problems: list[Problem] = []
    values = read_values(visit, record.info, [spec], sent, problems)
    try:
        refuse(problems)
        if spec.kind == "stage":
            return _move(visit, record, values["stage"], version_in(sent))
        _save(visit, record, spec, values, version_in(sent))
    except Invalid as refusal:
        return _form(visit, record, spec, sent, refusal.problems, status=422, version=version_in(sent))
    except Conflict as refusal:
        return _in_conflict(visit, record, spec, values, sent, refusal)
    return _row(visit, record)


def _cell(visit: "Visit", entity: str) -> tuple[Whole, Field]:
    record = read_editable(visit.gate, visit.gate.schema[entity], visit.path_id)
    spec = visit.gate.field(record.info, str(visit.request.path_params["field"]))
    if spec.name not in editable_names(visit, record.info):
        raise NotFound
    if (not spec.many and record.is_veiled(spec.name)) or (
        spec.name == "owner" and not record.may(Action.assign)
    ):
        raise Forbidden
    return record, spec


def _save(visit: "Visit", record: Whole, spec: Field, values: Mapping[str, Any], version: int | None) -> None:
    """Save a value. Only somebody else's change of the same field stands in its way."""
    gate, info = visit.gate, record.info
    try:
        gate.update(info.name, record.id, values, version=version)
    except Conflict as refusal:
        now = read_whole(gate, info, record.id)
        before = values_at(gate, info, record.id, version or 0, now.values)
        if _plain(before.get(spec.name)) != _plain(now.values.get(spec.name)):
            raise
        gate.update(info.name, record.id, values, version=refusal.version)


def _move(visit: "Visit", record: Whole, stage: int | None, version: int | None) -> Answer:
    """Move a record. What its new stage asks for is asked for in the dialog, and so is why something is lost."""
    target = visit.pipelines.stages.get(stage or 0)
    if target is None:
        raise Invalid([Problem("stage", Text("Choose a stage."))])
    values = (
        {"closed_on": visit.reader.today} if target.is_closed and "closed_on" in record.info.fields else {}
    )
    if target.id == record.values.get("stage"):
        return _row(visit, record)
    if target.kind == "lost":
        return _dialog(visit, record, target.id, Invalid([Problem("stage", Text("Say why it is lost."))]))
    try:
        stages.move(visit.gate, record.info.name, record.id, target.id, values, version=version)
    except Invalid as refusal:
        return _dialog(visit, record, target.id, refusal)
    return _row(visit, record)


def _dialog(visit: "Visit", record: Whole, stage: int, refusal: Invalid) -> Answer:
    visit.take_back()
    back = own_address(visit.value(BACK), f"/{record.info.cls.slug}")
    answer = _text(visit, refusal.problems)
    answer.headers["X-Dialog"] = f"{record.url}/stage?{urlencode({'stage': stage, 'back': back})}"
    return answer


def _text(visit: "Visit", problems: Sequence[Problem]) -> Answer:
    return Answer(" ".join(visit.say(p.text) for p in problems), 422, "text/plain")


def _row(visit: "Visit", record: Whole) -> Answer:
    """The record's row as the list draws it; nothing when it has gone out of this person's sight."""
    asked = sent_address(visit, record.info, visit.value(LIST))
    return Answer(lists.draw_row(visit, record.info, asked, record.id))


def _in_conflict(
    visit: "Visit", record: Whole, spec: Field, values: Mapping[str, Any], sent: Mapping[str, Any], refusal: Conflict
) -> Answer:  # fmt: skip
    """Somebody has changed the same field: both values are shown, and saving again keeps one's own."""
    now = read_whole(visit.gate, record.info, record.id)
    theirs, yours = now.values.get(spec.name), values.get(spec.name)
    names = titles_of(visit.gate, {spec.target: {*_ids(theirs), *_ids(yours)}}) if spec.target else {}
    told = {
        "text": visit.say("Somebody else has changed this meanwhile."),
        "theirs": shown_value(visit, spec, theirs, names) or "—",
        "yours": shown_value(visit, spec, yours, names) or "—",
    }
    return _form(visit, now, spec, sent, status=409, conflict=told, version=refusal.version)


def _ids(value: object) -> Sequence[int]:
    return [value] if isinstance(value, int) else value if isinstance(value, tuple) else ()


def _plain(value: Any) -> Any:
    """Many references have no order, and none of them is nothing."""
    return tuple(sorted(value)) or None if isinstance(value, tuple) else value


def _form(
    visit: "Visit", record: Whole, spec: Field, written: Mapping[str, Any], problems: Sequence[Problem] = (), *,
    status: int = 200, version: int | None = None, conflict: Mapping[str, str] | None = None,
) -> Answer:  # fmt: skip
    if status >= 400:
        visit.take_back()
    beside = {problem.field: visit.say(problem.text) for problem in reversed(problems)}
    control = controls(visit, record.info, [spec], written, beside)[0]
    if spec.kind == "stage":
        _offer_stages(visit, record, control)
    hidden = marks([spec])
    if spec.kind == "money" and written.get("currency"):
        hidden.append(Control("hidden", "currency_was", value=str(written["currency"])))
    context = {
        "action": f"{record.url}/cell/{spec.name}", "label": visit.say(spec.label), "title": record.title,
        "version": record.version if version is None else version, "fields": [control, *hidden], "conflict": conflict,
        "problems": [text for name, text in beside.items() if name != spec.name],
    }  # fmt: skip
    return visit.block("records/cell.html", "form", status=status, **context)


def _offer_stages(visit: "Visit", record: Whole, control: Control) -> None:
    """Where a record may go from here; where it is stands first."""
    here = visit.pipelines.stages.get(record.values.get("stage") or 0)
    onward = stages.next_stages(visit.gate, here.id) if here else []
    control.choices = [(str(stage.id), stage.name) for stage in ([here] if here else []) + onward]
    control.blank = None
