"""Whatever is done to the audit log behind its back is found: edits, removals, reorderings, insertions, cuts at the end.

The triggers are taken away first, as somebody with the database's own password could.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from hookline.crm.audit.anchors import Anchor, take_anchor
from hookline.crm.audit.chain import START, canonical, digest, link, new_salt
from hookline.crm.audit.checks import check_log
from hookline.crm.audit.trail import REDACTED, audit, audit_head, note, redact
from hookline.kernel.db import Transaction
from sqlalchemy import delete, insert, select, text, update

from tests.town import NOW, Town

CASES = {"sqlite": 1000, "postgresql": 104}
Rows = list[dict[str, Any]]


def edit(chance: random.Random, rows: Rows) -> Rows:
    """One value of one entry."""
    row, name = chance.choice(rows), chance.choice([c.name for c in audit.c if c.name != "number"])
    old = row[name]
    if name == "at":
        row[name] = old + timedelta(microseconds=chance.choice([-1, 1, 86_400_000_000]))
    elif name in ("actor", "seen_as"):
        row[name] = chance.choice([v for v in (None, 1, 2, 99) if v != old])
    elif name in ("facts", "salt", "address", "address_salt") and old is not None and chance.random() < 0.3:
        row[name] = None
    else:
        row[name] = (old or " ")[:-1] + chance.choice([c for c in "x0 " if c != (old or " ")[-1]])
    return rows


def edit_and_seal(chance: random.Random, rows: Rows) -> Rows:
    """What one entry tells, with its digest and its own hash worked out anew."""
    place = chance.randrange(len(rows))
    _retell(chance, rows[place])
    rows[place]["hash"] = link(rows[place - 1]["hash"] if place else START, rows[place])
    return rows


def write_anew(chance: random.Random, rows: Rows) -> Rows:
    """What one entry tells, and the whole chain from there to the head: only the anchor knows."""
    _retell(chance, chance.choice(rows[: ANCHORED - 1]))
    return _sealed(rows)


def take_out(chance: random.Random, rows: Rows) -> Rows:
    """An entry in the middle."""
    del rows[chance.randrange(len(rows) - 1)]
    return rows


def take_out_and_close(chance: random.Random, rows: Rows) -> Rows:
    """An entry, and the later ones move up."""
    place = chance.randrange(len(rows))
    for row in rows[place + 1 :]:
        row["number"] -= 1
    del rows[place]
    return rows


def swap(chance: random.Random, rows: Rows) -> Rows:
    """The places of two entries."""
    one, other = chance.sample(rows, 2)
    one["number"], other["number"] = other["number"], one["number"]
    return rows


def shuffle(chance: random.Random, rows: Rows) -> Rows:
    """The places of a run of entries."""
    first = chance.randrange(len(rows) - 4)
    run = rows[first : first + 4]
    numbers = [row["number"] for row in run]
    moved = numbers[1:] + numbers[:1]
    for row, number in zip(run, moved, strict=True):
        row["number"] = number
    return rows


def put_in(chance: random.Random, rows: Rows) -> Rows:
    """A forged entry somewhere; the later ones move down."""
    place = chance.randrange(len(rows))
    forged = {**rows[place], "what": "forged.made"}
    forged["hash"] = link(rows[place - 1]["hash"] if place else START, forged)
    for row in rows[place:]:
        row["number"] += 1
    return [*rows, forged]


def put_behind(chance: random.Random, rows: Rows) -> Rows:
    """A forged entry at the end, perfectly tied to the last."""
    forged = {**rows[-1], "number": rows[-1]["number"] + 1, "actor": chance.randrange(9)}
    return [*rows, {**forged, "hash": link(rows[-1]["hash"], forged)}]


def put_before(chance: random.Random, rows: Rows) -> Rows:
    """An entry whose number comes before the first."""
    return [*rows, {**chance.choice(rows), "number": -chance.randrange(3)}]


def cut(chance: random.Random, rows: Rows) -> Rows:
    """The last entries."""
    return rows[: -chance.randrange(1, len(rows))]


def empty(chance: random.Random, rows: Rows) -> Rows:
    """What an entry tells, in the very way of a redaction, but with no entry that tells of it."""
    name, salt = chance.choice([("facts", "salt"), ("address", "address_salt")])
    row = chance.choice([row for row in rows if row[name] is not None])
    row[name] = row[salt] = None
    return rows


def fill(chance: random.Random, rows: Rows) -> Rows:
    """What a redacted entry told, put back from an old copy: true, and yet nobody was to know it."""
    row = chance.choice([row for row in rows if row["facts"] is None])
    row["salt"], row["facts"] = TOLD[row["number"]]
    return rows


KINDS = (
    edit, edit_and_seal, write_anew, take_out, take_out_and_close, swap, shuffle, put_in, put_behind, put_before, cut, empty, fill,
)  # fmt: skip
# With the head moved to fit: only the anchor can tell, or the chain itself.
WITH_HEAD = {write_anew, cut, put_in, take_out_and_close}
ANCHORED = 48
TOLD: dict[int, tuple[str, str]] = {}


def test_every_tampering_is_found_and_nothing_else(town: Town, engine_name: str) -> None:
    anchors = _live(town)
    chance, missed = random.Random(7), list[str]()
    with _unguarded(town) as tx:
        rows = _rows(tx)
        head = dict(tx.run(select(audit_head), why="test").mappings().one())
        for case in range(CASES[engine_name]):
            kind = KINDS[case % len(KINDS)]
            after = kind(chance, [dict(row) for row in rows])
            moves_head = kind in WITH_HEAD and (kind is write_anew or chance.random() < 0.5)
            with _for_now(tx):
                _write(tx, rows, after)
                if moves_head:
                    last = max(after, key=lambda row: row["number"])
                    tx.run(update(audit_head).values(number=last["number"], hash=last["hash"]), why="test")
                if check_log(tx, anchors).broken is None:
                    missed.append(f"{case}: {kind.__name__}, head moved: {moves_head}")
            if not case % 10:
                assert check_log(tx, anchors).broken is None
        assert missed == []
        assert (_rows(tx), head["number"]) == (rows, len(rows))
        assert check_log(tx, anchors).broken is None


HEADS = {
    "is gone": delete(audit_head),
    "is ahead": update(audit_head).values(number=audit_head.c.number + 1),
    "is behind": update(audit_head).values(number=audit_head.c.number - 1),
    "is another": update(audit_head).values(hash=START),
}


@pytest.mark.parametrize("way", HEADS)
def test_a_head_that_was_touched_is_found(town: Town, way: str) -> None:
    _live(town)
    with _unguarded(town) as tx:
        tx.run(HEADS[way], why="test")
        assert check_log(tx).broken is not None


def test_the_first_broken_entry_is_named(town: Town) -> None:
    _live(town)
    with _unguarded(town) as tx:
        for number in (30, 20, 40):
            tx.run(update(audit).where(audit.c.number == number).values(what="x"), why="test")
        broken = check_log(tx).broken
    assert broken is not None
    assert (broken.number, str(broken.how)) == (20, "its hash does not fit: it was changed, moved or put in")


def _live(town: Town) -> list[Anchor]:
    """Some sixty entries, two redactions among them, and an anchor near the end."""
    TOLD.clear()
    for turn in range(60):
        with town.as_("boris" if turn % 3 else "ada") as gate:
            gate.origin = f"203.0.113.{turn}"
            note(gate, "export.made", f"contact:{turn % 7}", turn=turn, filter="q=Иван")
            if turn in (25, 50):
                _remember_told(gate.tx)
                redact(gate, f"contact:{turn % 7 - 1}")
            if turn == 40:
                redact(gate, f"user:{town.ids['boris']}")
    with town.installation.database.read() as tx:
        rows = _rows(tx)
        anchored = rows[-1]
        assert {REDACTED, "export.made"} <= {row["what"] for row in rows}
        assert check_log(tx).broken is None
        return [
            Anchor(NOW, anchored["number"], anchored["hash"]),
            Anchor(NOW, ANCHORED, rows[ANCHORED - 1]["hash"]),
            take_anchor(tx, NOW),
        ]


def _remember_told(tx: Transaction) -> None:
    TOLD.update({row["number"]: (row["salt"], row["facts"]) for row in _rows(tx) if row["facts"] is not None})


def _retell(chance: random.Random, row: dict[str, Any]) -> None:
    row["facts"], row["salt"] = canonical({"forged": chance.random()}), new_salt()
    row["digest"] = digest(row["salt"], row["facts"])


def _sealed(rows: Rows) -> Rows:
    before = START
    for row in rows:
        row["hash"] = before = link(before, row)
    return rows


def _rows(tx: Transaction) -> Rows:
    return [dict(row) for row in tx.run(select(audit).order_by(audit.c.number), why="test").mappings()]


def _write(tx: Transaction, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> None:
    """Make the table what `after` says."""
    stood, stands = ({row["number"]: dict(row) for row in rows} for rows in (before, after))
    gone = [number for number, row in stood.items() if stands.get(number) != row]
    if gone:
        tx.run(delete(audit).where(audit.c.number.in_(gone)), why="test")
    fresh = [row for number, row in stands.items() if stood.get(number) != row]
    if fresh:
        tx.run(insert(audit), fresh, why="test")


@contextmanager
def _unguarded(town: Town) -> Iterator[Transaction]:
    """A transaction without triggers, undone at the end."""
    with town.installation.database.write() as tx:
        for name in (audit.name, audit_head.name):
            for each in _triggers(tx, name):
                tx.run(text(each), why="test")
        yield tx
        tx.undo()


def _triggers(tx: Transaction, table: str) -> list[str]:
    if not tx.sqlite:
        return [f"ALTER TABLE {table} DISABLE TRIGGER USER"]
    asked = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return [f'DROP TRIGGER "{name}"' for name in tx.run(asked, {"table": table}, why="test").scalars()]


@contextmanager
def _for_now(tx: Transaction) -> Iterator[None]:
    with tx.connection.begin_nested() as point:
        yield
        point.rollback()
