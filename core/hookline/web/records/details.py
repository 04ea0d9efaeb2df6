"""A record's page, made from its declaration: facts, stage path, fields, stream, and what belongs to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.access.actors import hue, initials
from hookline.crm.related import Related, read_related
from hookline.crm.similar import find_similar
from hookline.crm.tags import tones_by_name
from hookline.crm.timeline import is_journal
from hookline.errors import Text
from hookline.kernel import field_rules
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.layouts import Layout, layout_of
from hookline.kernel.lists.listing import LABEL
from hookline.kernel.schema import EntityInfo
from hookline.kernel.whole import Whole, read_whole
from hookline.web.me.places import star_of
from hookline.web.plugins import panels as plugin_panels
from hookline.web.records.actions import main_actions, more_actions
from hookline.web.records.arrangement import arranged
from hookline.web.records.cells import Cell, painter
from hookline.web.records.composer import Refusal
from hookline.web.records.controls import section_of
from hookline.web.records.merging import gone_into
from hookline.web.records.paths import stage_path
from hookline.web.records.reach import can_be_reached
from hookline.web.records.related import AS_TAGS, panels
from hookline.web.records.timeline import read_stream, stream_context

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_FACTS: Final = 5
# What tells most about a record comes first; the rest as declared.
_WEIGHT: Final = {
    "money": 0,
    "choice": 1,
    "reference": 2,
    "date": 3,
    "datetime": 3,
    "user": 4,
    "email": 5,
    "phone": 5,
}
# They stand elsewhere on the page: in the path, and as the next thing to do.
_ELSEWHERE: Final = frozenset({"stage", "stage_since", "next_activity", "outcome", "pipeline"})


@dataclass(frozen=True)
class Fact:
    """One field with its value; `cell` is None when it is empty, `edit_url` when it may not be changed."""

    label: str
    cell: Cell | None
    edit_url: str | None = None
    big: bool = False
    wide: bool = False


def show(visit: "Visit", entity: str) -> "Answer":
    """The page; for htmx the whole record, or only its stream."""
    return page_of(visit, read_whole(visit.gate, visit.gate.schema[entity], visit.path_id))


def page_of(visit: "Visit", record: Whole, refused: Refusal | None = None, *, status: int = 200) -> "Answer":
    """The page of a record; with what was typed into its composer when that was refused."""
    related = read_related(visit.gate, record)
    stream = read_stream(visit, record, [tie.other for tie in related.ties] + _pointed_at(record))
    row = _row(record, stream.titles)
    context = {
        **_head(visit, record, row, related),
        "sections": _sections(visit, record, row),
        "main_panels": plugin_panels.slots(visit, record.info, record.id, "record.main"),
        "panels": _panels(visit, record, related, stream.titles),
        **stream_context(visit, record, stream, refused),
    }
    target = visit.request.headers.get("hx-target", "")
    block = "stream" if target.endswith("stream") else "record"
    return visit.page("records/detail.html", block=block, status=status, **context)


def _head(visit: "Visit", record: Whole, row: Mapping[str, Any], related: Related) -> dict[str, Any]:
    info = record.info
    path, hint = stage_path(visit, record, related.stays) if info.is_staged else ([], "")
    may_move = record.may(Action.edit) and not record.trashed
    return {
        "page_title": record.title, "title": record.title, "mark": _mark(record),
        "crumbs": [{"label": visit.say(info.cls.plural), "url": f"/{info.cls.slug}"}, {"label": f"#{record.id}", "url": None}],
        "star": None if record.trashed else star_of(visit, info.name, record.id), "actions": main_actions(visit, record), "more": more_actions(visit, record),
        "edit_url": f"{record.url}/edit" if may_move else "",
        "facts": _facts(visit, record, row), "path": path, "path_url": f"{record.url}/stage" if may_move else "",
        "path_hint": hint, "version": record.version, "phone_actions": _phone_actions(visit, record),
        "banner": _banner(visit, record), "neighbours_url": f"{record.url}/neighbours",
    }  # fmt: skip


def _mark(record: Whole) -> Mapping[str, Any]:
    """The square beside the title: of the company that a record belongs to, or its own."""
    company = record.values.get("company")
    if company is not None and "company" in record.labels and record.info.name != "contact":
        name = record.labels["company"]
        return {"name": name, "hue": hue(company), "initials": initials(name)}
    return {"name": record.title, "hue": hue(record.id), "initials": initials(record.title)}


def _pointed_at(record: Whole) -> list[str]:
    return [
        v
        for f in record.info.fields.values()
        if f.kind == "record" and isinstance(v := record.values.get(f.name), str)
    ]


def _row(record: Whole, titles: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    """The record as the painters of cells want it: values, and titles of what it points at."""
    row = {**record.values, **{name + LABEL: title for name, title in record.labels.items()}}
    row |= {name + LABEL: ", ".join(title for _, title in pairs) for name, pairs in record.links.items()}
    for spec in record.info.fields.values():
        key = record.values.get(spec.name)
        if spec.kind == "record" and isinstance(key, str):
            pointed = key_in(key)
            row[spec.name + LABEL] = titles.get(pointed) if pointed else None
    return row


def _cell(visit: "Visit", record: Whole, row: Mapping[str, Any], spec: Field) -> Cell | None:
    if spec.kind == "long_text":
        return Cell("long", text=row[spec.name]) if row[spec.name] else None
    if spec.many and spec.target in AS_TAGS:
        return _tags(visit, record, spec)
    # Most fields of most records are empty, and to make a painter ready for nothing has its price.
    if (
        row[spec.name] is None
        and not spec.many
        and spec.kind != "yes_no"
        and spec.name != record.info.title.name
    ):
        return None
    found = painter(visit, record.info, spec)(row)
    return None if found.text is None and found.kind != "bool" else found


def _tags(visit: "Visit", record: Whole, spec: Field) -> Cell | None:
    tones = tones_by_name(visit.gate) if spec.target == "tag" else {}
    items = [{"text": title, "tone": tones.get(title, "")} for _, title in record.links.get(spec.name, ())]
    return Cell("tags", text=", ".join(i["text"] for i in items), items=items) if items else None


def _facts(visit: "Visit", record: Whole, row: Mapping[str, Any]) -> list[Fact]:
    """What the layout names; else up to five fields: what lists show at first, then what filters offer and this record has."""
    info = record.info
    readable = [
        f
        for f in visit.gate.readable(info)
        if not (f.hidden or f.many or f.section) and f.name != info.title.name
    ]
    usable = [
        f for f in readable if f.name not in _ELSEWHERE and f.kind not in ("long_text", "address", "record")
    ]
    named = layout_of(visit.gate, info.name).facts
    if named:
        there = {f.name: f for f in visit.gate.readable(info) if not f.hidden}
        chosen = [there[name] for name in named if name in there]
    else:
        listed = sorted((f for f in usable if f.list), key=lambda f: _WEIGHT.get(f.kind, 6))
        others = [f for f in usable if not f.list and row[f.name] is not None and _is_telling(visit, f)]
        chosen = [*listed, *sorted(others, key=lambda f: f.kind != "reference")][:_FACTS]
    return [
        Fact(visit.say(f.label), _cell(visit, record, row, f), big=f.kind == "money" and i == 0)
        for i, f in enumerate(chosen)
    ]


def _is_telling(visit: "Visit", spec: Field) -> bool:
    """Whether a field says something of the record that lists leave out: whom it concerns, and when."""
    if spec.kind == "reference":
        return visit.gate.schema[spec.target or ""].owned
    return spec.kind == "date" and spec.filter


def _sections(visit: "Visit", record: Whole, row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Fields under their headings; a text of several lines has a section of its own once there is one."""
    info, gate = record.info, visit.gate
    layout = layout_of(gate, info.name)
    away = field_rules.unseen(gate, info, layout, record.values) if layout.rules else frozenset()
    unsaid = _unsaid(info)
    shown = [
        spec for spec in gate.readable(info)
        if not (spec.hidden or spec.name in away or spec.name in unsaid or _is_panel(record, spec))
    ]  # fmt: skip
    facts = dict(zip((f.name for f in shown), _fields(visit, record, row, layout, shown), strict=True))
    if layout.sections:
        return [
            {"label": g.label or visit.say("Details"), "open": not g.collapsed, "fields": [facts[f.name] for f in g.fields]}
            for g in arranged(visit, info, shown, layout)
        ]  # fmt: skip
    return _usual_sections(visit, info, shown, facts)


