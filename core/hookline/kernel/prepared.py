"""Prepared statements of the gate: built once per set of rights, then only given their parameters.

Building a page's statement costs more than answering it. Two requests get the same statement only when everything it was
built from is the same: the version of the configuration and every right of the actor.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Final, TypeAlias

from sqlalchemy import CompoundSelect, CursorResult, Select

from hookline.kernel.actor import Actor
from hookline.kernel.compiled import lasting
from hookline.kernel.memory import CHANGED, Latest
from hookline.kernel.reads import Reads
from hookline.kernel.restrictions import hangs_on_the_day
from hookline.kernel.rowrules import NOW

MOST: Final = 96
Asked = Select[Any] | CompoundSelect[Any]
Rows: TypeAlias = "CursorResult[*tuple[Any, ...]]"


def ask(gate: Reads, name: Hashable, build: Callable[[], Asked], given: Mapping[str, Any]) -> Rows:
    """The answer to the statement of this name, built once for these rights. `given` are its bindparams by name.

    Whatever differs between requests must be one of them. What is shared with the actor may expire: the time is given too.
    """
    values = {**given, NOW: gate.now} if gate.actor.has_shares else given
    return gate.tx.run(_prepared(gate, name, build), values, why="gate")


def as_dicts(found: Rows) -> list[dict[str, Any]]:
    """All rows at once. SQLAlchemy's own are fetched one by one, and look up each name anew."""
    names = tuple(found.keys())
    return [dict(zip(names, row, strict=True)) for row in found.all()]


def _prepared(gate: Reads, name: Hashable, build: Callable[[], Asked]) -> Asked:
    """Nothing is kept where rights hang on the day (restrictions to days) or on what a plugin's restriction says each time."""
    if (
        gate.configuration == CHANGED
        or any(hangs_on_the_day(r) for r in gate.actor.restrictions)
        or gate.host.restricts
    ):
        return build()
    kept = gate.remembered("statements", lambda _tx: Latest[Asked](MOST))
    lent = tuple((each.entity, each.edit, rights_of(each.giver)) for each in gate.actor.shared)
    return kept.get((name, gate.tx.sqlite, rights_of(gate.actor), lent), lambda: lasting(build()))


def rights_of(actor: Actor) -> Hashable:
    """Every right of an actor but what was shared, to remember things by."""
    return (
        actor.user, actor.team, actor.below, actor.read_only, frozenset(actor.grants.items()), frozenset(actor.fields.items()),
        actor.restrictions,
    )  # fmt: skip
