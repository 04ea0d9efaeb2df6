"""Anchors: where the audit log ended at some moment, kept outside of the database. With one, nothing before it can be rewritten.

A file of anchors has one line for each: the time, the number of the last entry, and its hash.

    2026-03-17T09:30:00.000000+00:00 118 6f1e...c0

Lines are only ever added. Empty lines and those that start with # are passed over.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select

from hookline.crm.audit.chain import START, moment
from hookline.crm.audit.trail import audit_head
from hookline.crm.core import core
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.background.runs import JobRun
from hookline.kernel.db import Transaction

_DIGITS: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True)
class Anchor:
    """The log's last entry, as it was at some moment."""

    at: datetime
    number: int
    hash: str

    def __str__(self) -> str:
        """The anchor as a line of a file."""
        return f"{moment(self.at)} {self.number} {self.hash}"


def take_anchor(tx: Transaction, now: datetime) -> Anchor:
    """Where the log ends now."""
    row = tx.run(select(audit_head.c.number, audit_head.c.hash), why="audit").first()
    return Anchor(now, int(row.number), str(row.hash)) if row else Anchor(now, 0, START)


def add_anchor(path: Path, anchor: Anchor) -> None:
    """Write an anchor behind those that are in the file; it is on the disk when this returns."""
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{anchor}\n")
        file.flush()
        os.fsync(file.fileno())


def read_anchors(path: Path) -> Iterator[Anchor]:
    """The anchors of a file. Invalid names the line that is none: a file that was touched proves nothing."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for place, line in enumerate(file, start=1):
            if line.strip() and not line.startswith("#"):
                yield _read(line, place)


@core.job(cron="23 1 * * *")
def anchor_audit_log(run: JobRun) -> None:
    """Add today's anchor to the file that the settings name, if they name one."""
    path = run.home.settings.audit_anchors
    if path is None:
        return
    with run.reading() as gate:
        anchor = take_anchor(gate.tx, run.now)
    add_anchor(path, anchor)
    run.result = {"number": anchor.number}


def _read(line: str, place: int) -> Anchor:
    try:
        at, number, hash = line.split()
        anchor = Anchor(datetime.fromisoformat(at), int(number), hash)
    except ValueError:
        anchor = None
    if (
        anchor is None
        or len(anchor.hash) != len(START)
        or not _DIGITS.issuperset(anchor.hash)
        or anchor.number < 0
    ):
        raise Invalid([Problem("anchor", Text("Line %(line)s of the anchors is none.", line=place))])
    return anchor
