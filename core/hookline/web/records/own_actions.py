"""What plugins let people do with a record: as buttons and lines of its menu, asked for in the dialog, and done."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from hookline.crm.actions import NotNow, find_action, form_of, list_actions, perform, stands_for
from hookline.errors import Forbidden, Invalid, NotFound, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.screens import Redirect
from hookline.kernel.whole import Whole, read_whole
from hookline.web.addresses import came_from
from hookline.web.plugins.shown import address
from hookline.web.plugins.typed_forms import first_values, form_controls, mistakes, others, read_form
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form
from hookline.web.records.form_values import sent_values
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit


Items = list[Mapping[str, Any]]


def items(visit: "Visit", record: Whole) -> Items:
    """The actions on a record that this person may have, as lines of a menu."""
    return [_item(visit, record, action) for action in _open(visit, record)]


def split(visit: "Visit", record: Whole, room: int) -> tuple[Items, Items]:
    """The same as buttons and lines: as many of the entity's own plugin as there is room for are buttons."""
    found = _open(visit, record)
    first = [c for c in found if c.plugin == record.info.owner][:room]
    buttons, lines = first, [c for c in found if c not in first]
    return [_item(visit, record, c) for c in buttons], [_item(visit, record, c) for c in lines]


def ask(visit: "Visit", entity: str) -> "Answer":
    """Ask for what an action needs, or whether it is meant."""
    record, action = _meant(visit, entity)
    if not stands_for(visit.gate, record.info, action, record.values):
        return visit.see(_back(visit, record), done=NotNow(action).text, kind="bad")
    form = form_of(action)
    return _form(visit, record, action, first_values(visit, form()))


def do(visit: "Visit", entity: str) -> "Answer":
    """Do it, and go back to where it was asked for, or on to where it leads."""
    record, action = _meant(visit, entity)
    form = form_of(action)
    found: Answer | Refused | Failure
    try:
        given = read_form(visit, form)
        read = _reader(visit, record, action)
        found = perform(visit.gate, record.info, action, record.id, given, visit.reader, read)
    except Invalid as refusal:
        found = refusal
    if isinstance(found, Answer):
        return found
    if isinstance(found, Invalid) and (form.fields or visit.is_htmx):
        return _form(visit, record, action, sent_values(visit), found)
    visit.take_back()
    if isinstance(found, NotNow):
        return visit.see(_back(visit, record), done=found.text, kind="bad")
    if isinstance(found, Invalid):
        return visit.see(_back(visit, record), done=found.problems[0].text, kind="bad")
    if isinstance(found, Failure):
        return visit.see(_back(visit, record), done=found.text, kind="bad")
    raise found


def _meant(visit: "Visit", entity: str) -> tuple[Whole, Contribution]:
    info = visit.gate.schema[entity]
    action = find_action(visit.gate, info, _key(visit))
    record = read_whole(visit.gate, info, visit.path_id)
    if record.trashed:
        raise NotFound
    if not _fits(record, action):
        raise Forbidden
    return record, action


def _open(visit: "Visit", record: Whole) -> list[Contribution]:
    if record.trashed:
        return []
    mine = (c for c in list_actions(visit.gate, record.info) if _fits(record, c))
    return [c for c in mine if stands_for(visit.gate, record.info, c, record.values)]


def _key(visit: "Visit") -> str:
    return "{plugin}.{name}".format_map(visit.request.path_params)


def _fits(record: Whole, action: Contribution) -> bool:
    """Whether this very record allows it. What only holds of the entity as a whole has been asked."""
    may = action.options["may"]
    return record.may(may) if may in (Action.edit, Action.delete, Action.assign, Action.share) else True


def _item(visit: "Visit", record: Whole, action: Contribution) -> Mapping[str, Any]:
    asks = bool(action.options["asks"] or action.options["confirm"])
    return {
        "label": visit.say(action.label), "icon": action.options["icon"], "url": _url(record, action),
        "method": "get" if asks else "post", "dialog": asks,
    }  # fmt: skip


def _form(
    visit: "Visit", record: Whole, action: Contribution, written: Mapping[str, Any], refusal: Invalid | None = None
) -> "Answer":  # fmt: skip
    form, label = form_of(action), visit.say(action.label)
    fields = form_controls(visit, form, written, refusal)
    page = FormPage(
        title=f"{label}: {record.title}", text=visit.say(action.options["confirm"]), action=_url(record, action),
        sections=[Section("", fields, text=visit.say(action.options["confirm"]) if visit.is_htmx else "")],
        submit=label, cancel_url=record.url, crumbs=crumbs_to(visit, record.info, record),
        problems=others(visit, form, refusal), mistakes=mistakes(visit, form, refusal), status=422 if refusal else 200,
    )  # fmt: skip
    return show_form(visit, page)


def _reader(visit: "Visit", record: Whole, action: Contribution) -> Callable[[Any], "Answer"]:
    def read(answer: Any) -> Answer:
        back = _back(visit, record)
        if isinstance(answer, Redirect):
            return visit.see(
                address(visit, answer.to) if answer.to else back, done=answer.done, kind=answer.kind
            )
        if answer is None:
            return visit.see(back, done=Text("%(what)s: done.", what=visit.say(action.label)))
        if isinstance(answer, str | Text):
            return visit.see(back, done=answer)
        raise TypeError(f"it must answer a Text, a Redirect or None, not {type(answer).__name__}")

    return read


def _back(visit: "Visit", record: Whole) -> str:
    """The page from which it was asked for; the record's own where that was the form."""
    found = came_from(visit.request, record.url)
    return record.url if found.startswith(f"{record.url}/") else found


def _url(record: Whole, action: Contribution) -> str:
    return f"{record.url}/action/{action.plugin}/{action.name}"
