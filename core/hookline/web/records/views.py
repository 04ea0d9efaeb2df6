"""The views of a list: tabs above it, and the forms by which somebody keeps, changes and deletes one."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import replace as replaced
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from hookline.crm.desks.favourites import VIEW, forget_view
from hookline.crm.desks.offered import ways_for
from hookline.crm.desks.view_presets import list_presets
from hookline.crm.desks.views import (
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
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.lists.listing import ListQuery, count_some, totals
from hookline.kernel.schema import EntityInfo
from hookline.web.me.places import star_of
from hookline.web.records.addresses import ListAddress, read_query
from hookline.web.records.controls import Control
from hookline.web.records.form_page import FormPage, Section, crumbs_to, show_form

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

# As many letters as the line of views has room for; what stands beyond it folds into a menu.
_ROOM: Final = 150
_GAP: Final = 6
_LONGEST_LABEL: Final = 30
_MOST_COUNTED: Final = 1_000


@dataclass(frozen=True)
class Tab:
    """A view as a link. `key` is its name in the address, "" for everything; a `folded` one stands in the menu."""

    label: str
    url: str
    current: bool
    count: int | None = None
    key: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Changes:
    """What to do with a view whose list no longer is as it was kept. `save_url` is "" where one may not."""

    save_url: str
    save_as_url: str
    reset_url: str


def tabs(
    visit: "Visit", info: EntityInfo, asked: ListAddress, order: Sequence[str] = (), *, all_key: str = ""
) -> list[Tab]:
    """Everything, the views that lists start with, and those that people have kept; `order` are keys that come first.

    `all_key` is the view's name that means everything, where the bare address means another one.
    """
    now = asked.get("view")
    offered = _offered(visit, info)
    known = [key for key in order if key in offered]
    url = asked.with_query("", view=all_key) if all_key else asked.base
    found = [Tab(visit.say("All"), url, now in ("", all_key) and asked.get("trash") != "1")]
    for key in dict.fromkeys([*known, *offered]):
        label, query = offered[key]
        found.append(Tab(label, asked.with_query(query, view=key), now == key, key=key))
    return _fold(found)


def query_of(visit: "Visit", info: EntityInfo, key: str) -> str | None:
    """The query string of a view that this person is offered; None where there is none of this name."""
    found = _offered(visit, info).get(key)
    return found[1] if found else None


def changes(visit: "Visit", info: EntityInfo, asked: ListAddress) -> Changes | None:
    """What to do about a list that is not as its view was kept; None where it is."""
    key = asked.get("view")
    kept = query_of(visit, info, key)
    if asked.get("trash") == "1" or _settled(asked.query) == _settled(kept or ""):
        return None
    view = current_view(visit, info, asked)
    mine = view is not None and view.is_kept_by(visit.gate.actor)
    save = f"/{info.cls.slug}/views/{key}/contents?{urlencode({'query': asked.query})}" if mine else ""
    reset = asked.with_query(kept or "", view=key) if key else asked.base
    return Changes(save, save_url(info, asked), reset)


def count(visit: "Visit", entity: str) -> "Answer":
    """How many records each view holds, up to a thousand, by its key; of a list too large to count nothing."""
    info = _readable(visit, entity)
    base = ListAddress(f"/{info.cls.slug}")
    everything = totals(visit.gate, info, ListQuery(), visit.reader)
    if everything.capped:
        return visit.json({})
    found = {"": visit.fmt.number(everything.count)}
    for key, (_, query) in _offered(visit, info).items():
        asked = ListAddress(base.base, tuple(parse_qsl(query)))
        with suppress(Invalid):
            found[key] = _counted(
                visit,
                count_some(
                    visit.gate, info, read_query(visit.gate, info, asked), visit.reader, _MOST_COUNTED + 1
                ),
            )
    return visit.json(found)


def _counted(visit: "Visit", number: int) -> str:
    return f"{visit.fmt.number(_MOST_COUNTED)}+" if number > _MOST_COUNTED else visit.fmt.number(number)


def _offered(visit: "Visit", info: EntityInfo) -> dict[str, tuple[str, str]]:
    """The views that this person is offered: label and query by key."""
    presets = {p.name: (visit.say(p.label), p.query) for p in list_presets(visit.gate, info)}
    return presets | {str(view.id): (view.name, view.query) for view in list_views(visit.gate, info.name)}


def _fold(found: Sequence[Tab]) -> list[Tab]:
    """As many as one line has room for, and the current one."""
    room, made = _ROOM - sum(len(tab.label) + _GAP for tab in found if tab.current), []
    for tab in found:
        room -= 0 if tab.current else min(len(tab.label), _LONGEST_LABEL) + _GAP
        made.append(replaced(tab, folded=room < 0 and not tab.current))
    return made


def _settled(query: str) -> tuple[object, ...]:
    """A query string so that two that mean the same are equal: only columns have an order."""
    items = [item for item in parse_qsl(query) if item[0] != "view"]
    return tuple(sorted(item for item in items if item[0] != "column")), tuple(
        v for n, v in items if n == "column"
    )


def save_url(info: EntityInfo, asked: ListAddress) -> str:
    """Where the list as it is shown is kept as a view."""
    return f"/{info.cls.slug}/views/new?{urlencode({'query': asked.query})}"


def current_view(visit: "Visit", info: EntityInfo, asked: ListAddress) -> SavedView | None:
    """The saved view that the address names, if this person is offered it."""
    id = id_in(asked.get("view"))
    found = find_view(visit.gate, id) if id else None
    return found if found is not None and found.entity == info.name else None


def tools(
    visit: "Visit", info: EntityInfo, asked: ListAddress, first: str = ""
) -> list[Mapping[str, Any] | str]:
    """What the menu of a list offers for its view; `first` is the view that the list opens with."""
    found: list[Mapping[str, Any] | str] = [
        {"label": visit.say("Save this view…"), "url": save_url(info, asked), "icon": "star", "dialog": True},
        *_placing(visit, info, asked, first),
    ]
    view = current_view(visit, info, asked)
    found += _star(visit, asked, view)
    if view is None or not view.is_kept_by(visit.gate.actor):
        return found
    base = f"/{info.cls.slug}/views/{view.id}"
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


def _star(visit: "Visit", asked: ListAddress, view: SavedView | None) -> list[Mapping[str, Any]]:
    """A kept view can be a favourite."""
    star = star_of(visit, VIEW, view.id) if view is not None else None
    if star is None:
        return []
    label = "No longer a favourite" if star.on else "Keep among the favourites"
    sent = {"key": star.key, "on": "off" if star.on else "on", "back": f"{asked.base}?{asked.query}"}
    url = f"/favourites?{urlencode(sent)}"
    return [{"label": visit.say(label), "url": url, "icon": "star", "method": "post"}]


def _placing(visit: "Visit", info: EntityInfo, asked: ListAddress, first: str) -> list[Mapping[str, Any]]:
    """Where a view stands among the others, and which one the list opens with: for this person alone."""
    key = asked.get("view")
    if query_of(visit, info, key) is None:
        return [_post(visit, info, asked, "Open with everything", "list", "first", view="")] if first else []
    is_first = key == first
    opening = "Open with everything" if is_first else "Open with this view"
    return [
        _post(
            visit, info, asked, opening, "list" if is_first else "pin", "first", view="" if is_first else key
        ),
        _post(visit, info, asked, "Move left", "arrow-left", "order", view=key, to="left"),
        _post(visit, info, asked, "Move right", "arrow-right", "order", view=key, to="right"),
    ]


def _post(
    visit: "Visit", info: EntityInfo, asked: ListAddress, label: str, icon: str, door: str, **sent: str
) -> Mapping[str, Any]:
    url = f"/{info.cls.slug}/views/{door}?{urlencode({**sent, 'query': asked.query})}"
    return {"label": visit.say(label), "url": url, "icon": icon, "method": "post"}


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
    view = _kept(visit, info)
    delete_view(visit.gate, view.id)
    forget_view(visit.gate, view.id)
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
    choices = [(way, visit.say(label)) for way, label in ways_for(visit.gate.actor)]
    return [
        Control("text", "name", visit.say("Name"), name, error=beside.get("name", ""), required=True, wide=True),
        Control(
            "radio", "shared_with", visit.say("Who sees it"), shared_with, error=beside.get("shared_with", ""),
            choices=choices, wide=True,
        ),
        Control("hidden", "query", value=query),
    ]  # fmt: skip
