"""Counts the statements that a piece of a test sends to the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

if TYPE_CHECKING:
    from hookline_sdk.testing.crm import Crm


@contextmanager
def counted(crm: Crm) -> Iterator[list[str]]:
    """The statements that are sent while the block runs, in their order; what begins and ends transactions left out."""
    crm.settle()
    engine, sent = crm.home.database.engine, list[str]()

    def note(_connection: object, _cursor: object, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def at_most(crm: Crm, most: int) -> Iterator[list[str]]:
    """AssertionError, with the statements, when the block sends more than these."""
    with counted(crm) as sent:
        yield sent
    often = Counter(" ".join(statement.split())[:200] for statement in sent)
    listed = "\n".join(f"{number:>4} x {statement}" for statement, number in often.most_common())
    assert len(sent) <= most, f"{len(sent)} statements instead of at most {most}:\n{listed}"
