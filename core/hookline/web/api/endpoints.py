"""/api/v1/x/<plugin>/<name>: the endpoints of plugins, each a form that is sent and one that is answered."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from hookline.crm.sign_in.throttles import take_call
from hookline.errors import Forbidden, Invalid, NotFound, Problem, Refused, Text
from hookline.kernel.actor import Action, house
from hookline.kernel.attempts import Outrun, attempt, checked
from hookline.kernel.forms import Form, Several
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS, BadValue, Json
from hookline.kernel.lists.plain import dumped
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.screens import Call
from hookline.web.api.bodies import read_object
from hookline.web.api.problems import PLUGIN_FAILED, Explained
from hookline.web.api.queries import refuse_parameters
from hookline.web.api.repeats import once
from hookline.web.doors import SIGNED_IN, Door
from hookline.web.plugins.shown import find_open, is_open
from hookline.web.visit import Answer, Visit

BASE: Final = "/api/v1/x"


def list_endpoints(visit: Visit) -> list[Contribution]:
    """Those that this person may call, or make tokens for."""
    host = visit.gate.host
    found = [c for c in host.of_kind("endpoint") if not host.paused(c) and is_open(visit, c)]
    return sorted((c for c in found if _may_ask(visit, c)), key=lambda c: c.key)


def path_of(endpoint: Contribution) -> str:
    """Where it is asked."""
    return f"{BASE}/{endpoint.plugin}/{endpoint.name}"


@cache
def endpoint_doors() -> Sequence[Door]:
    """One door for all of them: which one is asked, and who may, is found out inside."""
    handler = once(_answer)
    path = BASE + "/{plugin:str}/{name:str}"
    return (
        Door(
            "POST",
            path,
            SIGNED_IN,
            lambda visit: handler(visit, ""),
            api=True,
            name="api_endpoint",
            of_plugins=True,
        ),
    )


def _may_ask(visit: Visit, endpoint: Contribution) -> bool:
    return endpoint.entity is None or visit.gate.may(endpoint.entity, Action.edit)


def _answer(visit: Visit, _entity: str) -> Answer:
    steps = visit.request.path_params
    endpoint = find_open(visit, "endpoint", f"{steps['plugin']}.{steps['name']}")
    refuse_parameters(visit)
    gate, record = _standing(visit, endpoint)
    if visit.token is not None:
        take_call(visit.tx, f"token {visit.token}", visit.gate.now, endpoint.options["most"])
    call = Call(record=record, form=_form(endpoint, read_object(visit)), reader=visit.reader)
    found = _attempt(gate, endpoint, call)
    if isinstance(found, Outrun):
        # It looks again, and sees who was faster.
        found = _attempt(gate, endpoint, call)
    if isinstance(found, Failure):
        raise Explained(PLUGIN_FAILED, found.text)
    if isinstance(found, Refused):
        raise found
    return visit.json(found)


def _attempt(gate: Gate, endpoint: Contribution, call: Call[Any, Any]) -> dict[str, Json] | Refused | Failure:
    asked = checked(endpoint, call.form)
    return attempt(gate, asked, lambda told: _told(endpoint, told), call, gate, writes=True)


def _standing(visit: Visit, endpoint: Contribution) -> tuple[Gate, Any]:
    """Whose gate it is asked through, and which record the token stands for. NotFound for another endpoint's token."""
    signed_in = visit.signed_in
    assert signed_in is not None, "the door needs somebody signed in"
    about = signed_in.about
    if about and signed_in.scope != endpoint.key:
        raise NotFound
    if endpoint.entity is None:
        return visit.gate, None
    if not about:
        raise Forbidden(Text("This door is opened by a token of its own, which stands for a record."))
    gate = visit.site.installation.gate(visit.tx, house(endpoint.label), version=signed_in.configuration)
    gate.origin = visit.gate.origin
    entity, _, id = about.partition(":")
    return gate, gate.get(gate.schema[entity].cls, int(id))


def _form(endpoint: Contribution, raw: dict[str, Json]) -> Form:
    """What was sent, as the form. Invalid with every complaint at once."""
    problems: list[Problem] = []
    found = _filled(endpoint.options["takes_form"], raw, "", problems)
    if found is None or problems:
        raise Invalid(problems)
    return found


def _filled(form: type[Form], raw: dict[str, Json], at: str, problems: list[Problem]) -> Form | None:
    """One form; None when something is wrong with it. `at` is where it stands: "" or "lines.0."."""
    before = len(problems)
    problems += [
        Problem(at + n[:100], Text("There is no field %(name)s.", name=n[:100]))
        for n in raw
        if n not in form.fields and n not in form.parts
    ]
    values: dict[str, Any] = {}
    for name, spec in form.fields.items():
        sent = raw.get(name)
        try:
            values[name] = None if sent is None else KINDS[spec.kind].load(sent, spec)
        except BadValue as error:
            problems.append(Problem(at + name, error.text))
            continue
        if name not in raw:
            values.pop(name)
        if spec.required and values.get(name, spec.default) in (None, ""):
            problems.append(Problem(at + name, Text("Please fill this in.")))
    for name, inside in form.parts.items():
        values[name] = _list(inside, raw.get(name), name, problems)
    if len(problems) > before:
        return None
    found = form(**values)
    problems += [
        Problem(at + problem.field if problem.field else at.rstrip("."), problem.text)
        for problem in found.check()
    ]
    return found


def _list(inside: Several, sent: Json, name: str, problems: list[Problem]) -> list[Form | None]:
    if sent is None:
        return []
    if not isinstance(sent, list) or not all(isinstance(each, dict) for each in sent):
        problems.append(Problem(name, Text("This is a list of objects.")))
        return []
    if len(sent) > inside.most:
        problems.append(Problem(name, Text("At most %(most)s.", most=inside.most)))
        return []
    objects = [each for each in sent if isinstance(each, dict)]
    return [_filled(inside.form, each, f"{name}.{at}.", problems) for at, each in enumerate(objects)]


def _told(endpoint: Contribution, answer: object) -> dict[str, Json]:
    """What it answers, field by field. TypeError for another form than it promised."""
    form: type[Form] = endpoint.options["answers"]
    if not isinstance(answer, form):
        raise TypeError(f"it must answer a {form.__name__}")
    return _said(answer)


def _said(answer: Form) -> dict[str, Json]:
    told = {name: dumped(spec, getattr(answer, name)) for name, spec in answer.fields.items()}
    for name, inside in answer.parts.items():
        if not all(isinstance(each, inside.form) for each in getattr(answer, name)):
            raise TypeError(f"{name} must hold {inside.form.__name__} alone")
        told[name] = [_said(each) for each in getattr(answer, name)]
    return told
