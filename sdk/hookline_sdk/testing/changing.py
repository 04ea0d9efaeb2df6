"""Changing what somebody may not see, as if it had always been so: the value, and its traces in search, order and history."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from decimal import Decimal
from typing import Any, Final, Protocol

from hookline.errors import Invalid
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tables import change
from sqlalchemy import select, update

from hookline_sdk.testing.clock import NOW
from hookline_sdk.testing.oracle import Planted, Principal, Truth

_WORDS: Final = ("quince", "Ärger", "юла", "0", "zzz", "aardvark", "%", "mk", "12", "fv")
_LEFT: Final = frozenset({"owner", "team", "about", "pipeline", "stage", "currency", "repeat", "kind", "outcome", "status", "done_at"})  # fmt: skip
# A deal says when its next open activity is due, to all who see the deal: the day is the deal's own, as docs/gate.md says.
TOLD: Final = frozenset({("activity", "due_at")})


class World(Protocol):
    """An installation of whose records the truth is known."""

    @property
    def truth(self) -> Truth:
        """Everything that is there."""
        ...

    @property
    def owned(self) -> Sequence[EntityInfo]:
        """The entities whose records belong to somebody."""
        ...

    def house(self) -> AbstractContextManager[Gate]:
        """A writing gate with the house's own rights."""
        ...


def hidden_values(world: World, who: Principal) -> list[tuple[Planted, str]]:
    """Every value that this person may not see and that can be changed: of hidden records all, of others the hidden fields."""
    found = []
    for info in world.owned:
        names = [f.name for f in info.writable if f.name not in _LEFT and f.kind in _MAKERS and (info.name, f.name) not in TOLD]  # fmt: skip
        for record in (r for r in world.truth.of(info.name) if not r.trashed):
            unseen = not world.truth.sees(who, record)
            found += [(record, n) for n in names if unseen or not world.truth.shows(who, info.name, n)]
    return found


def change_silently(world: World, chosen: list[tuple[Planted, str]], chance: random.Random) -> int:
    """Give these values others. What the gate writes beside them, that somebody did something, is taken back."""
    done = 0
    for record, name in chosen:
        with world.house() as gate:
            done += _change(gate, gate.schema[record.entity], record, name, chance)
    return done


@contextmanager
def born_and_gone(world: World, records: list[Planted]) -> Iterator[None]:
    """While the block runs these records lie in the trash."""
    with world.house() as gate:
        for record in records:
            gate.trash(record.entity, record.id)
    yield
    with world.house() as gate:
        for record in records:
            gate.restore(record.entity, record.id)


def _change(gate: Gate, info: EntityInfo, record: Planted, name: str, chance: random.Random) -> int:
    table = info.table
    house = [table.c.version, table.c.updated_at, table.c.updated_by]
    before = gate.run(select(*house).where(table.c.id == record.id)).one()
    last = gate.run(select(change.c.id).order_by(change.c.id.desc()).limit(1)).scalar_one()
    value = _MAKERS[info.fields[name].kind](info.fields[name], chance)
    try:
        version = gate.update(info.name, record.id, {name: value})
    except Invalid:
        return 0
    if version == before.version:
        return 0
    as_it_was = dict(zip(("version", "updated_at", "updated_by"), before, strict=True))
    gate.run(update(table).where(table.c.id == record.id).values(as_it_was))
    _rewrite_history(gate, info, record, last)
    return 1


def _rewrite_history(gate: Gate, info: EntityInfo, record: Planted, last: int) -> None:
    """What the record's making says stood in it from the start is what stands there now."""
    mine = (change.c.entity == info.name, change.c.record == record.id)
    new = gate.run(select(change.c.data).where(*mine, change.c.id > last)).scalar()
    first = gate.run(select(change.c.id, change.c.data).where(*mine).order_by(change.c.id).limit(1)).first()
    gate.run(change.delete().where(change.c.id > last))
    if new and first:
        data = {**first.data, **{name: [None, pair[1]] for name, pair in new.items()}}
        gate.run(update(change).where(change.c.id == first.id).values(data=data))


def _text(spec: Field, chance: random.Random) -> str:
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(1, 3)))[: spec.max_length or 80] + "x"


_MAKERS: Final[dict[str, Any]] = {
    "text": _text,
    "long_text": _text,
    "email": lambda _s, c: f"{c.choice('abcdz')}{c.randint(1, 9999)}@elsewhere.example",
    "phone": lambda _s, c: f"+4940{c.randint(1_000_000, 9_999_999)}",
    "url": lambda _s, c: f"https://w{c.randint(1, 9999)}.example/",
    "integer": lambda _s, c: c.randint(1000, 2200),
    "money": lambda _s, c: Decimal(c.randint(0, 10**9)) / 100,
    "decimal": lambda _s, c: Decimal(c.randint(0, 10**6)),
    "percent": lambda _s, c: Decimal(c.randint(0, 100)),
    "date": lambda _s, c: dt.date(2026, c.randint(1, 12), c.randint(1, 28)),
    "datetime": lambda _s, c: NOW + dt.timedelta(hours=c.randint(-900, -1)),
}
