"""The audit log: kept with what it tells of, tied together, only added to, and emptied of a person without a break."""

import json
import threading
from pathlib import Path

import pytest
from hookline.crm.audit import checks as audit_checks
from hookline.crm.audit.anchors import add_anchor, anchor_audit_log, read_anchors, take_anchor
from hookline.crm.audit.chain import START, as_ranges, from_ranges
from hookline.crm.audit.checks import Checked, check_log
from hookline.crm.audit.trail import REDACTED, audit, audit_head, note, redact
from hookline.crm.companies import Company
from hookline.errors import Invalid, NotFound
from hookline.kernel.actor import house
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.gate import Gate
from hookline.settings import Settings
from hookline.start import create_worker
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from tests.town import NOW, Town


def entries(town: Town) -> list[dict[str, object]]:
    with town.installation.database.read() as tx:
        found = tx.run(select(audit).order_by(audit.c.number), why="test").mappings()
        return [dict(row) for row in found]


def checked(town: Town) -> Checked:
    with town.installation.database.read() as tx:
        return check_log(tx)


@pytest.fixture
def start(town: Town) -> int:
    """How many entries the town's own life has left."""
    return len(entries(town))


def test_an_entry_tells_who_did_what_from_where(town: Town, start: int) -> None:
    with town.as_("boris") as gate:
        gate.origin = "203.0.113.7"
        note(gate, "role.changed", "role:3", before={"name": "A"}, after={"name": "Б"})
    (entry,) = entries(town)[start:]
    told = {
        name: entry[name]
        for name in ("number", "at", "actor", "seen_as", "by", "address", "what", "about", "facts")
    }
    assert told == {
        "number": start + 1, "at": NOW, "actor": town.ids["boris"], "seen_as": None, "by": "", "address": "203.0.113.7",
        "what": "role.changed", "about": "role:3", "facts": '{"after":{"name":"Б"},"before":{"name":"A"}}',
    }  # fmt: skip
    assert checked(town).broken is None


def test_whoever_looks_through_others_eyes_is_the_one_who_did_it(town: Town, start: int) -> None:
    with town.as_("boris") as gate:
        gate.viewer = town.ids["ada"]
        note(gate, "export.made")
    (entry,) = entries(town)[start:]
    assert (entry["actor"], entry["seen_as"]) == (town.ids["ada"], town.ids["boris"])


def test_the_houses_own_work_is_named(town: Town, start: int) -> None:
    with town.house() as gate:
        note(gate, "backup.made")
    assert (entries(town)[start]["actor"], entries(town)[start]["by"]) == (None, "the town")


def test_what_is_rolled_back_is_not_noted(town: Town, start: int) -> None:
    with pytest.raises(NotFound), town.as_("boris") as gate:
        _note_and_fail(gate)
    with town.as_("boris") as gate:
        note(gate, "a.b")
        gate.tx.undo()
    with town.as_("boris") as gate:
        note(gate, "kept.first")
        with pytest.raises(NotFound), gate.tx.savepoint():
            _note_and_fail(gate)
        note(gate, "kept.second")
    assert [entry["what"] for entry in entries(town)[start:]] == ["kept.first", "kept.second"]
    assert checked(town).broken is None


def _note_and_fail(gate: Gate) -> None:
    note(gate, "a.b")
    raise NotFound


def test_nothing_can_be_noted_in_a_transaction_that_only_reads(town: Town) -> None:
    with town.installation.database.read() as tx, pytest.raises(AssertionError, match="only reads"):
        note(town.installation.gate(tx, house("test")), "a.b")


def test_many_writers_leave_one_chain_without_gaps(town: Town, start: int) -> None:
    gate_open = threading.Barrier(6)

    def write(number: int) -> None:
        gate_open.wait()
        for turn in range(5):
            with town.as_("boris") as gate:
                note(gate, "race.run", f"user:{number}", turn=turn)
                # What the gate locks and the log's head are taken in either order by different writers.
                gate.update(Company, town.ids["acme"], {"industry": f"{number} {turn}"})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    raced = [entry for entry in entries(town) if entry["what"] == "race.run"]
    assert len(raced) == 30
    assert [entry["number"] for entry in entries(town)] == list(range(1, len(entries(town)) + 1))
    assert checked(town) == Checked(len(entries(town)), str(entries(town)[-1]["hash"]), None)


REFUSED = {
    "a change": update(audit).values(what="x"),
    "a change of facts": update(audit).values(facts="{}"),
    "a removal": delete(audit),
    "a step back of the head": update(audit_head).values(number=0),
    "a removal of the head": delete(audit_head),
}


@pytest.mark.parametrize("way", REFUSED)
def test_the_database_itself_refuses(town: Town, way: str) -> None:
    with town.as_("boris") as gate:
        note(gate, "a.b", "user:7", x=1)
    with pytest.raises(DBAPIError, match="only added to"), town.installation.database.write() as tx:
        tx.run(REFUSED[way], why="test")
    assert checked(town).broken is None


