"""What may be done with a record, as the buttons and the menu of its page."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.access.shares import may_be_shared
from hookline.crm.merging import may_be_merged
from hookline.crm.persons.subjects import PEOPLE, PERMISSION
from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.whole import Whole
from hookline.web.records import own_actions

if TYPE_CHECKING:
    from hookline.web.visit import Visit


_MOST_BUTTONS: Final = 3


def main_actions(visit: "Visit", record: Whole) -> list[Mapping[str, Any]]:
    """At most three buttons."""
    if record.trashed:
        may = record.may(Action.delete)
        return (
            [_button(visit, "Restore", "rotate-ccw", f"{record.url}/restoration", post=True)] if may else []
        )
    if not record.may(Action.edit):
        return []
    edit = _button(visit, "Edit", "pencil", f"{record.url}/edit", variant="outline")
    buttons, _ = own_actions.split(visit, record, _room(visit, record))
    own = [{**button, "variant": "outline"} for button in buttons]
    return [*_closing(visit, record), *_lead(visit, record), *own, edit]


def more_actions(visit: "Visit", record: Whole) -> list[Any]:
    """The menu."""
    info = record.info
    _, own = own_actions.split(visit, record, _room(visit, record))
    found: list[Any] = [*own, *(["-"] if own else [])]
    if not record.trashed:
        found += [*_sharing(visit, record), *_copying(visit, record)]
    if not record.trashed and record.may(Action.delete):
        trash = _item(visit, "Put into the trash", "trash-2", f"{record.url}/trash", post=True)
        question = visit.say(Text("Put “%(title)s” into the trash?", title=record.title))
        found += [*(["-"] if found else []), {**trash, "danger": True, "confirm": question}]
    if info.name in PEOPLE and visit.gate.actor.may(PERMISSION):
        found.append(_item(visit, "Personal data", "shield-check", f"/privacy/{info.name}/{record.id}"))
    found.append(_item(visit, "Why may I do this?", "shield", f"{record.url}/why"))
    return found


def _room(visit: "Visit", record: Whole) -> int:
    """How many actions of its plugin have room as buttons, beside what every record of its kind has."""
    if not record.may(Action.edit):
        return 0
    return _MOST_BUTTONS - len([*_closing(visit, record), *_lead(visit, record), "edit"])


def _sharing(visit: "Visit", record: Whole) -> list[Any]:
    """Whose it is, and who else has it."""
    found: list[Any] = []
    if record.info.owned and record.may(Action.assign):
        found.append(_item(visit, "Assign", "user-plus", f"{record.url}/assignment", dialog=True))
    if may_be_shared(record.info) and record.may(Action.share):
        found.append(_item(visit, "Share", "users-round", f"{record.url}/shares", dialog=True))
    return found


def _copying(visit: "Visit", record: Whole) -> list[Any]:
    """How one record becomes two, two become one, or are tied together."""
    info = record.info
    found: list[Any] = []
    if visit.gate.may(info.name, Action.create):
        found.append(_item(visit, "Copy", "copy", f"/{info.cls.slug}/new?copy={record.id}"))
    if may_be_merged(info) and record.may(Action.edit) and visit.gate.may(info.name, Action.delete):
        found.append(_item(visit, "Merge…", "git-merge", f"{record.url}/merge"))
    if info.owned and "about" not in info.fields and visit.gate.may("relation", Action.create):
        found.append(_item(visit, "Relate to…", "link", f"{record.url}/relations/new", dialog=True))
    return found


def _closing(visit: "Visit", record: Whole) -> list[Mapping[str, Any]]:
    """Won and lost while it is open, reopen when it is not."""
    stage = visit.pipelines.stages.get(record.values.get("stage") or 0) if record.info.is_staged else None
    if stage is None:
        return []
    if stage.is_closed:
        return [
            _button(visit, "Reopen", "rotate-ccw", f"{record.url}/reopening", variant="outline", post=True)
        ]
    line = visit.pipelines.by_id[stage.pipeline]
    won = _button(visit, "Won", "thumbs-up", f"{record.url}/closure?outcome=won", variant="win", post=True)
    lost = _button(
        visit, "Lost", "thumbs-down", f"{record.url}/closure?outcome=lost", variant="outline", dialog=True
    )
    return [button for button, kind in ((won, "won"), (lost, "lost")) if line.first(kind) is not None]


def _lead(visit: "Visit", record: Whole) -> list[Mapping[str, Any]]:
    if record.info.name != "lead" or record.values.get("status") in ("converted", "refused"):
        return []
    return [
        _button(visit, "Convert", "arrow-right", f"{record.url}/conversion"),
        _button(visit, "Refuse", "ban", f"{record.url}/refusal", variant="outline", dialog=True),
    ]


def _button(
    visit: "Visit", label: str, icon: str, url: str, *, variant: str = "", post: bool = False, dialog: bool = False
) -> Mapping[str, Any]:  # fmt: skip
    return {
        "label": visit.say(label), "icon": icon, "url": url, "variant": variant, "method": "post" if post else "get", "dialog": dialog,
    }  # fmt: skip


def _item(
    visit: "Visit", label: str, icon: str, url: str, *, post: bool = False, dialog: bool = False
) -> dict[str, Any]:
    return {
        "label": visit.say(label),
        "icon": icon,
        "url": url,
        "method": "post" if post else "get",
        "dialog": dialog,
    }
