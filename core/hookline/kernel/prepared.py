"""Prepared statements of the gate: built once per set of rights, then only given their parameters.

Building a page's statement costs more than answering it. Two requests get the same statement only when everything it was
built from is the same: the version of the configuration and every right of the actor.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final

from sqlalchemy import CompoundSelect, Select

from hookline.kernel.actor import Actor
from hookline.kernel.memory import CHANGED, Latest
from hookline.kernel.reads import Reads
from hookline.kernel.restrictions import hangs_on_the_day

MOST: Final = 96
Asked = Select[Any] | CompoundSelect[Any]


def prepared(gate: Reads, name: Hashable, build: Callable[[], Asked]) -> Asked:
    """The statement under this name for these rights. Whatever differs between requests must be a bindparam in it.

    Nothing is kept where rights hang on the hour (shares that expire, restrictions to days) or on what a plugin's restriction says each time.
    """
    if (
        gate.configuration == CHANGED
        or gate.actor.has_shares
        or any(hangs_on_the_day(r) for r in gate.actor.restrictions)
        or any(c.kind == "restrict" for c in gate.host.all())
    ):
        return build()
    kept = gate.remembered("statements", lambda _tx: Latest[Asked](MOST))
    return kept.get((name, gate.tx.sqlite, rights_of(gate.actor)), build)


def rights_of(actor: Actor) -> Hashable:
    """Every right of an actor but what was shared, to remember things by."""
    return (
        actor.user, actor.team, actor.below, actor.read_only, frozenset(actor.grants.items()), frozenset(actor.fields.items()),
        actor.restrictions,
    )  # fmt: skip
