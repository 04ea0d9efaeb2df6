"""Extension points: a question that one plugin asks and others answer, without either importing the other."""

from __future__ import annotations

import types
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate
    from hookline.kernel.plugins.contributions import Contribution

T = TypeVar("T")
A = TypeVar("A")


@dataclass(frozen=True)
class Answer(Generic[A]):
    """What a plugin answers."""

    plugin: str
    value: A


@dataclass(frozen=True)
class Point(Generic[T, A]):
    """A question that other plugins answer. `key` is what they address: "real_estate.price"."""

    key: str
    call: Callable[[T, Gate], A]

    def answers(self, subject: T, gate: Gate) -> list[Answer[A]]:
        """Every answer, by the providers' `order` and then the names of their plugins. Nobody there: an empty list.

        Who answers None has nothing to say. Who fails, or answers with another type than was asked for, is left out,
        named in the log and on /-/plugins, and paused when it goes on; what it wrote is taken back.
        """
        found: list[Answer[A]] = []
        providers = gate.host.contributions("provides", self.key)
        for provider in sorted(providers, key=lambda c: (c.options["order"], c.plugin)):
            said = gate.host.ask(replace(provider, call=partial(self._ask, provider)), subject, gate)
            if isinstance(said, Answer):
                found.append(said)
        return found

    def first(self, subject: T, gate: Gate) -> A | None:
        """The first answer; None when nobody has one."""
        return next((answer.value for answer in self.answers(subject, gate)), None)

    def _ask(self, provider: Contribution, subject: T, gate: Gate) -> Answer[A] | None:
        with gate.tx.savepoint():
            value = self._checked(provider.call(subject, gate))
        return None if value is None else Answer(provider.plugin, value)

    def _checked(self, value: Any) -> A | None:
        wanted = _annotated(self.call)
        if value is not None and not _is(value, wanted):
            raise TypeError(
                f"{self.key} asks for {_named(wanted)} and was answered with {type(value).__name__}"
            )
        checked: A | None = value
        return checked


def _annotated(call: Callable[..., Any]) -> Any:
    """What a point asks for; Any when its annotation means nothing at run time."""
    try:
        return get_type_hints(call).get("return", Any)
    except NameError:
        return Any


def _is(value: object, wanted: Any) -> bool:
    origin = get_origin(wanted)
    if origin in (Union, types.UnionType):
        return any(_is(value, one) for one in get_args(wanted))
    kind = origin or wanted
    return not isinstance(kind, type) or isinstance(value, kind)


def _named(wanted: Any) -> str:
    return wanted.__name__ if isinstance(wanted, type) else str(wanted)
