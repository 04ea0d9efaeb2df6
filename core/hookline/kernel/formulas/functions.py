"""The functions of formulas. An empty argument makes an empty result, unless a function says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from hookline.kernel.formulas.nodes import EXACT, LONGEST_TEXT, Node, Scene, Value, bounded, order

_MOST_PLACES: Final = 10
_MANY: Final = 100


@dataclass(frozen=True)
class Function:
    """How many arguments a function takes, and how it works on them."""

    least: int
    most: int
    work: Callable[[Sequence[Node], Scene], Value]

    @property
    def takes(self) -> str:
        if self.least == self.most:
            return str(self.least)
        return f"{self.least} to {self.most}" if self.most < _MANY else f"{self.least} or more"


@dataclass(frozen=True)
class Call(Node):
    function: Function
    arguments: tuple[Node, ...]

    def evaluate(self, scene: Scene) -> Value:
        return self.function.work(self.arguments, scene)

    def parts(self) -> Sequence[Node]:
        return self.arguments


def _if(arguments: Sequence[Node], scene: Scene) -> Value:
    """The second argument where the first is true, otherwise the third; nothing where there is no third."""
    condition, *branches = arguments
    if condition.evaluate(scene) is True:
        return branches[0].evaluate(scene)
    return branches[1].evaluate(scene) if len(branches) > 1 else None


def _coalesce(arguments: Sequence[Node], scene: Scene) -> Value:
    """The first argument that is not empty."""
    found = (node.evaluate(scene) for node in arguments)
    return next((value for value in found if value is not None and value != ""), None)


def _is_empty(arguments: Sequence[Node], scene: Scene) -> Value:
    """Whether the argument is empty; this is always known."""
    return arguments[0].evaluate(scene) in (None, "")


def _concat(arguments: Sequence[Node], scene: Scene) -> Value:
    """All arguments as one text; empty ones add nothing."""
    texts = [_written(node.evaluate(scene)) for node in arguments]
    return "".join(texts) if 0 < sum(map(len, texts)) <= LONGEST_TEXT else None


def _least(arguments: Sequence[Node], scene: Scene) -> Value:
    return _extreme(arguments, scene, below=True)


def _largest(arguments: Sequence[Node], scene: Scene) -> Value:
    return _extreme(arguments, scene, below=False)


def _round(arguments: Sequence[Node], scene: Scene) -> Value:
    """Half away from zero, to so many digits after the point."""
    number, places = _numbers((*arguments, None)[:2], scene)
    if number is None or places is None or not 0 <= places <= _MOST_PLACES:
        return None
    return bounded(number.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP, EXACT))


def _abs(arguments: Sequence[Node], scene: Scene) -> Value:
    value = arguments[0].evaluate(scene)
    return value.copy_abs() if isinstance(value, Decimal) else None


def _days_between(arguments: Sequence[Node], scene: Scene) -> Value:
    """Days from the first to the second; below zero where the second is earlier."""
    first, second = (node.evaluate(scene) for node in arguments)
    return Decimal((second - first).days) if isinstance(first, date) and isinstance(second, date) else None


def _today(_: Sequence[Node], scene: Scene) -> Value:
    return scene.today


FUNCTIONS: Final[Mapping[str, Function]] = {
    "if": Function(2, 3, _if),
    "min": Function(1, _MANY, _least),
    "max": Function(1, _MANY, _largest),
    "round": Function(1, 2, _round),
    "abs": Function(1, 1, _abs),
    "coalesce": Function(1, _MANY, _coalesce),
    "is_empty": Function(1, 1, _is_empty),
    "days_between": Function(2, 2, _days_between),
    "today": Function(0, 0, _today),
    "concat": Function(1, _MANY, _concat),
}


def _numbers(arguments: Sequence[Node | None], scene: Scene) -> Sequence[Decimal | None]:
    values = [Decimal(0) if node is None else node.evaluate(scene) for node in arguments]
    return [value if isinstance(value, Decimal) else None for value in values]


def _extreme(arguments: Sequence[Node], scene: Scene, *, below: bool) -> Value:
    """The least or the largest of arguments of one type."""
    found, *others = (node.evaluate(scene) for node in arguments)
    if found is None or isinstance(found, bool):
        return None
    for value in others:
        compared = order(value, found)
        if compared is None:
            return None
        if compared < 0 if below else compared > 0:
            found = value
    return found


def _written(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return "" if value is None else str(value).lower()
    return f"{value.normalize(EXACT):f}" if isinstance(value, Decimal) else str(value)
