"""Sequences: numbers in a row, such as INV-2026-00001, each given once and without gaps.

A number is taken in the transaction that makes the record: what is rolled back gives it back. The price is that those who
make records of one sequence wait for each other until they commit.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import case
from sqlalchemy.dialects import postgresql, sqlite

from hookline.kernel.fields import Field
from hookline.kernel.numbering import Pattern
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import sequence

if TYPE_CHECKING:
    from hookline.kernel.gate import Gate


def numbered(gate: "Gate", info: EntityInfo, rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    """The rows with their numbers, in their order; those that bring their own keep it, and the count goes on after it."""
    for spec in info.sequences:
        rows = _numbered(gate, spec, rows)
    return rows


def brought(gate: "Gate", spec: Field, texts: Sequence[str]) -> None:
    """Let the count go on after numbers that came from elsewhere."""
    pattern, highest = Pattern(spec.sequence or ""), dict[str, int]()
    for text in texts:
        if (found := pattern.read(text)) and found[1] < 2**62:
            highest[found[0]] = max(found[1], highest.get(found[0], 0))
    for period, number in sorted(highest.items()):
        _count(gate, spec, period, number, on=False)


def _numbered(gate: "Gate", spec: Field, rows: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
    pattern, now = Pattern(spec.sequence or ""), gate.now
    brought(gate, spec, [row[spec.name] for row in rows if row.get(spec.name)])
    waiting = sum(not row.get(spec.name) for row in rows)
    if not waiting:
        return rows
    last = _count(gate, spec, pattern.period(now.year, now.month), waiting, on=True)
    fresh = iter(range(last - waiting + 1, last + 1))
    return [
        row if row.get(spec.name) else {**row, spec.name: pattern.written(next(fresh), now)} for row in rows
    ]


def _count(gate: "Gate", spec: Field, period: str, number: int, *, on: bool) -> int:
    """Count on by a number, or up to it at least; where the count stands then. Others wait until this is committed."""
    last = sequence.c.last
    after = last + number if on else case((last < number, number), else_=last)
    begun = (sqlite if gate.tx.sqlite else postgresql).insert(sequence)
    statement = begun.values(name=f"{spec.entity}.{spec.name}", period=period, last=number)
    statement = statement.on_conflict_do_update(index_elements=["name", "period"], set_={"last": after})
    return int(gate.tx.run(statement.returning(last), why="sequences").scalar_one())
