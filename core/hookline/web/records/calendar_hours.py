"""The hours of a week: which hours are shown, and where in them each record stands, beside those at the same time.

Places are said as classes of the style sheet, in quarters of an hour: no page of ours carries styles of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Final

from hookline.web.records.calendar_items import Item

if TYPE_CHECKING:
    from hookline.web.visit import Visit

MOST_BESIDE: Final = 3
_QUARTERS: Final = 4
_OF_A_DAY: Final = 24 * _QUARTERS
_FIRST, _LAST = 7, 20
_USUAL_LENGTH: Final = 2
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Block:
    """A record in its hours, from one quarter of the day to another; `lane` of `lanes` that stand side by side."""

    item: Item
    start: int
    end: int
    lane: int = 0
    lanes: int = 1


@dataclass(frozen=True)
class More:
    """What has no room beside the others."""

    start: int
    end: int
    count: int


@dataclass(frozen=True)
class Hours:
    """The hours that a week shows: `first` up to `last`."""

    first: int
    last: int

    def place(self, start: int, end: int, lane: int, lanes: int) -> str:
        """Where something stands in them, as classes."""
        return f"at-{start - self.first * _QUARTERS} for-{end - start} in-{lanes} lane-{lane + 1}"

    def now(self, moment: datetime) -> str:
        """Where this moment stands; "" when it is not among them."""
        quarter = _quarter(moment.time())
        shown = self.first * _QUARTERS <= quarter < self.last * _QUARTERS
        return f"at-{quarter - self.first * _QUARTERS}" if shown else ""


def is_all_day(row: Row, name: str, visit: "Visit") -> bool:
    """Whether a record is meant for a whole day: it is due at midnight and takes no time."""
    return _local(row[name], visit).time() == time() and not row.get("duration")


def block_of(row: Row, name: str, item: Item, visit: "Visit") -> Block:
    """Where a record stands on the clock of whoever looks, up to the end of its day."""
    start = _quarter(_local(row[name], visit).time())
    length: timedelta | None = row.get("duration")
    quarters = -(-int(length.total_seconds()) // 900) if length else _USUAL_LENGTH
    return Block(item, start, min(start + max(quarters, _USUAL_LENGTH), _OF_A_DAY))


def hours_of(blocks: Sequence[Block]) -> Hours:
    """The working day, and before and after it what the blocks need."""
    first = min([_FIRST, *(block.start // _QUARTERS for block in blocks)])
    last = max([_LAST, *(-(-block.end // _QUARTERS) for block in blocks)])
    return Hours(first, last)


def side_by_side(blocks: Sequence[Block]) -> tuple[list[Block], list[More]]:
    """The blocks of a day, those at the same time in lanes; for which there is no lane left, how many they are."""
    placed: list[Block] = []
    more: list[More] = []
    waiting = sorted(blocks, key=lambda block: (block.start, -block.end))
    while waiting:
        together = _cluster(waiting)
        waiting = waiting[len(together) :]
        some, left = _lanes(together)
        placed += some
        more += left
    return placed, more


def _cluster(blocks: Sequence[Block]) -> list[Block]:
    """The first block, and those that hang together with it."""
    end = blocks[0].end

    def touches(block: Block) -> bool:
        nonlocal end
        joined = block.start < end
        end = max(end, block.end) if joined else end
        return joined

    return list(takewhile(touches, blocks))


def _lanes(blocks: Sequence[Block]) -> tuple[list[Block], list[More]]:
    free: list[int] = []
    placed = []
    for block in blocks:
        lane = next((n for n, end in enumerate(free) if end <= block.start), len(free))
        free[lane : lane + 1] = [block.end]
        placed.append(replace(block, lane=lane))
    lanes = min(len(free), MOST_BESIDE)
    if len(free) <= MOST_BESIDE:
        return [replace(block, lanes=lanes) for block in placed], []
    over = [block for block in placed if block.lane >= MOST_BESIDE - 1]
    kept = [replace(block, lanes=lanes) for block in placed if block.lane < MOST_BESIDE - 1]
    start, end = min(block.start for block in over), max(block.end for block in over)
    return kept, [More(start, end, len(over))]


def _local(moment: datetime, visit: "Visit") -> datetime:
    return moment.astimezone(visit.reader.zone_info)


def _quarter(clock: time) -> int:
    return clock.hour * _QUARTERS + clock.minute // 15
