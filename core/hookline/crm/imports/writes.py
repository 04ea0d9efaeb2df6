"""Writing rows so that one that is refused, by a rule, a plugin or the database, takes no other with it."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError, OperationalError

from hookline.errors import Forbidden, Invalid, Problem, Refused, Text
from hookline.kernel.gate import Gate

log = logging.getLogger("hookline.imports")

Values = Mapping[str, Any]
Created = int | Sequence[Problem]


def create_rows(gate: Gate, entity: str, rows: Sequence[Values], *, careful: bool) -> list[Created]:
    """Create these; each gives its id, or why it was refused.

    What no rule foresaw is raised, unless `careful`: then halves are tried, down to the row that is at fault.
    """
    try:
        with guarded(gate, careful=careful):
            made: Sequence[int | Refused] = gate.create_each(entity, rows)
    except Forbidden as refusal:
        made = [refusal] * len(rows)
    except Exception as error:
        if not careful or is_fatal(error):
            raise
        if len(rows) == 1:
            return [complaints(error)]
        half = len(rows) // 2
        return [
            *create_rows(gate, entity, rows[:half], careful=True),
            *create_rows(gate, entity, rows[half:], careful=True),
        ]
    return [id if isinstance(id, int) else complaints(id) for id in made]


def update_row(gate: Gate, entity: str, id: int, values: Values, *, careful: bool) -> int | Sequence[Problem]:
    """Change a record: its version, or why that was refused."""
    try:
        with guarded(gate, careful=careful):
            return gate.update(entity, id, values)
    except Refused as refusal:
        return complaints(refusal)
    except Exception as error:
        if not careful or is_fatal(error):
            raise
        return complaints(error)


@contextmanager
def guarded(gate: Gate, *, careful: bool) -> Iterator[None]:
    """A savepoint, which takes two statements more, where errors must be got over."""
    if careful:
        with gate.tx.savepoint():
            yield
    else:
        yield


def complaints(error: Exception) -> Sequence[Problem]:
    """Why a row was refused. An error that is no refusal is logged: it is the work of a plugin, or a mistake of ours."""
    if isinstance(error, Invalid):
        return error.problems
    if isinstance(error, Refused):
        return [Problem("", error.text)]
    log.error("a row could not be imported", exc_info=error)
    return [Problem("", Text("This row could not be saved: %(reason)s", reason=type(error).__name__))]


def is_fatal(error: Exception) -> bool:
    """Whether the next row would fail in the same way: the connection is gone, the disk is full."""
    return isinstance(error, OperationalError) or (
        isinstance(error, DBAPIError) and error.connection_invalidated
    )
