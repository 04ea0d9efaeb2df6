"""Cards: a record on a board, with what tells most about it and the fields that somebody wants to see there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.pipelines import StageInfo
from hookline.errors import Text
from hookline.kernel.fields import Field
from hookline.kernel.schema import EntityInfo
from hookline.web.records.cells import Cell, joined, painter, picture_of

if TYPE_CHECKING:
    from hookline.web.visit import Visit

Row = Mapping[str, Any]
MOST_FIELDS: Final = 6
_SUBTITLES: Final = ("reference", "text", "email", "phone")
_UNSHOWN: Final = frozenset({"long_text", "file", "address"})


@dataclass(frozen=True)
class CardField:
    """One further line of a card."""

    label: str
    text: str


@dataclass(frozen=True)
class Card:
    """A record on a board. `plans` says whether a missing next activity is worth a word."""

    id: int
    version: int
    url: str
    menu_url: str
    title: str
    sub: str
    amount: str
    age: str
    stay: str
    old: bool
    next: Cell | None
    plans: bool
    owner: Mapping[str, Any] | None
    fields: Sequence[CardField]
    picture: str = ""


@dataclass(frozen=True)
class Face:
    """Which fields stand where on the cards of an entity. None where it has no such field, or this person may not see it."""

    sub: Field | None
    amount: Field | None
    age: Field | None
    next: Field | None
    owner: Field | None
    further: Sequence[Field]

    @property
    def columns(self) -> list[str]:
        """The fields to read for it."""
        named = (self.sub, self.amount, self.age, self.next, self.owner, *self.further)
        return list(dict.fromkeys(f.name for f in named if f is not None))


def read_face(visit: "Visit", info: EntityInfo, chosen: Sequence[str], by: Field) -> Face:
    """The face of the cards: the usual fields, and those that were chosen."""
    readable = {f.name: f for f in visit.gate.readable(info) if not f.hidden}
    listed = [f for f in readable.values() if f.list and f.name != info.title.name and not f.many]
    wanted = [name for name in dict.fromkeys(chosen) if name in readable]
    return Face(
        sub=min((f for f in listed if f.kind in _SUBTITLES), key=lambda f: _weight(visit, f), default=None),
        amount=amount_field(visit, info),
        age=readable.get("stage_since") if by.kind == "stage" else None,
        next=readable.get("next_activity") or readable.get("due_at"),
        owner=readable.get("owner"),
        further=[f for name in wanted if (f := readable[name]).name in _choosable(info, readable, by)][
            :MOST_FIELDS
        ],
    )


def amount_field(visit: "Visit", info: EntityInfo) -> Field | None:
    """The field that tells what a record is worth."""
    money = [f for f in visit.gate.readable(info) if f.kind == "money" and not f.hidden]
    return min(money, key=lambda f: (f.name != "amount", not f.list), default=None)


def read_along(visit: "Visit", info: EntityInfo, face: Face) -> list[str]:
    """The fields to read for the cards."""
    house = [
        name
        for name in ("currency", "done_at", "version", "stage", info.cls.cover_field)
        if name in info.fields
    ]
    readable = {f.name for f in visit.gate.readable(info)}
    return [n for n in dict.fromkeys([info.title.name, *face.columns, *house]) if n in readable]


def card_form(visit: "Visit", info: EntityInfo, face: Face, by: Field) -> Mapping[str, Any]:
    """The choice of further fields on the cards."""
    readable = {f.name: f for f in visit.gate.readable(info) if not f.hidden}
    chosen = {f.name for f in face.further}
    usual = set(face.columns) - chosen
    offered = [readable[name] for name in _choosable(info, readable, by) if name not in usual]
    choices = [{"name": f.name, "label": visit.say(f.label), "checked": f.name in chosen} for f in offered]
    return {"choices": choices, "most": MOST_FIELDS}


def card_painter(visit: "Visit", info: EntityInfo, face: Face, menu: str) -> Callable[[Row], Card]:
    """What turns a row into a card. `menu` is the query string of the board, for the way back from a card's menu."""
    base, title = f"/{info.cls.slug}", info.title.name
    sub, amount, age, upcoming = (
        _text_of(visit, info, f) for f in (face.sub, face.amount, face.age, face.next)
    )
    further = [(visit.say(f.label), painter(visit, info, f)) for f in face.further]
    stages = visit.pipelines.stages

    def paint(row: Row) -> Card:
        stage = stages.get(row.get("stage") or 0)
        open_here = stage is None or not stage.is_closed
        since, due = age(row), upcoming(row)
        url = f"{base}/{row['id']}"
        return Card(
            id=row["id"], version=row["version"], url=url, menu_url=f"{url}/move{menu}",
            title=row.get(title) or f"#{row['id']}", sub=sub(row).text or "", amount=amount(row).text or "",
            age=since.text or "", old=since.old, stay=_stay(visit, row, stage), next=due if due.text and due.kind == "activity" else None,
            plans=face.next is not None and open_here and row.get("done_at") is None,
            owner=_face(visit, row.get("owner")), fields=_lines(further, row), picture=picture_of(row, info.cls.cover_field),
        )  # fmt: skip

    return paint


def labels_for(visit: "Visit", info: EntityInfo, columns: Sequence[str]) -> list[str]:
    """The reference fields whose records' titles are read along."""
    return joined(visit, info, columns)


def _stay(visit: "Visit", row: Row, stage: StageInfo | None) -> str:
    """How long a card has been in its stage, against what is expected there."""
    days = visit.fmt.days(row.get("stage_since"))
    if days is None:
        return ""
    if stage is None or stage.expected_days is None:
        return visit.say(Text("Days in this stage: %(days)s", days=days))
    text = Text(
        "Days in this stage: %(days)s of %(expected)s expected", days=days, expected=stage.expected_days
    )
    return visit.say(text)


def _weight(visit: "Visit", spec: Field) -> tuple[bool, int]:
    """What stands under the title: the customer before a name, both before an entry of a short list."""
    short_list = spec.target is not None and not visit.gate.schema[spec.target].owned
    return short_list, _SUBTITLES.index(spec.kind)


def _choosable(info: EntityInfo, readable: Mapping[str, Field], by: Field) -> list[str]:
    """The fields that a card can show besides its title and the column it stands in."""
    never = {info.title.name, by.name, "pipeline"}
    return [
        f.name for f in readable.values() if f.kind not in _UNSHOWN and not f.many and f.name not in never
    ]


def _text_of(visit: "Visit", info: EntityInfo, spec: Field | None) -> Callable[[Row], Cell]:
    return painter(visit, info, spec) if spec is not None else lambda _row: Cell()


def _lines(further: Sequence[tuple[str, Callable[[Row], Cell]]], row: Row) -> list[CardField]:
    cells = [(label, paint(row)) for label, paint in further]
    return [CardField(label, cell.text) for label, cell in cells if cell.text]


def _face(visit: "Visit", user: int | None) -> Mapping[str, Any] | None:
    person = visit.directory.people.get(user or 0)
    return {"name": person.name, "initials": person.initials, "hue": person.hue} if person else None