def _fields(
    visit: "Visit", record: Whole, row: Mapping[str, Any], layout: Layout, shown: Sequence[Field]
) -> Iterator[Fact]:
    """The fields with their values, and where each is changed."""
    may = record.may(Action.edit) and not record.trashed
    writable = {f.name for f in visit.gate.writable(record.info)} if may else set()
    if layout.rules:
        writable -= field_rules.locked(visit.gate, record.info, layout, record.values)
    for spec in shown:
        changes = spec.name in writable and not _is_moved(record, spec)
        edit = f"{record.url}/field/{spec.name}" if changes else None
        wide = layout.of(spec.name).wide or (spec.kind == "long_text" and bool(spec.section))
        yield Fact(visit.say(spec.label), _cell(visit, record, row, spec), edit, wide=wide)


def _unsaid(info: EntityInfo) -> set[str]:
    """What stands elsewhere on the page, or nowhere."""
    return {
        "id",
        *([info.title.name] if info.title.read_only else []),
        # What the house links by itself has a panel that says more.
        *(f.name for f in info.fields.values() if f.many and f.read_only),
        *(_ELSEWHERE - {"outcome", "pipeline"} if info.is_staged else ()),
    }


def _usual_sections(
    visit: "Visit", info: EntityInfo, shown: Sequence[Field], facts: Mapping[str, Fact]
) -> list[Mapping[str, Any]]:
    groups: dict[str, list[Fact]] = {"": []}
    texts: list[Mapping[str, Any]] = []
    for spec in shown:
        fact = facts[spec.name]
        if spec.kind == "long_text" and fact.cell is not None and not spec.section:
            texts.append({"label": fact.label, "open": True, "fields": [fact]})
        else:
            groups.setdefault(section_of(visit, info, spec), []).append(fact)
    worked_out = _worked_out(visit, info, shown)
    system = groups.pop(visit.say("System"), [])
    details = {"label": visit.say("Details"), "open": True, "fields": groups.pop("")}
    named = [
        {"label": label, "open": label not in worked_out, "fields": fields}
        for label, fields in groups.items()
    ]
    return [
        s
        for s in (details, *texts, *named, {"label": visit.say("System"), "open": False, "fields": system})
        if s["fields"]
    ]


