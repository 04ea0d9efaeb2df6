"""`StandingGate`: a gate that stays while a test goes on. Each call is a transaction of its own, as a request is."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from hookline.kernel.gate import Gate

if TYPE_CHECKING:
    from hookline_sdk.testing.crm import Crm


class StandingGate:
    """Stands for a `Gate`: what a call writes is committed when it returns and taken back when it raises.

    A verb that takes the gate's transaction itself (`enqueue`, `close`, `gate.as_house`) finds one that is open until the
    next call, request or run of jobs.
    """

    def __init__(self, crm: Crm, name: str) -> None:
        self._crm = crm
        self._name = name
        self._held: tuple[ExitStack, Gate] | None = None

    @property
    def as_gate(self) -> Gate:
        """This, for those who ask for a gate."""
        return cast(Gate, self)

    def __getattr__(self, name: str) -> Any:
        if name in ("tx", "as_house"):
            return getattr(self._opened(), name)
        with self._transaction() as gate:
            found = getattr(gate, name)
        return self._alone(name) if inspect.ismethod(found) else found

    def settle(self) -> None:
        """Commit what was left open."""
        if self._held is not None:
            (stack, _), self._held = self._held, None
            stack.close()

    def _alone(self, name: str) -> Callable[..., Any]:
        method = getattr(Gate, name)

        @wraps(method)
        def call(*args: Any, **named: Any) -> Any:
            with self._transaction() as gate:
                return method(gate, *args, **named)

        return call

    @contextmanager
    def _transaction(self) -> Iterator[Gate]:
        """The open one, or a new one; over at the end of the block."""
        if self._held is None:
            with self._crm.writing(self._name) as gate:
                yield gate
            return
        (stack, gate), self._held = self._held, None
        with stack:
            yield gate

    def _opened(self) -> Gate:
        if self._held is None:
            stack = ExitStack()
            self._held = stack, stack.enter_context(self._crm.writing(self._name))
        return self._held[1]
