"""/settings/lists: the short lists that records choose from, each with all its entries on one page."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.access.permissions import PERMISSIONS
from hookline.crm.catalogs import list_entries
from hookline.errors import Conflict, Invalid, NotFound, Text
from hookline.kernel.schema import EntityInfo
from hookline.web.admin import forms
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.settings"
_FIELDS: Final = ("name", "tone", "only_for", "inverse", "retired")


@door("GET", "/settings/lists", needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """The lists."""
    lists = [
        {
            "label": visit.say(info.cls.plural),
            "icon": info.cls.icon,
            "url": f"/settings/lists/{info.name}",
            "count": len(list_entries(visit.gate, info.cls)),
        }
        for info in map(visit.gate.schema.__getitem__, PERMISSIONS[NEEDS].over)
    ]
    return visit.page("admin/lists.html", page_title=visit.say("Lists"), crumbs=trail(visit), lists=lists)


@door("GET", "/settings/lists/{entity:str}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """One list with its entries, and a line for a new one."""
    info = _info(visit)
    return _page(visit, info, forms.draw(visit, info.cls, forms.fields_of(visit, info.cls, _fresh(info)), {}))


@door("POST", "/settings/lists/{entity:str}", needs=NEEDS)
def create(visit: Visit) -> Answer:
    """Add an entry."""
    info = _info(visit)
    fields = forms.fields_of(visit, info.cls, _fresh(info))
    try:
        visit.gate.create(info.cls, forms.read(visit, info.cls, fields))
    except Invalid as refusal:
        return _page(visit, info, forms.draw_refused(visit, info.cls, fields, refusal))
    return visit.see(f"/settings/lists/{info.name}", done=Text("Saved."))


@door("GET", "/settings/lists/{entity:str}/{id:int}", needs=NEEDS)
def edit(visit: Visit) -> Answer:
    """The form of one entry."""
    info = _info(visit)
    entry = visit.gate.get(info.cls, visit.path_id)
    return _entry_page(
        visit,
        info,
        forms.draw(
            visit,
            info.cls,
            forms.fields_of(visit, info.cls, _FIELDS),
            {**vars(entry), **(entry.custom or {})},
        ),
    )


@door("POST", "/settings/lists/{entity:str}/{id:int}", needs=NEEDS)
def change(visit: Visit) -> Answer:
    """Rename an entry, or offer it no longer. Records that have it keep it."""
    info = _info(visit)
    fields = forms.fields_of(visit, info.cls, _FIELDS)
    try:
        visit.gate.update(
            info.cls, visit.path_id, forms.read(visit, info.cls, fields), version=forms.version_sent(visit)
        )
    except (Invalid, Conflict) as refusal:
        return _entry_page(visit, info, forms.draw_refused(visit, info.cls, fields, refusal))
    return visit.see(f"/settings/lists/{info.name}", done=Text("Saved."))


@door("POST", "/settings/lists/{entity:str}/{id:int}/trash", needs=NEEDS)
def trash(visit: Visit) -> Answer:
    """Take an entry off the list. Records that have it keep it."""
    info = _info(visit)
    visit.gate.trash(info.cls, visit.path_id)
    return visit.see(f"/settings/lists/{info.name}", done=Text("Taken off the list."))


@door("POST", "/settings/lists/{entity:str}/{id:int}/restoration", needs=NEEDS)
def restore(visit: Visit) -> Answer:
    """Put an entry back on the list."""
    info = _info(visit)
    visit.gate.restore(info.cls, visit.path_id)
    return visit.see(f"/settings/lists/{info.name}", done=Text("It is back on the list."))


def _page(visit: Visit, info: EntityInfo, form: forms.Form) -> Answer:
    entries = [_line(visit, info, entry) for entry in list_entries(visit.gate, info.cls)]
    gone = [_line(visit, info, entry) for entry in list_entries(visit.gate, info.cls, trash=True)]
    return visit.page(
        "admin/list.html",
        status=form.status,
        page_title=visit.say(info.cls.plural),
        entity=info.name,
        form=form,
        entries=entries,
        gone=gone,
        crumbs=trail(visit, (visit.say("Lists"), "/settings/lists")),
    )


def _entry_page(visit: Visit, info: EntityInfo, form: forms.Form) -> Answer:
    name = forms.named(form.controls, info.title.name)
    return visit.page(
        "admin/list_entry.html",
        status=form.status,
        page_title=(name.value if name else "") or visit.say(info.cls.label),
        entity=info.name,
        id=visit.path_id,
        form=form,
        crumbs=trail(
            visit,
            (visit.say("Lists"), "/settings/lists"),
            (visit.say(info.cls.plural), f"/settings/lists/{info.name}"),
        ),
    )


def _line(visit: Visit, info: EntityInfo, entry: Any) -> Mapping[str, Any]:
    only_for = info.fields["only_for"].options.get(entry.only_for) if "only_for" in info.fields else None
    return {
        "id": entry.id,
        "name": entry.name,
        "tone": getattr(entry, "tone", ""),
        "text": visit.say(only_for.label) if only_for else getattr(entry, "inverse", ""),
        "retired": bool(getattr(entry, "retired", False)),
        "url": f"/settings/lists/{info.name}/{entry.id}",
    }


def _fresh(info: EntityInfo) -> tuple[str, ...]:
    return tuple(name for name in _FIELDS if name != "retired" and name in info.fields)


def _info(visit: Visit) -> EntityInfo:
    """One of the lists; no other entity is reached from here."""
    entity = str(visit.request.path_params["entity"])
    if entity not in PERMISSIONS[NEEDS].over:
        raise NotFound
    return visit.gate.schema[entity]
