"""Around a write: the generators of plugins that stand around a save, inside its transaction."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.rules import Write, Written
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate

# A record's id (0 while it has none), how it stood, and what is written.
Line = tuple[int, Mapping[str, Any], Mapping[str, Any]]


@contextmanager
def around(
    gate: "Gate", info: EntityInfo, what: str, lines: Sequence[Line]
) -> Iterator[list[tuple[int, Mapping[str, Any]]]]:
    """Run what plugins put around this write. The list takes the ids of records that are only made inside, and their values."""
    made: list[tuple[int, Mapping[str, Any]]] = []
    standing = gate.host.surrounding(info.name)
    if not standing:
        yield made
        return
    records = [
        Written(id, gate.typed(info.cls, before) if before else None, values) for id, before, values in lines
    ]
    write: Write[Any] = Write(info.name, what, records)
    # What they have written goes with a write that is taken back alone.
    with gate.tx.savepoint(), ExitStack() as stack:
        for contribution in standing:
            stack.enter_context(_held(gate, contribution, write))
        yield made
        for record, (id, values) in zip(records, made, strict=False):
            record.id, record.values = id, values


@contextmanager
def _held(gate: "Gate", contribution: Contribution, write: Write[Any]) -> Iterator[None]:
    """One plugin's part. It sees an exception of what it stands around, and cannot make it unheard."""
    standing = _call(gate, contribution, partial(_entered, contribution.call, write, gate))
    try:
        yield
    except BaseException as error:
        _call(gate, contribution, partial(_leave, standing.__exit__, error))
        raise
    _call(gate, contribution, partial(standing.__exit__, None, None, None))


def _call(gate: "Gate", contribution: Contribution, step: Callable[[], Any]) -> Any:
    return gate.host.insist(gate.host.watched(contribution, step))


def _entered(around: Callable[..., Iterator[None]], write: Write[Any], gate: "Gate") -> Any:
    standing = contextmanager(around)(write, gate)
    standing.__enter__()
    return standing


def _leave(leave: Callable[..., Any], error: BaseException) -> None:
    try:
        leave(type(error), error, error.__traceback__)
    except BaseException as raised:
        if raised is not error:
            raise
