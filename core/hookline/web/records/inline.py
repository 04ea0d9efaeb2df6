"""A field changed where it stands on the record's page: its value becomes a control, and saving draws the record anew."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from hookline.errors import Conflict, Invalid, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.history import values_at
from hookline.kernel.titles import titles_of
from hookline.kernel.whole import Whole, read_whole
from hookline.web.records import details
from hookline.web.records.controls import Control, controls, marks
from hookline.web.records.form_values import read_values, refuse, sent_values, version_in, written_values
from hookline.web.records.words import shown_value, toast

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

# What the script names as its target when it asks for the control, and for the record after it.
_TARGET: Final = "dd#"


def is_asked(visit: "Visit") -> bool:
    """Whether the field is being changed in its place, not on a page or in a dialog."""
    return visit.is_htmx and visit.request.headers.get("hx-target", "").startswith(_TARGET)


def edit(visit: "Visit", record: Whole, spec: Field) -> "Answer":
    """The control alone, with the value in it."""
    return _form(visit, record, spec, written_values(visit, [spec], record.values))


def update(visit: "Visit", record: Whole, spec: Field) -> "Answer":
    """Save the field and answer with the whole record, in which more may have followed from it."""
    sent, problems = sent_values(visit), list[Problem]()
    values = read_values(visit, record.info, [spec], sent, problems)
    try:
        refuse(problems)
        _save(visit, record, spec, values, version_in(sent))
    except Invalid as refusal:
        return _form(visit, record, spec, sent, refusal.problems, status=422, version=version_in(sent))
    except Conflict as refusal:
        return _in_conflict(visit, record, spec, values, sent, refusal)
    answer = details.page_of(visit, read_whole(visit.gate, record.info, record.id))
    answer.headers["HX-Trigger"] = toast(visit, Text("Saved."))
    return answer


def _save(visit: "Visit", record: Whole, spec: Field, values: Mapping[str, Any], version: int | None) -> None:
    """Only somebody else's change of this very field stands in the way."""
    try:
        visit.gate.update(record.info.name, record.id, values, version=version)
    except Conflict as refusal:
        now = read_whole(visit.gate, record.info, record.id).values
        then = values_at(visit.gate, record.info, record.id, version or 0, now)
        if any(_plain(then.get(name)) != _plain(now.get(name)) for name in values):
            raise
        visit.gate.update(record.info.name, record.id, values, version=refusal.version)


def _in_conflict(
    visit: "Visit", record: Whole, spec: Field, values: Mapping[str, Any], sent: Mapping[str, Any], refusal: Conflict
) -> "Answer":  # fmt: skip
    """Both values; saving again keeps one's own."""
    now = read_whole(visit.gate, record.info, record.id)
    theirs, yours = now.values.get(spec.name), values.get(spec.name)
    names = titles_of(visit.gate, {spec.target: {*_ids(theirs), *_ids(yours)}}) if spec.target else {}
    both = {
        "theirs": shown_value(visit, spec, theirs, names) or "—",
        "yours": shown_value(visit, spec, yours, names) or "—",
    }
    return _form(visit, now, spec, sent, status=409, conflict=both, version=refusal.version)


def _form(
    visit: "Visit", record: Whole, spec: Field, written: Mapping[str, Any], problems: Sequence[Problem] = (), *,
    status: int = 200, version: int | None = None, conflict: Mapping[str, str] | None = None,
) -> "Answer":  # fmt: skip
    if status >= 400:
        visit.take_back()
    beside = {problem.field: visit.say(problem.text) for problem in reversed(problems)}
    control = controls(visit, record.info, [spec], written, beside)[0]
    hidden = marks([spec])
    if spec.kind == "money" and written.get("currency"):
        hidden.append(Control("hidden", "currency_was", value=str(written["currency"])))
    others = [_about(visit, record, name, text) for name, text in beside.items() if name != spec.name]
    return visit.block(
        "records/inline.html", "inline", status=status, action=f"{record.url}/field/{spec.name}",
        label=visit.say(spec.label), version=record.version if version is None else version,
        fields=[control, *hidden], problems=others, conflict=conflict, whole_url=f"{record.url}/edit",
    )  # fmt: skip


def _about(visit: "Visit", record: Whole, name: str, text: str) -> str:
    """A complaint about another field names it, because it does not stand here."""
    spec = record.info.fields.get(name)
    return f"{visit.say(spec.label)}: {text}" if spec else text


def _plain(value: Any) -> Any:
    """Many references have no order, and none of them is nothing."""
    return (
        tuple(sorted(value)) or None if isinstance(value, tuple) and not hasattr(value, "_fields") else value
    )


def _ids(value: object) -> Sequence[int]:
    return [value] if isinstance(value, int) else value if isinstance(value, tuple) else ()
