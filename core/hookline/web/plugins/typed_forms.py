"""Typed forms: a plugin's class of fields as controls, and what was sent as an object of it."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from hookline.errors import Invalid, Problem, Text
from hookline.kernel.forms import Form
from hookline.web.records.controls import Control, controls, marks
from hookline.web.records.form_page import Mistake
from hookline.web.records.form_values import read_values, refuse, sent_values, written_values

if TYPE_CHECKING:
    from hookline.web.visit import Visit

F = TypeVar("F", bound=Form)


def read_form(visit: "Visit", form: type[F], *, unless: Collection[str] = ()) -> F:
    """What was sent. Invalid with every complaint, each beside its field; `unless` names what may be left out all the same.

    What the form says of its values together has not been asked: that is the plugin's, and may fail.
    """
    problems: list[Problem] = []
    specs = list(form.fields.values())
    values = read_values(visit, None, specs, sent_values(visit), problems)
    known = {problem.field for problem in problems}
    problems += [
        Problem(spec.name, Text("Please fill this in."))
        for spec in specs
        if spec.required and values.get(spec.name) in (None, ()) and spec.name not in (*known, *unless)
    ]
    refuse(problems)
    return form(**values)


def form_controls(
    visit: "Visit", form: type[Form], written: Mapping[str, Any], refusal: Invalid | None = None
) -> list[Control]:
    """The fields with what stands in them and what is wrong with them."""
    if form.parts:
        raise TypeError(f"{form.__name__} has a list of forms, which programs send; people cannot fill it in")
    specs = list(form.fields.values())
    found = controls(visit, None, specs, written, _beside(visit, refusal))
    for control in found:
        # A form is of no record: its amounts are in the currency of the house.
        control.currencies = control.currencies[:1]
    return [*found, *marks(specs)]


def first_values(visit: "Visit", form: Form) -> dict[str, Any]:
    """An object's values as the text that stands in the form."""
    values = {name: getattr(form, name) for name in form.fields}
    return written_values(visit, list(form.fields.values()), values)


def mistakes(visit: "Visit", form: type[Form], refusal: Invalid | None) -> list[Mistake]:
    """What is wrong with fields, for the summary above the form."""
    beside = _beside(visit, refusal)
    return [
        Mistake(name, visit.say(spec.label), beside[name])
        for name, spec in form.fields.items()
        if name in beside
    ]


def others(visit: "Visit", form: type[Form], refusal: Invalid | None) -> list[str]:
    """What is wrong with the whole, or with what the form does not ask for."""
    problems = refusal.problems if refusal else ()
    return [visit.say(p.text) for p in problems if p.field not in form.fields]


def _beside(visit: "Visit", refusal: Invalid | None) -> Mapping[str, str]:
    problems = refusal.problems if refusal else ()
    return {p.field: visit.say(p.text) for p in reversed(problems)}
