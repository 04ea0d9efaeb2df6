"""The views of a list: tabs above it, and the forms by which somebody keeps, changes and deletes one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from hookline.crm.view_presets import list_presets
from hookline.crm.views import (
    SHARE,
    SavedView,
    delete_view,
    find_view,
    list_views,
    rename_view,
    replace_view,
    save_view,
)  # fmt: skip
from hookline.errors import Invalid, NotFound, Text
from hookline.kernel.actor import Action
from hookline.kernel.schema import EntityInfo
from hookline.web.records.addresses import ListAddress
from hookline.web.records.controls import Control
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_SHARING: Final[Mapping[str, Text]] = {
    "private": Text("Only me"), "team": Text("My team"), "all": Text("Everybody"),
}  # fmt: skip


@dataclass(frozen=True)
class Tab:
    """A view as a link."""

    label: str
    url: str
    current: bool
    count: int | None = None


def tabs(visit: "Visit", info: EntityInfo, asked: ListAddress) -> list[Tab]:
    """Everything, the views that lists start with, and those that people have kept."""
    now = asked.get("view")
    readable = {f.name for f in visit.gate.readable(info)}
    everything = Tab(visit.say("All"), asked.base, not now and asked.get("trash") != "1")
    presets = [
        Tab(visit.say(preset.label), asked.with_query(preset.query, view=preset.name), now == preset.name)
        for preset in list_presets(info) if _is_possible(preset.query, readable)
    ]  # fmt: skip
    kept = [
        Tab(view.name, asked.with_query(view.query, view=str(view.id)), now == str(view.id))
        for view in list_views(visit.gate, info.name)
    ]
    return [everything, *presets, *kept]


def save_url(info: EntityInfo, asked: ListAddress) -> str:
    """Where the list as it is shown is kept as a view."""
    return f"/{info.cls.slug}/views/new?{urlencode({'query': asked.query})}"


def current_view(visit: "Visit", info: EntityInfo, asked: ListAddress) -> SavedView | None:
    """The saved view that the address names, if this person is offered it."""
    written = asked.get("view")
    found = find_view(visit.gate, int(written)) if written.isdecimal() and len(written) < 19 else None
    return found if found is not None and found.entity == info.name else None


def tools(visit: "Visit", info: EntityInfo, asked: ListAddress) -> list[Mapping[str, Any] | str]:
    """What the menu of a list offers for its view."""
    found: list[Mapping[str, Any] | str] = [
        {"label": visit.say("Save this view…"), "url": save_url(info, asked), "icon": "star", "dialog": True}
    ]
    view = current_view(visit, info, asked)
    if view is None or not view.is_kept_by(visit.gate.actor):
        return found
    base = f"/{info.cls.slug}/views/{view.id}"
    if view.query != asked.query:
        url = f"{base}/contents?{urlencode({'query': asked.query})}"
        label = visit.say(Text("Update “%(name)s”", name=view.name))
        found.append({"label": label, "url": url, "icon": "check", "method": "post"})
    found.append(
        {"label": visit.say("Rename or share…"), "url": f"{base}/edit", "icon": "pencil", "dialog": True}
    )
    question = visit.say(Text("Delete the view “%(name)s”?", name=view.name))
    found.append(
        {
            "label": visit.say("Delete view"),
            "url": f"{base}/deletion",
            "icon": "trash-2",
            "method": "post",
            "danger": True,
            "confirm": question,
        }
    )
    return found


def new(visit: "Visit", entity: str) -> "Answer":
    """The form that keeps a view."""
    info = _readable(visit, entity)
    return _form(visit, info, None, name="", shared_with="private", query=visit.query.get("query", ""))


def create(visit: "Visit", entity: str) -> "Answer":
    """Keep a view."""
    info = _readable(visit, entity)
    name, shared_with, query = visit.value("name"), visit.value("shared_with"), visit.value("query")
    try:
        id = save_view(visit.gate, info.name, name, shared_with, query)
    except Invalid as refusal:
        return _form(visit, info, None, name=name, shared_with=shared_with, query=query, refusal=refusal)
    return visit.see(
        ListAddress(f"/{info.cls.slug}").with_query(query, view=str(id)), done=Text("The view is saved.")
    )


def edit(visit: "Visit", entity: str) -> "Answer":
    """The form that renames a view or shares it with others."""
    info = _readable(visit, entity)
    view = _kept(visit, info)
    return _form(visit, info, view, name=view.name, shared_with=view.shared_with, query="")


def update(visit: "Visit", entity: str) -> "Answer":
    """Rename a view or share it with others."""
    info = _readable(visit, entity)
    view, name, shared_with = _kept(visit, info), visit.value("name"), visit.value("shared_with")
    try:
        rename_view(visit.gate, view.id, name, shared_with)
    except Invalid as refusal:
        return _form(visit, info, view, name=name, shared_with=shared_with, query="", refusal=refusal)
    return visit.see(_url(info, view), done=Text("The view is saved."))


def replace(visit: "Visit", entity: str) -> "Answer":
    """Let a view show what the list shows now."""
    info = _readable(visit, entity)
    view, query = _kept(visit, info), visit.query.get("query", "")
    replace_view(visit.gate, view.id, query)
    url = ListAddress(f"/{info.cls.slug}").with_query(query, view=str(view.id))
    return visit.see(url, done=Text("The view is saved."))


def delete(visit: "Visit", entity: str) -> "Answer":
    """Delete a view. The records stay."""
    info = _readable(visit, entity)
    delete_view(visit.gate, _kept(visit, info).id)
    return visit.see(f"/{info.cls.slug}", done=Text("The view is deleted."))


def _readable(visit: "Visit", entity: str) -> EntityInfo:
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.read)
    return info


def _kept(visit: "Visit", info: EntityInfo) -> SavedView:
    found = find_view(visit.gate, visit.path_id)
    if found is None or found.entity != info.name or not found.is_kept_by(visit.gate.actor):
        raise NotFound
    return found


def _is_possible(query: str, readable: set[str]) -> bool:
    """Whether this person may see every field that a preset asks about."""
    names = (part.partition("=") for part in query.split("&"))
    fields = (value.removeprefix("-") if key == "sort" else key.partition(".")[0] for key, _, value in names)
    return all(name in readable for name in fields)


def _url(info: EntityInfo, view: SavedView) -> str:
    return ListAddress(f"/{info.cls.slug}").with_query(view.query, view=str(view.id))


def _form(
    visit: "Visit", info: EntityInfo, view: SavedView | None, *, name: str, shared_with: str, query: str,
    refusal: Invalid | None = None,
) -> "Answer":  # fmt: skip
    base = f"/{info.cls.slug}"
    beside = {p.field: visit.say(p.text) for p in refusal.problems} if refusal else {}
    page = FormPage(
        title=visit.say("Save this view" if view is None else "Rename or share the view"),
        action=f"{base}/views" if view is None else f"{base}/views/{view.id}",
        sections=[Section("", _controls(visit, name, shared_with, query, beside))], submit=visit.say("Save"),
        cancel_url=base if view is None else _url(info, view), crumbs=crumbs_to(visit, info),
        problems=[text for field, text in beside.items() if field not in ("name", "shared_with")],
        status=422 if refusal else 200,
    )  # fmt: skip
    return show_form(visit, page)


def _controls(
    visit: "Visit", name: str, shared_with: str, query: str, beside: Mapping[str, str]
) -> Sequence[Control]:
    ways = {way: label for way, label in _SHARING.items() if _may_share(visit, way)}
    choices = [(way, visit.say(label)) for way, label in ways.items()]
    return [
        Control("text", "name", visit.say("Name"), name, error=beside.get("name", ""), required=True, wide=True),
        Control(
            "radio", "shared_with", visit.say("Who sees it"), shared_with, error=beside.get("shared_with", ""),
            choices=choices, wide=True,
        ),
        Control("hidden", "query", value=query),
    ]  # fmt: skip


def _may_share(visit: "Visit", way: str) -> bool:
    actor = visit.gate.actor
    return (
        way == "private" or (way == "team" and actor.team is not None) or (way == "all" and actor.may(SHARE))
    )
