"""`Meetings`: the words with which plugins that do not know each other meet: own events and extension points."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from hookline.kernel.plugins.contributions import Contribution, Declaring
from hookline.kernel.plugins.points import Point

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate
    from hookline.kernel.own_events import Event

E = TypeVar("E", bound="Event")
T = TypeVar("T")
A = TypeVar("A")


class Meetings(Declaring):
    """Own events, and questions that one plugin asks and others answer."""

    events: list[type[Event]]

    def on(self, event: type[E]) -> Callable[[Callable[[E, Gate], None]], Callable[[E, Gate], None]]:
        """Hear of an own event, of whatever plugin: `def heard(event: Purchase, gate: Gate) -> None`.

        Called by the worker, once per event, in a transaction of its own; at least once, and `event.id` stays the same. An
        exception is tried again with growing pauses and then parked where an administrator sees it. Events are told with
        `gate.emit(Purchase(...))`. While the plugin that tells is away, nothing comes.
        """

        def keep(call: Callable[[E, Gate], None]) -> Callable[[E, Gate], None]:
            name = call.__name__
            self.contributions.append(
                Contribution(self.name, "on", event.name, name, name, call, {"event": event})
            )
            return call

        return keep

    def point(self, call: Callable[[T, Gate], A]) -> Point[T, A]:
        """Ask others a question: `def price(listing: Listing, gate: Gate) -> Decimal`, of which only the signature counts.

        The name then means a `Point`: `price.answers(listing, gate)` gives what others say who wrote
        `@plugin.provides("<this plugin>.price")`, each as an `Answer[Decimal]`. Its docstring tells them what is asked.
        """
        made = Point(f"{self.name}.{call.__name__}", call)
        label = (call.__doc__ or call.__name__).strip().splitlines()[0]
        self.contributions.append(Contribution(self.name, "point", None, call.__name__, label, call))
        return made

    def provides(
        self, point: str, *, order: int = 100
    ) -> Callable[[Callable[[T, Gate], A]], Callable[[T, Gate], A]]:
        """Answer another plugin's question: `def price(listing: Any, gate: Gate) -> Decimal | None`.

        `point` is its full name, such as "real_estate.price". Called when that plugin asks, with what it asks about; None
        is no answer. A failure leaves this answer out. While the plugin that asks is away, nobody asks.
        """

        def keep(call: Callable[[T, Gate], A]) -> Callable[[T, Gate], A]:
            name = call.__name__
            self.contributions.append(
                Contribution(self.name, "provides", point, name, name, call, {"order": order})
            )
            return call

        return keep
