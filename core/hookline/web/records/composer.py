"""The composer: writing down on a record's page what was done, what is to be done, and keeping files with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup, escape

from hookline.crm.activities import Activity, kind_icons
from hookline.crm.files import LARGEST
from hookline.errors import Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.memory import Latest
from hookline.kernel.prepared import rights_of
from hookline.kernel.whole import Whole
from hookline.web.records.controls import Control, controls

if TYPE_CHECKING:
    from hookline.web.visit import Visit

FILE: Final = "file"
# The fields that are asked for, by kind of activity; a plugin's kind asks as a meeting does.
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "note": ("body",),
    "call": ("direction", "outcome", "duration", "body"),
    "task": ("subject", "kind", "due_at", "owner", "body"),
    "meeting": ("subject", "due_at", "duration", "body"),
    "email": ("subject", "direction", "body"),
    "message": ("direction", "body"),
}
_REQUIRED: Final = {"note": "body", "task": "subject", "message": "body"}
_LABELS: Final[Mapping[tuple[str, str], Text]] = {
    ("note", "body"): Text("Write a note… @ mentions a colleague"),
    ("task", "subject"): Text("What is to be done"),
    ("task", "kind"): Text("How"),
    ("meeting", "due_at"): Text("When"),
    ("call", "outcome"): Text("Result"),
    ("email", "body"): Text("What was written"),
}


# In an empty composer that is kept these stand for what differs from page to page. Nobody can type them.
_URL, _KEY = "\ufdd0url\ufdd1", "\ufdd0key\ufdd1"
_MOST_KEPT: Final = 64


@dataclass(frozen=True)
class Refusal:
    """What was typed into one tab and what is wrong with it."""

    tab: str
    sent: Mapping[str, Any]
    problems: Sequence[Problem]


@dataclass(frozen=True)
class Tab:
    """One way to write into the stream."""

    name: str
    label: str
    icon: str
    action: str
    submit: str
    fields: Sequence[Control]
    hint: str = ""
    problems: Sequence[str] = field(default_factory=tuple)


def composer(visit: "Visit", record: Whole, refused: Refusal | None) -> Markup:
    """The tabs: note, call, task, meeting, e-mail, message, those of plugins, file.

    An empty one is the same on every record, and drawing it costs more than the rest of the page, so it is kept.
    """
    if refused is not None:
        return _draw(visit, record.url, record.key, refused)
    kept = visit.gate.remembered("composers", lambda _tx: Latest[str](_MOST_KEPT))
    found = kept.get((visit.language, rights_of(visit.gate.actor)), lambda: _draw(visit, _URL, _KEY))
    for mark, value in ((_URL, record.url), (_KEY, record.key)):
        found = found.replace(mark, escape(value))
    return Markup(found)  # noqa: S704  # the template's own markup with two escaped values


def composer_fields(visit: "Visit", kind: str) -> list[Field]:
    """The fields that the tab of this kind asks for, of those that the actor may set."""
    info = visit.gate.schema["activity"]
    names = _FIELDS.get(kind, _FIELDS["meeting"])
    writable = {f.name: f for f in visit.gate.writable(info)}
    return [writable[name] for name in names if name in writable]


def writing_kinds(visit: "Visit") -> list[tuple[str, str, str]]:
    """What can be written down, in the order of the tabs: name, label and icon."""
    options = visit.gate.schema["activity"].fields["kind"].options
    order = [*(k for k in _FIELDS if k in options), *(k for k in options if k not in _FIELDS)]
    icons = kind_icons(visit.gate.host)
    return [(kind, visit.say(options[kind].label), icons[kind]) for kind in order]


def required_field(kind: str) -> str:
    """The field without which there is nothing to keep; "" where there is none."""
    return _REQUIRED.get(kind, "")


def _draw(visit: "Visit", url: str, key: str, refused: Refusal | None = None) -> Markup:
    tabs = [_tab(visit, url, kind, label, icon, refused) for kind, label, icon in writing_kinds(visit)]
    file = visit.site.templates[visit.language].get_template("macros/record.html")
    draw: Callable[..., Markup] = vars(file.module)["composer"]
    return draw([*tabs, _file_tab(visit, url, refused)], key, refused.tab if refused else "note")


def _tab(visit: "Visit", url: str, kind: str, label: str, icon: str, refused: Refusal | None) -> Tab:
    mine = refused if refused is not None and refused.tab == kind else None
    beside = {p.field: visit.say(p.text) for p in reversed(mine.problems)} if mine else {}
    fields = composer_fields(visit, kind)
    written = mine.sent if mine else _blank(visit, kind)
    made = controls(visit, visit.gate.schema[Activity], fields, written, beside)
    for control in made:
        _adapt(visit, kind, control)
    names = {f.name for f in fields}
    submit = visit.say("Plan" if kind == "task" else "Save")
    others = [text for name, text in beside.items() if name not in names]
    return Tab(kind, label, icon, f"{url}/activities/{kind}", submit, made, problems=others)


def _adapt(visit: "Visit", kind: str, control: Control) -> None:
    """What the tab calls a field and asks of it."""
    label = _LABELS.get((kind, control.name))
    control.label = visit.say(label) if label else control.label
    control.required = control.name == _REQUIRED.get(kind)
    control.wide = control.name in ("subject", "body")
    control.rows = 2
    if control.name == "kind":
        control.choices = [
            (value, text) for value, text in control.choices if value not in ("note", "message")
        ]
        control.blank = None


def _blank(visit: "Visit", kind: str) -> Mapping[str, Any]:
    if kind == "task":
        return {"kind": "task", "owner": str(visit.gate.actor.user or "")}
    return {"direction": "outgoing"} if kind in ("call", "email", "message") else {}


def _file_tab(visit: "Visit", url: str, refused: Refusal | None) -> Tab:
    mine = refused is not None and refused.tab == FILE
    error = visit.say(refused.problems[0].text) if refused is not None and mine else ""
    limit = visit.say(Text("At most %(limit)s MB.", limit=LARGEST // 1024 // 1024))
    file = Control("file", "file", visit.say("File"), hint=limit, error=error, wide=True)
    photo = Control("photo", "photo", visit.say("Or take a photo"), wide=True)
    return Tab(FILE, visit.say("File"), "paperclip", f"{url}/files", visit.say("Upload"), [file, photo])
