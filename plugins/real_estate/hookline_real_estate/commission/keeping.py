"""What stands around each write of a statement: it is worked out anew with what changed, and stays as it is once it went on.

The rules say the same to whoever fills in a form; this also holds where no rule is asked, as when a change is taken back.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

from hookline_sdk import Gate, Record, Refused, Write, Written, select

from hookline_real_estate.commission.data import Commission, CommissionShare, CommissionSplit, CommissionState
from hookline_real_estate.commission.rights import is_correcting
from hookline_real_estate.commission.rules import LOCKED
from hookline_real_estate.commission.working import WORKING, work_out
from hookline_real_estate.plugin import plugin

R = TypeVar("R", bound=Record)
# What people fill in. All else follows, and is written by `working`.
_INPUTS: Final[Mapping[str, frozenset[str]]] = {
    Commission.__tablename__: frozenset({"amount", "deal", "earned_on", "fixed", "rate"}),
    CommissionSplit.__tablename__: frozenset({"commission", "flat", "of", "percent", "position"}),
    CommissionShare.__tablename__: frozenset({"commission", "owner", "share", "units", "volume_share"}),
}


@plugin.around_write(Commission)
def keep_statements(write: Write[Commission], gate: Gate) -> Iterator[None]:
    """A statement that is no longer pending stays."""
    changed = _changed(write)
    if not is_correcting(gate):
        takes_back = write.what == "reverted" and any("state" in record.values for record in changed)
        if takes_back or any(record.before and not _is_open(record.before) for record in changed):
            raise Refused(LOCKED)
    yield
    if write.what != "erased" and not is_correcting(gate):
        _work_out(gate, {record.id for record in changed})


@plugin.around_write(CommissionSplit)
def keep_splits(write: Write[CommissionSplit], gate: Gate) -> Iterator[None]:
    """So do the splits in it."""
    parents = _parents(_changed(write))
    _refuse_closed(gate, parents)
    yield
    _work_out(gate, parents)


@plugin.around_write(CommissionShare)
def keep_shares(write: Write[CommissionShare], gate: Gate) -> Iterator[None]:
    """And the agents' lines."""
    parents = _parents(_changed(write))
    _refuse_closed(gate, parents)
    yield
    _work_out(gate, parents)


def _changed(write: Write[R]) -> list[Written[R]]:
    """The records of which more changes than what is worked out."""
    if write.what != "changed":
        return list(write.records)
    return [record for record in write.records if _INPUTS[write.entity] & record.values.keys()]


def _parents(records: list[Written[CommissionSplit]] | list[Written[CommissionShare]]) -> set[int]:
    """The statements that they were in, and are in."""
    found = {record.before.commission for record in records if record.before}
    return found | {record.values["commission"] for record in records if "commission" in record.values}


def _is_open(statement: Commission) -> bool:
    return statement.state == CommissionState.pending and statement.corrects is None


def _refuse_closed(gate: Gate, statements: set[int]) -> None:
    if not statements or is_correcting(gate):
        return
    asked = select(Commission.state, Commission.corrects).where(Commission.id.in_(sorted(statements)))
    for state, corrects in gate.as_house(WORKING).rows(asked):
        if state != CommissionState.pending or corrects is not None:
            raise Refused(LOCKED)


def _work_out(gate: Gate, statements: set[int]) -> None:
    if not is_correcting(gate):
        for statement in sorted(statements):
            work_out(gate.as_house(WORKING), statement)