def _worked_out(visit: "Visit", info: EntityInfo, shown: Sequence[Field]) -> set[str]:
    """Headings of plugins under which nothing can be changed by hand: their panels say what matters of it."""
    given = {section_of(visit, info, f) for f in shown if f.owner != info.owner and f.read_only}
    return given - {section_of(visit, info, f) for f in shown if f.owner == info.owner or not f.read_only}


def _is_panel(record: Whole, spec: Field) -> bool:
    return spec.many and spec.name in record.links and spec.target not in AS_TAGS


def _is_moved(record: Whole, spec: Field) -> bool:
    return record.info.is_staged and spec.name in ("stage", "pipeline")


def _panels(
    visit: "Visit", record: Whole, related: Related, titles: Mapping[tuple[str, int], str]
) -> Sequence[Any]:
    asked = plugin_panels.slots(visit, record.info, record.id)
    first, last = ([slot for slot in asked if slot.late is late] for late in (False, True))
    return [*first, *panels(visit, record, related, titles), *last]


def _phone_actions(visit: "Visit", record: Whole) -> list[Mapping[str, Any]]:
    """What is at the thumb: reach people, and write down a call, a visit or a note in two taps."""
    if not is_journal(record.info) or record.trashed or not visit.gate.may("activity", Action.create):
        return []
    reach = {"label": visit.say("Reach"), "icon": "phone-call", "url": f"{record.url}/reach", "menu": True}
    first = reach if can_be_reached(record.info) else _tab(visit, "task", "Task", "plus")
    call, visited = (
        _tab(visit, "call", "Log call", "phone"),
        _tab(visit, "meeting", "Log visit", "map-pin"),
    )
    return [first, call, visited, _tab(visit, "note", "Note", "sticky-note")]


def _tab(visit: "Visit", name: str, label: str, icon: str) -> Mapping[str, Any]:
    return {"label": visit.say(label), "icon": icon, "url": f"#composer-{name}"}


def _banner(visit: "Visit", record: Whole) -> Mapping[str, Any] | None:
    if record.trashed:
        into = gone_into(visit, record)
        text = Text("It stands in no list and no report until somebody brings it back.")
        return {
            "kind": "warn",
            "title": visit.say(
                Text("This was merged into another record:" if into else "This is in the trash.")
            ),
            "text": "" if into else visit.say(text),
            "links": [into] if into else [],
        }
    if visit.query.get("similar") != "1":
        return None
    found = find_similar(visit.gate, record.info, record.values, but=record.id)
    links = [
        {
            "label": f"{s.title} ({', '.join(visit.say(why) for why in s.reasons)})",
            "url": f"/{record.info.cls.slug}/{s.id}",
        }
        for s in found
    ]
    title = visit.say(Text("Saved. This may be the same as what is here already:"))
    return {"kind": "warn", "title": title, "text": "", "links": links} if links else None
