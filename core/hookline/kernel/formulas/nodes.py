"""The parts a formula is made of. None can raise when it is worked out, or make more than may be kept."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Context, Decimal
from typing import Final, TypeAlias

Value: TypeAlias = "Decimal | str | bool | date | None"

LARGEST: Final = Decimal(10) ** 24
LONGEST_TEXT: Final = 10_000
EXACT: Final = Context(prec=50, traps=[])
"""Never raises; what it cannot work out is no number, which `bounded` turns into None."""


@dataclass(frozen=True)
class Scene:
    """What a formula is worked out from."""

    values: Mapping[str, Value]
    today: date


class Node(ABC):
    """One part of a formula."""

    @abstractmethod
    def evaluate(self, scene: Scene) -> Value: ...

    def parts(self) -> Sequence[Node]:
        """The nodes it is made of."""
        return ()

    def fields(self) -> Iterator[str]:
        for part in self.parts():
            yield from part.fields()

    def size(self) -> int:
        return 1 + sum(part.size() for part in self.parts())


@dataclass(frozen=True)
class Literal(Node):
    value: Value

    def evaluate(self, scene: Scene) -> Value:
        return self.value


@dataclass(frozen=True)
class FieldName(Node):
    name: str

    def evaluate(self, scene: Scene) -> Value:
        return scene.values.get(self.name)

    def fields(self) -> Iterator[str]:
        yield self.name


@dataclass(frozen=True)
class Chain(Node):
    """Operands with + and -, or with * and /, worked out from the left; one level however long."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    def evaluate(self, scene: Scene) -> Value:
        result = self.first.evaluate(scene)
        for sign, node in self.rest:
            result = _arithmetic(sign, result, node.evaluate(scene))
        return result

    def parts(self) -> Sequence[Node]:
        return (self.first, *(node for _, node in self.rest))


@dataclass(frozen=True)
class Comparison(Node):
    sign: str
    left: Node
    right: Node

    def evaluate(self, scene: Scene) -> Value:
        left, right = self.left.evaluate(scene), self.right.evaluate(scene)
        if left is None or right is None:
            return None
        if self.sign in ("=", "!="):
            return (type(left) is type(right) and left == right) is (self.sign == "=")
        compared = order(left, right)
        return None if compared is None else _holds(self.sign, compared)

    def parts(self) -> Sequence[Node]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Junction(Node):
    """Operands with `and`, or with `or`; one that decides is enough, whatever is not known of the others."""

    word: str
    operands: tuple[Node, ...]

    def evaluate(self, scene: Scene) -> Value:
        deciding = self.word == "or"
        known = True
        for node in self.operands:
            value = node.evaluate(scene)
            if value is deciding:
                return deciding
            known = known and isinstance(value, bool)
        return (not deciding) if known else None

    def parts(self) -> Sequence[Node]:
        return self.operands


@dataclass(frozen=True)
class Negation(Node):
    """`not` before a condition, - before a number."""

    word: str
    operand: Node

    def evaluate(self, scene: Scene) -> Value:
        value = self.operand.evaluate(scene)
        if self.word == "not":
            return (not value) if isinstance(value, bool) else None
        return value.copy_negate() if isinstance(value, Decimal) else None

    def parts(self) -> Sequence[Node]:
        return (self.operand,)


def bounded(number: Decimal) -> Decimal | None:
    """The number, unless it is none or too large; zero without a sign."""
    if not number.is_finite() or number.copy_abs() > LARGEST:
        return None
    return number or Decimal(0)


def shifted(day: date, days: Decimal) -> date | None:
    """The day so many whole days later; None past the ends of the calendar."""
    try:
        return day + timedelta(days=int(days))
    except OverflowError:
        return None


def order(left: Value, right: Value) -> int | None:
    """Below, equal or above zero as the left one is; None for what cannot be compared."""
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return (left > right) - (left < right)
    if isinstance(left, str) and isinstance(right, str):
        return (left > right) - (left < right)
    if isinstance(left, date) and isinstance(right, date):
        return (left > right) - (left < right)
    return None


def _arithmetic(sign: str, left: Value, right: Value) -> Value:
    if isinstance(left, Decimal) and isinstance(right, Decimal):
        return bounded(_calculated(sign, left, right))
    if isinstance(left, date) and isinstance(right, Decimal) and sign in ("+", "-"):
        return shifted(left, right if sign == "+" else -right)
    if isinstance(left, date) and isinstance(right, date) and sign == "-":
        return Decimal((left - right).days)
    return None


def _calculated(sign: str, left: Decimal, right: Decimal) -> Decimal:
    if sign == "+":
        return EXACT.add(left, right)
    if sign == "-":
        return EXACT.subtract(left, right)
    return EXACT.multiply(left, right) if sign == "*" else EXACT.divide(left, right)


def _holds(sign: str, compared: int) -> bool:
    if compared == 0:
        return sign in ("<=", ">=")
    return sign[0] == "<" if compared < 0 else sign[0] == ">"
