"""Finding where a smooth function of few variables is lowest: quasi-Newton steps by Broyden, Fletcher, Goldfarb and Shanno."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

Vector: TypeAlias = list[float]
Matrix: TypeAlias = list[Vector]
# What is to be lowest, as its value and its slope in every direction.
Sloped: TypeAlias = Callable[[Sequence[float]], tuple[float, Vector]]

_MOST_STEPS: Final = 300
_LONGEST: Final = 2.0
_SHORTEST: Final = 1e-12
_ENOUGH: Final = 1e-4
_ROUNDING: Final = 1e-13
_FLAT_ENOUGH: Final = 1e-5


@dataclass(frozen=True)
class Lowest:
    """Where a function is lowest, and how it was found. One that is not `settled` still went down, or ran away."""

    at: tuple[float, ...]
    value: float
    steps: int
    settled: bool


def lowest(function: Sloped, start: Sequence[float], *, flat: float = 1e-8) -> Lowest:
    """Go down from `start` until the slope is `flat`, as a part of the value, or no step gets further down."""
    at: Vector = list(start)
    value, slope = function(at)
    shape = _first_shape(slope)
    for step in range(_MOST_STEPS):
        if _steepness(slope) <= flat * max(1.0, abs(value)):
            return Lowest(tuple(at), value, step, settled=True)
        way = [-sum(map(_product, row, slope)) for row in shape]
        if _dot(way, slope) >= 0:
            shape = _first_shape(slope)
            way = [-sum(map(_product, row, slope)) for row in shape]
        found = _walk(function, at, way, value, _dot(way, slope))
        # Further down there is nothing but rounding, or nothing that can be walked.
        if found is None or value - found[1] <= _ROUNDING * abs(value):
            return Lowest(
                tuple(at), value, step, settled=_steepness(slope) <= _FLAT_ENOUGH * max(1.0, abs(value))
            )
        after, lower, steeper = found
        moved = [new - old for new, old in zip(after, at, strict=True)]
        turned = [new - old for new, old in zip(steeper, slope, strict=True)]
        shape = _bent(shape, moved, turned, first=step == 0)
        at, value, slope = after, lower, steeper
    return Lowest(tuple(at), value, _MOST_STEPS, settled=False)


def _walk(
    function: Sloped, at: Vector, way: Vector, value: float, falls: float
) -> tuple[Vector, float, Vector] | None:
    """The first of ever shorter steps that gets down far enough, by Armijo's rule."""
    length = min(1.0, _LONGEST / _steepness(way))
    while length > _SHORTEST:
        after = [place + length * part for place, part in zip(at, way, strict=True)]
        lower, slope = function(after)
        if lower <= value + _ENOUGH * length * falls:
            return after, lower, slope
        length /= 2
    return None


def _bent(shape: Matrix, moved: Vector, turned: Vector, *, first: bool) -> Matrix:
    """What is known of the inverse curvature, brought up to date with how the slope turned on the way."""
    along = _dot(moved, turned)
    if along <= 1e-14:
        return shape
    size = len(moved)
    if first:
        scale = along / _dot(turned, turned)
        shape = [[scale if row == column else 0.0 for column in range(size)] for row in range(size)]
    seen = [sum(map(_product, row, turned)) for row in shape]
    weight = (1 + _dot(turned, seen) / along) / along
    return [
        [
            shape[row][column]
            + weight * moved[row] * moved[column]
            - (seen[row] * moved[column] + moved[row] * seen[column]) / along
            for column in range(size)
        ]
        for row in range(size)
    ]


def _first_shape(slope: Vector) -> Matrix:
    scale = 1 / max(1.0, _steepness(slope))
    size = len(slope)
    return [[scale if row == column else 0.0 for column in range(size)] for row in range(size)]


def _steepness(slope: Sequence[float]) -> float:
    return max(map(abs, slope))


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return sum(map(_product, one, other))


def _product(one: float, other: float) -> float:
    return one * other
