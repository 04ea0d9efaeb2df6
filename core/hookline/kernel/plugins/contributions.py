"""`Contribution`: one thing that a plugin adds; and what the words share with which a `Plugin` declares them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hookline.errors import PluginError

if TYPE_CHECKING:
    from hookline.kernel.entity import Record

F = TypeVar("F", bound=Callable[..., Any])
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True)
class Contribution:
    """One thing a plugin adds: what kind, to which entity (None: to the whole), and the function that does it."""

    plugin: str
    kind: str
    entity: str | None
    name: str
    label: str
    call: Callable[..., Any]
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The name under which it is paused, traced and addressed."""
        return f"{self.plugin}.{self.name}"


class Declaring:
    """The contributions of one plugin, in the order in which it declares them."""

    name: str
    contributions: list[Contribution]

    def _check_takes(self, place: str, takes: tuple[str, ...], known: tuple[str, ...]) -> None:
        if unknown := set(takes) - set(known):
            there = ", ".join(f'"{name}"' for name in known)
            raise PluginError(self.name, place, f"takes {', '.join(sorted(unknown))}", f"There are {there}.")

    def _add(
        self, kind: str, entity: type["Record"] | None, *, label: str = "", **options: Any
    ) -> Callable[[F], F]:
        def keep(call: F) -> F:
            name = call.__name__
            target: str | None = getattr(entity, "__tablename__", None)
            self.contributions.append(
                Contribution(self.name, kind, target, name, label or name, call, options)
            )
            return call

        return keep