def test_an_entry_cannot_be_put_in_the_place_of_another(town: Town) -> None:
    with town.as_("boris") as gate:
        note(gate, "a.b", "user:7", x=1)
    row = {**entries(town)[-1], "what": "x"}
    replace = insert(audit).prefix_with("OR REPLACE") if town.installation.database.sqlite else insert(audit)
    with pytest.raises((DBAPIError, Invalid)), town.installation.database.write() as tx:
        tx.run(replace.values(row), why="test")
    assert entries(town)[-1]["what"] == "a.b"


def test_a_redacted_person_is_gone_and_the_chain_holds(town: Town, start: int) -> None:
    boris = town.ids["boris"]
    with town.as_("boris") as gate:
        gate.origin = "203.0.113.7"
        note(gate, "sign_in.done", f"user:{boris}")
        note(gate, "export.made", "", filter='q=Boris Mar"k')
        note(gate, "export.made", "", filter="q=somebody else")
    with town.as_("ada") as gate:
        gate.origin = "203.0.113.8"
        note(gate, "role.given", f"user:{boris}", name="Boris")
        redact(gate, f"user:{boris}", holding=['boris mar"K', ""])
        note(gate, "person.erased", f"user:{boris}")
    found = entries(town)[start:]
    assert [entry["facts"] for entry in found[:4]] == [None, None, '{"filter":"q=somebody else"}', None]
    assert [entry["salt"] is None for entry in found[:4]] == [True, True, False, True]
    assert [entry["address"] for entry in found] == [
        None,
        None,
        None,
        "203.0.113.8",
        "203.0.113.8",
        "203.0.113.8",
    ]
    assert [entry["what"] for entry in found[4:]] == [REDACTED, "person.erased"]
    earlier = [n for n, entry in enumerate(entries(town)[:start], 1) if entry["facts"] is None]
    assert json.loads(str(found[4]["facts"])) == {
        "addresses": as_ranges(range(start + 1, start + 4)),
        "facts": as_ranges([*earlier, start + 1, start + 2, start + 4]),
    }
    assert checked(town).broken is None


def test_a_second_redaction_and_one_of_nothing_hold_too(town: Town, start: int) -> None:
    for what in ("a.b", "a.c"):
        with town.as_("ada") as gate:
            note(gate, what, "contact:5", name="Ivan")
        with town.as_("ada") as gate:
            redact(gate, "contact:5")
    with town.as_("ada") as gate:
        redact(gate, "contact:6")
    assert [entry["what"] for entry in entries(town)[start:]] == ["a.b", REDACTED, "a.c", REDACTED]
    assert checked(town).broken is None


def test_the_log_is_looked_through_while_others_write_and_redact(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    # One entry at a time: the others come in between.
    monkeypatch.setattr(audit_checks, "_PAGE", 1)
    for turn in range(3):
        with town.as_("ada") as gate:
            note(gate, "a.b", "contact:5", turn=turn)
    meanwhile = iter(range(3))

    def write(_done: int, _last: int) -> None:
        if next(meanwhile, None) is not None:
            with town.as_("ada") as gate:
                note(gate, "a.c", "contact:5", x=1)
                redact(gate, "contact:5")

    with town.installation.database.read() as tx:
        assert check_log(tx, progress=write).broken is None
    assert checked(town).broken is None


def test_an_anchor_is_a_line_of_a_file(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "hookline.anchors"
    for what in ("a.b", "a.c"):
        with town.as_("ada") as gate:
            note(gate, what)
        with town.installation.database.read() as tx:
            add_anchor(path, take_anchor(tx, NOW))
    with path.open("a") as file:
        file.write("\n# moved to the new server\n")
    last = entries(town)[-1]
    assert (
        path.read_text("utf-8").splitlines()[1]
        == f"2026-03-17T09:30:00.000000+00:00 {last['number']} {last['hash']}"
    )
    with town.installation.database.read() as tx:
        assert check_log(tx, read_anchors(path)).broken is None


@pytest.mark.parametrize(
    "line",
    ["hello", "2026-03-17T09:30:00+00:00 -1 " + START, f"now 5 {START}", "2026-03-17T09:30:00+00:00 5 abc"],
)
def test_a_line_that_is_no_anchor_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "hookline.anchors"
    path.write_text(f"2026-03-17T09:30:00+00:00 5 {START}\n{line}\n", "utf-8")
    with pytest.raises(Invalid) as refusal:
        list(read_anchors(path))
    assert [str(problem.text) for problem in refusal.value.problems] == ["Line 2 of the anchors is none."]


def test_each_night_an_anchor_is_added_to_the_file_of_the_settings(town: Town, tmp_path: Path) -> None:
    home, path = town.installation, tmp_path / "hookline.anchors"
    home.settings = Settings(audit_anchors=path)
    with town.as_("ada") as gate:
        note(gate, "a.b")
    with home.database.write() as tx:
        enqueue(tx, f"core.{anchor_audit_log.__name__}", {}, now=NOW)
    create_worker(home).run_once()
    assert [anchor.hash for anchor in read_anchors(path)] == [entries(town)[-1]["hash"]]


@given(st.sets(st.integers(1, 60)))
def test_ranges_say_exactly_the_numbers(numbers: set[int]) -> None:
    assert [n for each in from_ranges(as_ranges(numbers)) for n in each] == sorted(numbers)
