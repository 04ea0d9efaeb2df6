"""Looking through the audit log from its first entry to its last, some thousand at a time: is it what was written?"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import func, select

from hookline.crm.audit.anchors import Anchor
from hookline.crm.audit.chain import START, digest, from_ranges, link
from hookline.crm.audit.trail import REDACTED, audit, audit_head
from hookline.errors import Text
from hookline.kernel.db import Transaction

_PAGE: Final = 2000
_WHY: Final = "audit"
_BEFORE_ALL: Final = -(2**63)
# What may vanish, with its salt and what stays of it, and where a redaction names it.
_VANISHING: Final = (
    ("facts", "salt", "digest", "facts"),
    ("address", "address_salt", "address_digest", "addresses"),
)

Progress = Callable[[int, int], None]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Broken:
    """The first entry that is not what was written, and how one can tell."""

    number: int
    how: Text


@dataclass(frozen=True)
class Checked:
    """How far the log was looked through, the hash there, and what is broken; None is nothing."""

    number: int
    hash: str
    broken: Broken | None


def check_log(tx: Transaction, anchors: Iterable[Anchor] = (), progress: Progress | None = None) -> Checked:
    """Look through the whole log, also while others add to it. Cuts at its end are found by its head and by anchors."""
    check = _Check(tx, _by_number(anchors), progress or (lambda _done, _all: None))
    broken = None
    try:
        check.run()
    except _Damage as damage:
        broken = damage.broken
    return Checked(check.number, check.hash, broken)


class _Damage(Exception):
    """Ends the looking."""

    def __init__(self, number: int, how: Text) -> None:
        super().__init__(str(how))
        self.broken = Broken(number, how)


@dataclass
class _Check:
    tx: Transaction
    anchors: Mapping[int, Sequence[Anchor]]
    progress: Progress
    number: int = 0
    hash: str = START
    # Entries found empty of which no later one has told yet.
    untold: dict[str, set[int]] = field(default_factory=lambda: {"facts": set(), "address": set()})

    def run(self) -> None:
        self._see_anchors()
        seen = -1
        while True:
            last, head, hash = _end(self.tx)
            for row in self._rows(max(last, head)):
                self._see(row)
                if not self.number % _PAGE:
                    self.progress(self.number, max(last, head))
            self._see_end(last, head, hash)
            # An entry may have been redacted after its place in the log was passed: what tells of it has come since.
            if head == seen or not any(self.untold.values()):
                break
            seen = head
        self._refuse_silence()
        self.progress(self.number, self.number)

    def _rows(self, until: int) -> Iterator[Row]:
        after = self.number or _BEFORE_ALL
        page = select(audit).where(audit.c.number <= until).order_by(audit.c.number).limit(_PAGE)
        while found := self.tx.run(page.where(audit.c.number > after), why=_WHY).mappings().all():
            for row in found:
                yield dict(row)
            after = int(found[-1]["number"])

    def _see(self, row: Row) -> None:
        number = int(row["number"])
        if number > self.number + 1:
            raise _Damage(self.number + 1, Text("it is missing"))
        if number <= self.number:
            raise _Damage(number, Text("it has no place in the log"))
        if link(self.hash, row) != row["hash"]:
            raise _Damage(number, Text("its hash does not fit: it was changed, moved or put in"))
        self.number, self.hash = number, str(row["hash"])
        self._see_vanishing(row)
        if row["what"] == REDACTED:
            self._see_redaction(row)
        self._see_anchors()

    def _see_vanishing(self, row: Row) -> None:
        for name, salt, kept, _ in _VANISHING:
            if row[name] is None and row[salt] is None:
                self.untold[name].add(self.number)
            elif row[name] is None or row[salt] is None or digest(row[salt], row[name]) != row[kept]:
                raise _Damage(self.number, Text("what it tells was changed"))

    def _see_redaction(self, row: Row) -> None:
        """The entry that tells which were redacted: those have to be empty, and itself must not be."""
        if row["facts"] is None:
            raise _Damage(self.number, Text("it told which entries were redacted, and was emptied"))
        for name, told in self._told(row["facts"]):
            for numbers in told:
                unknown = [number for number in numbers if number not in self.untold[name]]
                self.untold[name].difference_update(numbers)
                for full in _full(self.tx, name, unknown):
                    raise _Damage(full, Text("it was redacted, and tells something again"))

    def _told(self, facts: str) -> Sequence[tuple[str, Sequence[range]]]:
        try:
            told = json.loads(facts)
            found = [(name, from_ranges(told[named])) for name, _, _, named in _VANISHING]
        except (ValueError, KeyError, TypeError, AttributeError):
            found = None
        if found is None or any(
            not 0 < n.start < n.stop <= self.number for _, several in found for n in several
        ):
            raise _Damage(self.number, Text("what it tells of redacted entries cannot be"))
        return found

    def _see_anchors(self) -> None:
        if any(anchor.hash != self.hash for anchor in self.anchors.get(self.number, ())):
            raise _Damage(self.number, Text("an anchor was made of another one: the log was written anew"))

    def _see_end(self, last: int, head: int, hash: str) -> None:
        if self.number < head:
            raise _Damage(self.number + 1, Text("it is missing: the head of the log tells of a later one"))
        if last > head:
            raise _Damage(head + 1, Text("the head of the log does not tell of it"))
        if hash != self.hash:
            raise _Damage(self.number, Text("the head of the log tells of another one"))
        if any(number > self.number for number in self.anchors):
            raise _Damage(self.number + 1, Text("it is missing: an anchor was made of it or of a later one"))

    def _refuse_silence(self) -> None:
        silent = set[int]().union(*self.untold.values())
        if silent:
            raise _Damage(min(silent), Text("it was emptied, and no entry tells of that"))


def _by_number(anchors: Iterable[Anchor]) -> Mapping[int, Sequence[Anchor]]:
    found: dict[int, list[Anchor]] = {}
    for anchor in anchors:
        found.setdefault(anchor.number, []).append(anchor)
    return found


def _end(tx: Transaction) -> tuple[int, int, str]:
    """The last entry's number and what the head tells, of one moment. Without a head it tells of nothing."""
    last = select(func.coalesce(func.max(audit.c.number), 0)).scalar_subquery()
    head, hash = (
        select(audit_head.c[name]).order_by(audit_head.c.id).limit(1).scalar_subquery()
        for name in ("number", "hash")
    )
    row = tx.run(select(last, head, hash), why=_WHY).one()
    return int(row[0]), int(row[1] or 0), str(row[2] or START)


def _full(tx: Transaction, name: str, numbers: Sequence[int]) -> Iterator[int]:
    """Which of these entries tell something now."""
    for first in range(0, len(numbers), _PAGE):
        some = numbers[first : first + _PAGE]
        told = select(audit.c.number).where(audit.c.number.in_(some), audit.c[name].is_not(None))
        yield from (int(n) for n in tx.run(told.order_by(audit.c.number), why=_WHY).scalars())
