"""Geometry of a sankey chart: what went from where to where, as bands between the places of steps that stand side by side.

As in `charts`, horizontal places are percentages of the drawing's width and vertical ones pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from hookline.web.reports.charts import SERIES_TONES, Point

_THICK: Final = 1.6
_GAP: Final = 6.0
# A lower place has no room for its name.
_NAMED_FROM: Final = 11.0


@dataclass(frozen=True)
class Stream:
    """One flow: from a place in a step to a place in the next one."""

    begins: str
    ends: str
    step: int
    point: Point


@dataclass(frozen=True)
class Band:
    """A flow as it is drawn; `path` is in a box 100 wide and as high as the chart."""

    point: Point
    tone: str
    path: str


@dataclass(frozen=True)
class PlaceOf:
    """A place in a step. Its name stands at `at`, to the right of it, or to the left of the last step's (`ends`)."""

    label: str
    text: str
    tone: str
    x: float
    y: float
    height: float
    at: float
    ends: bool
    named: bool


@dataclass(frozen=True)
class SankeyChart:
    places: tuple[PlaceOf, ...]
    bands: tuple[Band, ...]
    steps: tuple[str, ...]
    height: float
    thick: float = _THICK


def sankey_chart(streams: Sequence[Stream], steps: Sequence[str] = (), *, height: float = 320) -> SankeyChart:
    """Places stand below each other in the order in which they come first; what is not above zero is left out."""
    kept = [
        each for each in streams if isfinite(each.point.value) and each.point.value > 0 and each.step >= 0
    ]
    last = max([len(steps) - 1, *(each.step + 1 for each in kept), 1])
    order = list(dict.fromkeys(name for each in kept for name in (each.begins, each.ends)))
    sizes = _sizes(kept, last)
    per_unit = min((_unit(column, height) for column in sizes if column), default=0.0)
    tones = _tones(kept, order)
    tops = {
        (step, name): top
        for step, column in enumerate(sizes)
        for name, top in _stacked(column, order, per_unit).items()
    }
    places = tuple(
        _place(name, step, last, sizes[step][name] * per_unit, top, sizes[step][name], tones[name])
        for (step, name), top in tops.items()
    )
    return SankeyChart(places, _bands(kept, order, last, tops, per_unit, tones), tuple(steps), height)


def _sizes(streams: Sequence[Stream], last: int) -> list[dict[str, float]]:
    """How much each place of each step holds: what comes in or what goes out, whichever is more."""
    incoming: list[dict[str, float]] = [{} for _ in range(last + 1)]
    leaving: list[dict[str, float]] = [{} for _ in range(last + 1)]
    for each in streams:
        out, into = leaving[each.step], incoming[each.step + 1]
        out[each.begins] = out.get(each.begins, 0) + each.point.value
        into[each.ends] = into.get(each.ends, 0) + each.point.value
    return [
        {name: max(coming.get(name, 0), going.get(name, 0)) for name in {**coming, **going}}
        for coming, going in zip(incoming, leaving, strict=True)
    ]


def _unit(column: dict[str, float], height: float) -> float:
    return max(height - _GAP * (len(column) - 1), height / 4) / sum(column.values())


def _stacked(column: dict[str, float], order: Sequence[str], per_unit: float) -> dict[str, float]:
    found, top = {}, 0.0
    for name in order:
        if name in column:
            found[name] = top
            top += column[name] * per_unit + _GAP
    return found


def _tones(streams: Sequence[Stream], order: Sequence[str]) -> dict[str, str]:
    """The tone of a place is that which a flow from it has, else one of its own."""
    said = {each.begins: each.point.tone for each in reversed(streams) if each.point.tone}
    return {name: said.get(name, SERIES_TONES[n % len(SERIES_TONES)]) for n, name in enumerate(order)}


def _place(name: str, step: int, last: int, height: float, top: float, value: float, tone: str) -> PlaceOf:
    x = (100 - _THICK) * step / last
    ends = step == last
    at = x if ends else x + _THICK
    return PlaceOf(
        name,
        f"{value:g}",
        tone,
        round(x, 2),
        round(top, 2),
        round(height, 2),
        round(at, 2),
        ends,
        height >= _NAMED_FROM,
    )


def _bands(
    streams: Sequence[Stream], order: Sequence[str], last: int, tops: dict[tuple[int, str], float], per_unit: float,
    tones: dict[str, str],
) -> tuple[Band, ...]:  # fmt: skip
    """Bands leave and reach a place in the order of the places they come from and go to, so that few cross."""
    rank = {name: place for place, name in enumerate(order)}
    left, reached = dict(tops), dict(tops)
    found = []
    for each in sorted(streams, key=lambda s: (s.step, rank[s.begins], rank[s.ends])):
        thick = each.point.value * per_unit
        start, end = (each.step, each.begins), (each.step + 1, each.ends)
        x = (100 - _THICK) * each.step / last + _THICK
        path = _band(x, left[start], (100 - _THICK) * (each.step + 1) / last, reached[end], thick)
        left[start] += thick
        reached[end] += thick
        found.append(Band(each.point, each.point.tone or tones[each.begins], path))
    return tuple(found)


def _band(x: float, y: float, to_x: float, to_y: float, thick: float) -> str:
    middle = (x + to_x) / 2
    return (
        f"M{x:.2f} {y:.2f}C{middle:.2f} {y:.2f} {middle:.2f} {to_y:.2f} {to_x:.2f} {to_y:.2f}"
        f"L{to_x:.2f} {to_y + thick:.2f}C{middle:.2f} {to_y + thick:.2f} {middle:.2f} {y + thick:.2f} {x:.2f} {y + thick:.2f}Z"
    )
