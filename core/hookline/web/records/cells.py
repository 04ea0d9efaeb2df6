"""Cells: a record's values as lists, cards and pages show them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.access.actors import hue, initials
from hookline.crm.tags import tones_by_name
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS
from hookline.kernel.lists.listing import LABEL
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.web.visit import Visit

Row = Mapping[str, Any]
Painter = Callable[[Row], "Cell"]
NUMBERS: Final = frozenset({"integer", "decimal", "percent", "duration"})


@dataclass(slots=True)
class Cell:
    """One value, ready to show. `text` is None where there is nothing."""

    kind: str = "text"
    area: str = "none"
    text: str | None = None
    url: str | None = None
    tone: str = ""
    hue: int = 1
    initials: str = ""
    icon: str = ""
    verb: str = ""
    when: str = ""
    urgency: str = ""
    old: bool = False
    items: Sequence[Any] = ()
    percent: int = 0
    label: str = ""
    # Where the picture of the record is drawn from.
    picture: str = ""
    # The moment behind words such as "Yesterday", for whoever wants to know it exactly.
    at: datetime | None = None


def joined(_visit: "Visit", info: EntityInfo, names: Sequence[str]) -> list[str]:
    """The reference fields among these whose records' names must be read along; people and stages are known already."""
    known = ("user", "team", "stage")
    fields = [info.fields[name] for name in names]
    return [f.name for f in fields if f.is_reference and f.kind not in known and f.target != "pipeline"]


def picture_of(row: Row, cover: str) -> str:
    """Where the picture of a record is drawn from; "" where it has none, or this person may not see it."""
    file = row.get(cover) if cover else None
    return f"/files/{file}/view" if file else ""


def painter(visit: "Visit", info: EntityInfo, spec: Field) -> Painter:
    """What turns a row into this field's cell. Made once per column, called once per row."""
    name = spec.name
    if name == info.title.name:
        cover = info.cls.cover_field
        return lambda row: Cell(
            "main",
            text=row.get(name) or f"#{row['id']}",
            url=f"/{info.cls.slug}/{row['id']}",
            picture=picture_of(row, cover),
        )
    make = _BY_KIND.get(spec.kind)
    if make is not None:
        return make(visit, info, spec)
    if spec.target is not None and not spec.many:
        return _reference(visit, spec)
    if spec.target == "tag":
        return _tags(visit, spec)
    if spec.many:
        return lambda row: Cell(text=row[name + LABEL] or None)
    kind, reader = KINDS[spec.kind], visit.reader
    shown = shown_as(spec)
    return lambda row: Cell(shown, text=kind.show(row[name], spec, reader) or None)


def shown_as(spec: Field) -> str:
    """What a plain value looks like in a list."""
    return "number" if spec.kind in NUMBERS else "date" if spec.kind == "date" else "text"


def _reference(visit: "Visit", spec: Field) -> Painter:
    name, target = spec.name, visit.gate.schema[spec.target or ""]
    if spec.target == "pipeline":
        lines = visit.pipelines.by_id
        return lambda row: Cell(text=lines[row[name]].name if row[name] in lines else None)

    listed = visit.is_short_list(spec.target or "")

    def paint(row: Row) -> Cell:
        id, label = row[name], row.get(name + LABEL)
        if id is None or label is None:
            return Cell("ref")
        return Cell(
            "ref",
            text=visit.say(label) if listed else label,
            url=f"/{target.cls.slug}/{id}",
            hue=hue(id),
            initials=initials(label),
        )

    return paint


