"""The panels at the right of a record's page: related lists, many references, relations, files, and what plugins show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from hookline.crm.access.actors import hue, initials
from hookline.crm.file_kinds import media_type_of, shown_as
from hookline.crm.related import SHOWN, Item, Related, RelatedList, Tie
from hookline.crm.relations import relation_kinds
from hookline.kernel.actor import Action
from hookline.kernel.kinds.keys import RecordKey
from hookline.kernel.schema import EntityInfo
from hookline.kernel.whole import KNOWN, Whole
from hookline.web.records.words import Titles

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# What is named in several of these is shown among the fields, not as a list beside them.
AS_TAGS: Final = KNOWN | {"role", "tag"}


@dataclass(frozen=True)
class Panel:
    """One box. `kind` is "people", "list" or "lazy"; see macros/record.html."""

    kind: str
    label: str
    items: Sequence[Mapping[str, Any]] = ()
    count: str | None = None
    add_url: str = ""
    more_url: str = ""
    url: str = ""
    id: str = ""
    empty_icon: str = "inbox"
    empty_text: str = ""


def panels(visit: "Visit", record: Whole, related: Related, titles: Titles) -> list[Panel]:
    """Every panel of a record. `titles` holds those of the records at the other ends of its relations."""
    found = [_list(visit, record, found) for found in related.lists]
    found += [
        _links(visit, record, name)
        for name in record.links
        if record.info.fields[name].target not in AS_TAGS and not record.info.fields[name].read_only
    ]
    if "about" not in record.info.fields and record.info.owned:
        found += [_relations(visit, record, related.ties, titles), _files(visit, record, related)]
    # What is empty stands last, so that what there is can be seen.
    return sorted(found, key=lambda panel: not panel.items)


def _list(visit: "Visit", record: Whole, found: RelatedList) -> Panel:
    info, spec = found.info, found.field
    mine = urlencode({spec.name: record.id})
    count = f"{found.count - 1}+" if found.capped else str(found.count)
    people = info.name in ("contact", "user")
    items = [_person(info, item) if people else _item(visit, info, item) for item in found.items]
    may = (
        visit.gate.may(info.name, Action.create) and not record.trashed and spec in visit.gate.writable(info)
    )
    back = urlencode({spec.name: record.id, "back": record.url})
    return Panel(
        "people" if people else "list", visit.say(spec.back or info.cls.plural), items, count if items else None,
        f"/{info.cls.slug}/new?{back}" if may else "", f"/{info.cls.slug}?{mine}" if found.count > SHOWN else "",
        id=f"panel-{info.name}-{spec.name}",
    )  # fmt: skip


def _links(visit: "Visit", record: Whole, name: str) -> Panel:
    spec = record.info.fields[name]
    target, pairs = visit.gate.schema[spec.target or ""], record.links[name]
    items = [
        {"icon": target.cls.icon, "text": title, "url": f"/{target.cls.slug}/{id}"}
        for id, title in pairs[:SHOWN]
    ]
    if target.name == "contact":
        items = [_face(target, id, title) for id, title in pairs[:SHOWN]]
    may = record.may(Action.edit) and not record.trashed and spec in visit.gate.writable(record.info)
    edit = f"{record.url}/field/{name}" if may else ""
    return Panel(
        "people" if target.name == "contact" else "list", visit.say(spec.label), items, str(len(pairs)) if pairs else None,
        edit, edit if len(pairs) > SHOWN else "", id=f"panel-{name}",
    )  # fmt: skip


def _relations(visit: "Visit", record: Whole, ties: Sequence[Tie], titles: Titles) -> Panel:
    items = []
    for tie in ties:
        entity, id = RecordKey.of(tie.other)
        title, target = titles.get((entity, id)), visit.gate.schema.entities.get(entity)
        if title is None or target is None:
            continue
        kind = relation_kinds(visit.gate).get(tie.kind)
        name = (kind.inverse if tie.inverse else kind.name) if kind else ""
        note = " · ".join(part for part in (visit.say(name), tie.note) if part)
        items.append(
            {
                "icon": target.cls.icon, "text": title, "url": f"/{target.cls.slug}/{id}", "note": note,
                "remove_url": f"/relations/{tie.id}/trash?{urlencode({'back': record.url})}",
            }
        )  # fmt: skip
    may = visit.gate.may("relation", Action.create) and not record.trashed
    return Panel(
        "list", visit.say("Relations"), items[:SHOWN], str(len(items)) if items else None,
        f"{record.url}/relations/new" if may else "", f"/relations?about={record.key}" if len(items) > SHOWN else "",
        id="panel-relations",
    )  # fmt: skip


def _files(visit: "Visit", record: Whole, related: Related) -> Panel:
    items = [
        {
            "icon": "paperclip",
            "text": item.title,
            "url": file_url(item.id, item.title),
            "dialog": bool(shown_as(media_type_of(item.title))),
            "note": _size(visit, item.size or 0),
        }
        for item in related.files
    ]
    count = f"{related.file_count - 1}+" if related.file_count > 100 else str(related.file_count)
    may = visit.gate.may("file", Action.create) and not record.trashed
    return Panel(
        "list", visit.say("Files"), items, count if items else None, "#composer-file" if may else "",
        f"/files?about={record.key}" if related.file_count > SHOWN else "", id="panel-files",
        empty_icon="file-text", empty_text=visit.say("Quotes and contracts belong here"),
    )  # fmt: skip


def file_url(id: int, name: str) -> str:
    """Where a file is looked at, or saved where there is nothing to look at."""
    return f"/files/{id}/{'preview' if shown_as(media_type_of(name)) else 'content'}"


def _size(visit: "Visit", size: int) -> str:
    if size >= 1_048_576:
        return f"{visit.fmt.number(round(size / 1_048_576))} MB"
    return f"{visit.fmt.number(max(1, size // 1024))} KB"


def _face(info: EntityInfo, id: int, title: str) -> dict[str, Any]:
    return {"name": title, "initials": initials(title), "hue": hue(id), "url": f"/{info.cls.slug}/{id}"}


def _person(info: EntityInfo, item: Item) -> dict[str, Any]:
    return {
        **_face(info, item.id, item.title),
        "role": item.note or "",
        "email": item.email or "",
        "phone": item.phone or "",
    }


def _item(visit: "Visit", info: EntityInfo, item: Item) -> dict[str, Any]:
    found: dict[str, Any] = {"icon": info.cls.icon, "text": item.title, "url": f"/{info.cls.slug}/{item.id}"}
    stage = visit.pipelines.stages.get(item.stage) if item.stage is not None else None
    if stage is not None:
        found |= {"note": stage.name, "tone": stage.tone}
    elif item.choice is not None:
        options = next((f.options for f in info.fields.values() if f.kind == "choice" and f.list), {})
        option = options.get(item.choice)
        found |= {"note": visit.say(option.label), "tone": option.tone} if option else {"note": item.choice}
    elif item.amount is not None:
        found |= {"note": visit.fmt.money(item.amount, item.currency)}
    elif item.note:
        found |= {"note": item.note}
    if item.amount is not None and "tone" in found:
        found["amount"] = visit.fmt.money(item.amount, item.currency)
    return found
