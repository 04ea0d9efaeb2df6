"""The layout of a board: by which field its columns are, which there are, and which of them are folded up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from hookline.crm.pipelines import PipelineInfo, StageInfo
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.lists.boards import Lane, Layout
from hookline.kernel.lists.filters import Condition
from hookline.kernel.lists.listing import Group
from hookline.kernel.schema import EntityInfo
from hookline.web.records.addresses import PAGING, RESERVED, ListAddress, conditions_of
from hookline.web.records.board_arrangements import Arrangement, arranged
from hookline.web.records.columns import HOW_IT_STANDS

if TYPE_CHECKING:
    from hookline.web.visit import Visit

# Parameters of boards that are no filters; those of a single move among them.
OWN: Final = frozenset({"by", "open", "lane", "card", "to", "id", "version", "moved"})
_OF_A_MOVE: Final = frozenset({"to", "id", "version", "lane", "moved"}) | PAGING
RECENT_DAYS: Final = 30
NONE: Final = "none"
_LONGEST: Final = 8_000


@dataclass(frozen=True)
class Spot:
    """One column. `key` stands for it in addresses; a closed one is folded up until somebody opens it, others by hand."""

    key: str
    label: str
    tone: str
    lane: Lane
    stage: StageInfo | None = None
    folded: bool = False

    @property
    def is_closed(self) -> bool:
        """Whether work on the records here is over, or goes on after the sale."""
        return self.stage is not None and self.stage.is_closed


@dataclass(frozen=True)
class Board:
    """A board as its address asks for it."""

    info: EntityInfo
    asked: ListAddress
    by: Field
    line: PipelineInfo | None
    conditions: Sequence[Condition]
    spots: Sequence[Spot]
    arranged: Arrangement

    @property
    def plain(self) -> ListAddress:
        """The address of the same records as a list."""
        kept = tuple((name, value) for name, value in self.asked.items if name not in OWN)
        return ListAddress(f"/{self.info.cls.slug}", kept)

    @property
    def url(self) -> str:
        """The address of this very board."""
        return self.asked.url()

    def layout(self, spots: Sequence[Spot] | None = None) -> Layout:
        """Its columns, or some of them, as the kernel reads them."""
        chosen = self.spots if spots is None else spots
        return Layout(self.by.name, [spot.lane for spot in chosen])

    def spot(self, key: str) -> Spot:
        """The column of this key, or NotFound."""
        found = next((spot for spot in self.spots if spot.key == key), None)
        if found is None:
            raise NotFound
        return found


def read_board(visit: "Visit", info: EntityInfo, query: str | None = None) -> Board:
    """The board that the visit's address asks for, or this query string. NotFound where nothing makes columns."""
    visit.gate.must(info.name, Action.read)
    sent = visit.request.query_params.multi_items() if query is None else parse_qsl(query[:_LONGEST])
    items = tuple((name, value) for name, value in sent if name not in _OF_A_MOVE)
    by = _field(visit, info, dict(items).get("by", ""))
    own = OWN | {"pipeline"} if by.kind == "stage" else OWN
    asked = ListAddress(f"/{info.cls.slug}/board", items, RESERVED | own)
    conditions = conditions_of(visit.gate, info, asked)
    line = _line(visit, info, asked) if by.kind == "stage" else None
    spots = _of_stages(visit, info, asked, line, conditions) if line else _of_choices(visit, by)
    kept = arranged(visit, info)
    spots = [
        replace(s, folded=True) if f"{by.name}:{s.key}" in kept.folded and not s.is_closed else s
        for s in spots
    ]
    return Board(info, asked, by, line, conditions, spots, kept)


def with_unknown(board: Board, groups: Mapping[Any, Group]) -> Board:
    """The board with a column for each value that is no choice any more, and without the one for nothing when that is empty."""
    if board.line is not None:
        return board
    known = {spot.lane.value for spot in board.spots}
    lost = [
        Spot(f"={value}", value, "gray", Lane(value))
        for value in sorted(v for v in groups if v is not None and v not in known)
    ]
    kept = [s for s in board.spots if s.lane.value is not None or None in groups or may_be_empty(board)]
    return replace(board, spots=[*kept, *lost])


def may_be_empty(board: Board) -> bool:
    """Whether a record need not have a value in the board's field."""
    spec = board.by
    return not spec.required and (spec.custom or bool(board.info.table.c[spec.name].nullable))


def fields_for_columns(visit: "Visit", info: EntityInfo) -> list[Field]:
    """The fields that a board can be made by, the best first."""
    readable = [f for f in visit.gate.readable(info) if not f.hidden and f.section != "System"]
    staged = [f for f in readable if f.kind == "stage"]
    return staged + sorted(
        (f for f in readable if f.kind == "choice"),
        key=lambda f: (f.read_only, not f.list, f.name not in HOW_IT_STANDS),
    )


def may_move(visit: "Visit", board: Board) -> bool:
    """Whether this person may give the cards' field another value, on some records at least."""
    writable = {f.name for f in visit.gate.writable(board.info)}
    return visit.gate.may(board.info.name, Action.edit) and board.by.name in writable


def _field(visit: "Visit", info: EntityInfo, wanted: str) -> Field:
    offered = fields_for_columns(visit, info)
    found = next((f for f in offered if f.name == wanted or not wanted), None)
    if found is None and offered and any(f.name == wanted for f in visit.gate.readable(info)):
        raise Invalid([Problem("by", Text("A board cannot be made by %(name)s.", name=wanted[:60]))])
    if found is None:
        raise NotFound
    return found


def _line(visit: "Visit", info: EntityInfo, asked: ListAddress) -> PipelineInfo:
    """The pipeline that the address names, or the first one offered. A retired one is shown to who asks for it."""
    known = visit.pipelines
    for part in asked.get("pipeline").split(","):
        line = known.by_id.get(id_in(part) or 0)
        if line is not None and line.entity == info.name:
            return line
    if asked.get("pipeline") or not known.of(info.name):
        raise NotFound
    return known.of(info.name)[0]


def _of_stages(
    visit: "Visit", info: EntityInfo, asked: ListAddress, line: PipelineInfo, conditions: Sequence[Condition]
) -> list[Spot]:
    """Open stages as they are; of the closed ones what is recent, folded up unless somebody wants to see them."""
    wide = any(_is_about_closed(condition) for condition in conditions)
    unfolded = set(asked.get("open").split(","))
    spots = []
    for stage in line.stages:
        recent = None if wide or stage.kind in ("open", "after") else _recent(visit, info)
        folded = stage.is_closed and not wide and str(stage.id) not in unfolded
        spots.append(Spot(str(stage.id), stage.name, stage.tone, Lane(stage.id, recent), stage, folded))
    return spots


def _is_about_closed(condition: Condition) -> bool:
    if condition.field == "outcome" and condition.operator == "is":
        return "open" not in condition.parts
    return condition.field == "closed_on"


def _recent(visit: "Visit", info: EntityInfo) -> tuple[str, Any] | None:
    """From which day on closed records are counted."""
    start = visit.reader.today - timedelta(days=RECENT_DAYS - 1)
    readable = {f.name for f in visit.gate.readable(info)}
    if "closed_on" in readable:
        return "closed_on", start
    if "stage_since" in readable:
        return "stage_since", datetime.combine(start, time(), visit.reader.zone_info)
    return None


def _of_choices(visit: "Visit", by: Field) -> list[Spot]:
    spots = [Spot(f"={o.value}", visit.say(o.label), o.tone, Lane(o.value)) for o in by.options.values()]
    return [*spots, Spot(NONE, visit.say("Not set"), "gray", Lane(None))]