def _person(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    people, name = visit.directory.people, spec.name

    def paint(row: Row) -> Cell:
        person = people.get(row[name])
        return (
            Cell("person", text=person.name, hue=person.hue, initials=person.initials)
            if person
            else Cell("person")
        )

    return paint


def _team(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    teams, name = visit.directory.teams, spec.name
    return lambda row: Cell(text=teams.get(row[name]))


def _stage(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    stages, name = visit.pipelines.stages, spec.name

    def paint(row: Row) -> Cell:
        stage = stages.get(row[name])
        return Cell("stage", text=stage.name, tone=stage.tone) if stage else Cell("stage")

    return paint


def _choice(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    name = spec.name
    options = {value: (visit.say(option.label), option.tone) for value, option in spec.options.items()}

    def paint(row: Row) -> Cell:
        value = row[name]
        if value is None:
            return Cell("choice")
        text, tone = options.get(value, (value, "gray"))
        return Cell("choice", text=text, tone=tone)

    return paint


def _several(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    name, options = spec.name, {value: (visit.say(o.label), o.tone) for value, o in spec.options.items()}

    def paint(row: Row) -> Cell:
        values = [options.get(v, (v, "gray")) for v in row[name] or ()]
        items = [{"text": text, "tone": tone} for text, tone in values]
        return Cell("tags", text=", ".join(text for text, _ in values) or None, items=items)

    return paint


def _tags(visit: "Visit", spec: Field) -> Painter:
    """Names of tags come as one text; in none of them stands a comma."""
    name, tones = spec.name + LABEL, tones_by_name(visit.gate)

    def paint(row: Row) -> Cell:
        text = row[name]
        if not text:
            return Cell("tags")
        items = [{"text": tag, "tone": tones.get(tag, "gray")} for tag in sorted(text.split(", "))]
        return Cell("tags", text=text, items=items)

    return paint


def _money(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    name, money = spec.name, visit.fmt.money
    return lambda row: Cell("money", text=money(row[name], row.get("currency")) or None)


def _yes_no(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    name, yes = spec.name, visit.say("Yes")
    return lambda row: Cell("bool", text=yes if row[name] else None)


def _moment(visit: "Visit", info: EntityInfo, spec: Field) -> Painter:
    name = spec.name
    if name == "stage_since":
        return _age(visit, info, name)
    if name in ("next_activity", "due_at"):
        return _due(visit, name)
    now, ago, ahead = visit.gate.now, visit.fmt.ago, visit.fmt.when
    return lambda row: Cell(
        "date", text=(ago(at) if at <= now else ahead(at)[0]) if (at := row[name]) else None, at=at
    )


def _due(visit: "Visit", name: str) -> Painter:
    when, verb = visit.fmt.when, ""

    def paint(row: Row) -> Cell:
        due: datetime | None = row[name]
        if row.get("done_at") is not None:
            return Cell("date", text=visit.fmt.ago(due) or None, at=due)
        text, urgency = when(due) if due else (None, "")
        return Cell("activity", text=text, icon="clock", verb=verb, when=text or "", urgency=urgency, at=due)

    return paint


def _age(visit: "Visit", _info: EntityInfo, name: str) -> Painter:
    stages, days, say = (
        visit.pipelines.stages,
        visit.fmt.days,
        visit.site.translations.catalog(visit.language).ngettext,
    )

    def paint(row: Row) -> Cell:
        age, stage = days(row[name]), stages.get(row.get("stage") or 0)
        if age is None or (stage is not None and stage.is_closed):
            return Cell("age")
        old = stage is not None and stage.expected_days is not None and age > stage.expected_days
        text = say("%(num)d d", "%(num)d d", age) % {"num": age}
        return Cell("age", text=text, old=old, at=row[name])

    return paint


def _email(_visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    name = spec.name
    return lambda row: Cell("email", text=row[name], url=f"mailto:{row[name]}" if row[name] else None)


def _phone(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    name, kind, reader = spec.name, KINDS["phone"], visit.reader
    return lambda row: Cell(
        "phone",
        text=kind.show(row[name], spec, reader) or None,
        url=f"tel:{row[name]}" if row[name] else None,
    )


def _url(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    name, kind, reader = spec.name, KINDS["url"], visit.reader
    return lambda row: Cell("link", text=kind.show(row[name], spec, reader) or None, url=row[name])


def _record(visit: "Visit", _info: EntityInfo, spec: Field) -> Painter:
    name, schema = spec.name, visit.gate.schema.entities

    def paint(row: Row) -> Cell:
        entity, _, id = (row[name] or "").partition(":")
        target = schema.get(entity)
        if target is None:
            return Cell()
        return Cell(
            text=row.get(name + LABEL) or f"{visit.say(target.cls.label)} {id}",
            url=f"/{target.cls.slug}/{id}",
        )

    return paint


_BY_KIND: Final[Mapping[str, Callable[["Visit", EntityInfo, Field], Painter]]] = {
    "user": _person,
    "team": _team,
    "stage": _stage,
    "choice": _choice,
    "multi_choice": _several,
    "money": _money,
    "yes_no": _yes_no,
    "datetime": _moment,
    "email": _email,
    "phone": _phone,
    "url": _url,
    "record": _record,
}
