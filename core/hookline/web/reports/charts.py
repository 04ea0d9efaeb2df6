"""Geometry of the charts that `templates/macros/charts.html` draws as SVG.

Horizontal places are percentages of the drawing's width, vertical ones are pixels, so a chart fills whatever
box it stands in while its text keeps its size. Nothing here knows colours or languages: texts come ready,
tones are names.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, cos, floor, isfinite, log10, pi, sin

MAX_LABELS = 6
SERIES_TONES = ("indigo", "green", "orange", "violet", "teal", "pink", "blue", "amber")


@dataclass(frozen=True)
class Point:
    """One thing to draw: `text` is the value as people read it, `url` leads to the records behind it."""

    label: str
    value: float
    text: str
    url: str | None = None
    tone: str = ""


@dataclass(frozen=True)
class Tick:
    """A line of the scale: `y` in pixels from the top."""

    y: float
    value: float


@dataclass(frozen=True)
class Bar:
    """A standing bar: `x`, `width`, `middle` in percent, `y`, `height` in px; `named` if its label fits."""

    point: Point
    tone: str
    x: float
    width: float
    middle: float
    y: float
    height: float
    named: bool


@dataclass(frozen=True)
class BarChart:
    bars: tuple[Bar, ...]
    ticks: tuple[Tick, ...]
    zero: float
    plot: float
    height: float


@dataclass(frozen=True)
class Lying:
    """A lying bar, or a stage of a funnel: `x`, `width` in percent, `rate` the share of the bar before it."""

    point: Point
    tone: str
    x: float
    width: float
    rate: float | None


@dataclass(frozen=True)
class Dot:
    point: Point
    x: float
    y: float
    named: bool


@dataclass(frozen=True)
class Line:
    """One series: `path` and `area` are in a box 100 wide and as high as the plot."""

    label: str
    tone: str
    dots: tuple[Dot, ...]
    path: str
    area: str


@dataclass(frozen=True)
class LineChart:
    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    plot: float
    height: float


@dataclass(frozen=True)
class Arc:
    point: Point
    tone: str
    path: str
    share: float


def bar_chart(points: Sequence[Point], *, height: float = 200) -> BarChart:
    """Standing bars from zero, below it for negative values; at most `MAX_LABELS` of them are named below."""
    plot = height - 24
    scale = _Scale.over([p.value for p in points], plot)
    step = 100 / max(len(points), 1)
    width = min(step * 0.68, 12)
    named = _named(len(points))
    bars = tuple(_bar(p, step * (i + 0.5), width, scale, named=i in named) for i, p in enumerate(points))
    return BarChart(bars, scale.ticks(), scale.y(0), plot, height)


def hbar_chart(points: Sequence[Point]) -> tuple[Lying, ...]:
    """Lying bars, one a row, the longest full width; with negative values zero stands inside."""
    low = min([0.0, *(_finite(p.value) for p in points)])
    high = max([0.0, *(_finite(p.value) for p in points)])
    span = (high - low) or 1
    return tuple(
        Lying(
            point=p,
            tone=p.tone or SERIES_TONES[0],
            x=_round((min(_finite(p.value), 0) - low) / span * 100),
            width=_round(abs(_finite(p.value)) / span * 100),
            rate=None,
        )
        for p in points
    )


def funnel_chart(points: Sequence[Point]) -> tuple[Lying, ...]:
    """Centred bars, each against the largest; `rate` is what came through from the stage before."""
    top = max((_finite(p.value) for p in points), default=0) or 1
    return tuple(_funnel_stage(points, i, top) for i in range(len(points)))


def waterfall_chart(points: Sequence[Point]) -> tuple[Lying, ...]:
    """Lying bars: one above zero stands on the ground, one below zero hangs where the bar before it ended."""
    top = max((abs(_finite(p.value)) for p in points), default=0) or 1
    stands, found = 0.0, []
    for point in points:
        value = _finite(point.value)
        end = value if value > 0 else stands + value
        low, high = (0.0, value) if value > 0 else (end, stands)
        x, width = _round(max(low, 0) / top * 100), _round((max(high, 0) - max(low, 0)) / top * 100)
        found.append(Lying(point, point.tone or SERIES_TONES[0], x, width, None))
        stands = end
    return tuple(found)


def line_chart(
    series: Sequence[tuple[str, Sequence[Point]]], *, height: float = 200, steps: bool = False
) -> LineChart:
    """One or several lines over the same labels; each series is its name and its points. With `steps` values hold until the next."""
    plot = height - 24
    scale = _Scale.over([p.value for _, points in series for p in points], plot)
    lines = tuple(_line(label, points, i, scale, steps=steps) for i, (label, points) in enumerate(series))
    return LineChart(lines, scale.ticks(), plot, height)


def donut_chart(points: Sequence[Point], *, size: float = 120, ring: float = 18) -> tuple[Arc, ...]:
    """Shares of a whole, clockwise from noon; what is not above zero has no arc and is left out."""
    parts = [p for p in points if _finite(p.value) > 0]
    total = sum(p.value for p in parts)
    arcs: list[Arc] = []
    start = 0.0
    for i, point in enumerate(parts):
        share = point.value / total
        tone = point.tone or SERIES_TONES[i % len(SERIES_TONES)]
        arcs.append(Arc(point, tone, _arc(start, start + share, size / 2, ring), share))
        start += share
    return tuple(arcs)


def sparkline(values: Sequence[float], *, width: float = 96, height: float = 24) -> str:
    """The path of a small line without scale or labels; empty when there are fewer than two values."""
    if len(values) < 2:
        return ""
    kept = [_finite(v) for v in values]
    low, span = min(kept), (max(kept) - min(kept)) or 1
    step = width / (len(kept) - 1)
    return _path((i * step, height - 2 - (v - low) / span * (height - 4)) for i, v in enumerate(kept))


def nice_ticks(low: float, high: float, *, about: int = 4) -> tuple[float, ...]:
    """Round numbers (1, 2, 2.5 or 5 times a power of ten) that enclose low and high, in rising order."""
    if high - low < 1e-6:
        high = low + 1
    raw = (high - low) / about
    unit = 10.0 ** floor(log10(raw))
    step = next(f * unit for f in (1, 2, 2.5, 5, 10) if raw <= f * unit * (1 + 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple(_round(n * step, 10) for n in range(first, last + 1))


@dataclass(frozen=True)
class _Scale:
    values: tuple[float, ...]
    plot: float

    @classmethod
    def over(cls, values: Iterable[float], plot: float) -> "_Scale":
        kept = [0.0, *(_finite(v) for v in values)]
        return cls(nice_ticks(min(kept), max(kept)), plot)

    def y(self, value: float) -> float:
        # The top 8 pixels stay free for half of the highest line's text.
        low, high = self.values[0], self.values[-1]
        return _round(self.plot - (value - low) / (high - low) * (self.plot - 8))

    def ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self.y(v), v) for v in self.values)


def _bar(point: Point, middle: float, width: float, scale: _Scale, *, named: bool) -> Bar:
    value = _finite(point.value)
    top, bottom = scale.y(max(value, 0)), scale.y(min(value, 0))
    return Bar(
        point=point,
        tone=point.tone or SERIES_TONES[0],
        x=_round(middle - width / 2),
        width=_round(width),
        middle=_round(middle),
        y=top,
        height=_round(bottom - top),
        named=named,
    )


def _funnel_stage(points: Sequence[Point], i: int, top: float) -> Lying:
    value = max(_finite(points[i].value), 0)
    width = value / top * 100
    before = _finite(points[i - 1].value) if i else 0
    rate = value / before if before > 0 else None
    return Lying(points[i], points[i].tone or SERIES_TONES[0], _round((100 - width) / 2), _round(width), rate)


def _line(label: str, points: Sequence[Point], i: int, scale: _Scale, *, steps: bool) -> Line:
    step = 100 / max(len(points), 1)
    named = _named(len(points))
    dots = tuple(
        Dot(p, _round(step * (n + 0.5)), scale.y(_finite(p.value)), n in named) for n, p in enumerate(points)
    )
    path = _path(_stairs(dots) if steps else ((d.x, d.y) for d in dots))
    zero = scale.y(0)
    area = f"{path}L{dots[-1].x:g} {zero:g}L{dots[0].x:g} {zero:g}Z" if dots else ""
    return Line(label, SERIES_TONES[i % len(SERIES_TONES)], dots, path, area)


def _stairs(dots: Sequence[Dot]) -> Iterator[tuple[float, float]]:
    for last, dot in zip((None, *dots), dots, strict=False):
        if last is not None:
            yield dot.x, last.y
        yield dot.x, dot.y


def _named(count: int) -> range:
    return range(0, count, max(1, ceil(count / MAX_LABELS)))


def _path(places: Iterable[tuple[float, float]]) -> str:
    return "".join(f"{'L' if i else 'M'}{_round(x):g} {_round(y):g}" for i, (x, y) in enumerate(places))


def _arc(start: float, end: float, radius: float, ring: float) -> str:
    # An arc that ends where it starts draws nothing, so a whole ring stops a hair short of it.
    end = min(end, start + 0.99999)
    inner = radius - ring
    wide = 1 if end - start > 0.5 else 0
    (ax, ay), (bx, by) = _on(start, radius), _on(end, radius)
    (cx, cy), (dx, dy) = _on(end, inner), _on(start, inner)
    shift = radius
    return (
        f"M{_round(ax + shift):g} {_round(ay + shift):g}"
        f"A{radius:g} {radius:g} 0 {wide} 1 {_round(bx + shift):g} {_round(by + shift):g}"
        f"L{_round(cx + shift):g} {_round(cy + shift):g}"
        f"A{inner:g} {inner:g} 0 {wide} 0 {_round(dx + shift):g} {_round(dy + shift):g}Z"
    )


def _on(turn: float, radius: float) -> tuple[float, float]:
    angle = 2 * pi * turn - pi / 2
    return radius * cos(angle), radius * sin(angle)


def _finite(value: float) -> float:
    return float(value) if isfinite(value) else 0.0


def _round(value: float, places: int = 3) -> float:
    return round(value, places) + 0.0
