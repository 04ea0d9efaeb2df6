"""Contributions of plugins that are paused, kept in the database: for all processes, and for administrators to read."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Column, Float, String, delete, insert, select

from hookline.crm.audit.trail import note
from hookline.errors import Forbidden
from hookline.kernel.db import Database
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.watching.breaker import DAY, Pause
from hookline.kernel.plugins.watching.watch import switch_of
from hookline.kernel.tables import house_table
from hookline.kernel.types import json_type

PERMISSION: Final = "admin.plugins"
_WHY: Final = "plugin pauses"

table = house_table(
    "plugin_pause",
    Column("key", String(240), primary_key=True),
    Column("why", String(10), nullable=False),
    Column("since", Float, nullable=False),
    Column("until", Float, nullable=False),
    Column("begun", json_type(), nullable=False),
)


def read_pauses(database: Database) -> list[Pause]:
    """What is or lately was paused."""
    with database.read() as tx:
        rows = tx.run(select(table), why=_WHY).mappings()
        return [Pause(**{**row, "begun": tuple(row["begun"])}) for row in rows]


def keep_pauses(home: Installation, pauses: Sequence[Pause]) -> None:
    """Write pauses down that have begun, and note them in the audit log."""
    known = {switch_of(c): c for c in home.host.all()}
    with home.house("plugins are watched") as gate:
        now = home.host.breaker.clock()
        gate.tx.run(delete(table).where(table.c.until < now - DAY), why=_WHY)
        for pause in pauses:
            gate.tx.run(delete(table).where(table.c.key == pause.key), why=_WHY)
            gate.tx.run(insert(table).values(**{**vars(pause), "begun": list(pause.begun)}), why=_WHY)
            if contribution := known.get(pause.key):
                what = "plugin.quarantined" if pause.quarantine else "plugin.paused"
                note(gate, what, f"plugin:{contribution.plugin}", place=_place(contribution), why=pause.why)


def retry(gate: Gate, contributions: Sequence[Contribution]) -> int:
    """Give these another chance at once, in every process within seconds. Forbidden without the right; how many were paused."""
    if not gate.actor.may(PERMISSION):
        raise Forbidden
    breaker = gate.host.breaker
    paused = [c for c in contributions if breaker.paused(switch_of(c))]
    keys = [switch_of(c) for c in paused]
    gate.tx.run(delete(table).where(table.c.key.in_(keys)), why=_WHY)
    for contribution in paused:
        note(gate, "plugin.retried", f"plugin:{contribution.plugin}", place=_place(contribution))

    def begin_anew() -> None:
        breaker.retry(keys)

    gate.tx.after_commit(begin_anew)
    return len(paused)


def _place(contribution: Contribution) -> str:
    return " ".join(filter(None, (contribution.kind, contribution.entity, contribution.name)))
