"""`Hooks`: writes down every call of what the plugins under test contribute."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Any

from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import PluginHost


@dataclass(frozen=True)
class Call:
    """One call: of which plugin, what kind ("before_save"), on what entity, which function; with what, and what came of it."""

    plugin: str
    kind: str
    entity: str | None
    name: str
    args: tuple[Any, ...] = field(repr=False)
    answer: Any = field(default=None, repr=False)
    error: BaseException | None = None


@dataclass
class Hooks:
    """`hooks.calls` are the calls so far, oldest first; `hooks.of("before_save")` only those of a kind or of a name."""

    calls: list[Call] = field(default_factory=list)

    def of(self, what: str) -> list[Call]:
        """The calls of one kind, or of one function by its name."""
        return [call for call in self.calls if what in (call.kind, call.name)]

    def clear(self) -> None:
        """Forget what was called before."""
        self.calls.clear()

    def recorded(self, contribution: Contribution) -> Contribution:
        """The same contribution, whose calls are written down. Those of the core are not."""
        if contribution.plugin == "core":
            return contribution
        call = contribution.call

        @wraps(call)
        def told(*args: Any, **named: Any) -> Any:
            seen = Call(
                contribution.plugin,
                contribution.kind,
                contribution.entity,
                contribution.name,
                (*args, *named.values()),
            )
            try:
                answer = call(*args, **named)
            except BaseException as error:
                self.calls.append(replace(seen, error=error))
                raise
            self.calls.append(replace(seen, answer=answer))
            return answer

        return replace(contribution, call=told)


class OpenHost(PluginHost):
    """A host whose contributions can be exchanged before the application is built."""

    def rewire(self, change: Callable[[Contribution], Contribution]) -> None:
        """Put into the place of each contribution what `change` makes of it."""
        self._by_kind = {key: [change(each) for each in found] for key, found in self._by_kind.items()}
