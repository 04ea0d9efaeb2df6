"""Prepared statements of the gate: built once per set of rights, then only given their parameters.

Building a page's statement costs more than answering it. Two requests get the same statement only when everything it was
built from is the same: the version of the configuration and every right of the actor.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final

from sqlalchemy import CompoundSelect, Select

from hookline.kernel.actor import Actor
from hookline.kernel.memory import CHANGED
from hookline.kernel.reads import Reads
from hookline.kernel.restrictions import hangs_on_the_day

MOST: Final = 96
Asked = Select[Any] | CompoundSelect[Any]


class Statements:
    """The statements used last, at most MOST."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Asked] = OrderedDict()

    def get(self, key: Hashable, build: Callable[[], Asked]) -> Asked:
        """The statement under this key, built when it is not there."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        made = build()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
        return made


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
    kept = gate.remembered("statements", lambda _tx: Statements())
    return kept.get((name, gate.tx.sqlite, rights_of(gate.actor)), build)


def rights_of(actor: Actor) -> Hashable:
    """Every right of an actor but what was shared, to remember things by."""
    return (
        actor.user, actor.team, actor.below, actor.read_only, frozenset(actor.grants.items()), frozenset(actor.fields.items()),
        actor.restrictions,
    )  # fmt: skip
