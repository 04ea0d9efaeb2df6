"""Plugins for the tests of access: passes with a secret on them, fields on contacts and deals, panel, column, report.

`wall` is a second one: people with the permission `wall.walled` see of deals and passes only those of even numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.kernel.actor import Actor
from hookline.kernel.entity import Entity, Fields
from hookline.kernel.exchange import ExportRun
from hookline.kernel.fields import Rollup, formula, integer, long_text, ref, rollup, text
from hookline.kernel.forms import Form
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.screens import Act, PageRequest, Place, SearchHit, SearchRequest
from hookline.kernel.shown import Panel, Report, Value
from sqlalchemy import ColumnElement, Table, func, select
from sqlalchemy.orm import Mapped

warden = Plugin("warden")
wall = Plugin("wall")
WALLED = "wall.walled"


class Pass(Entity, plugin=warden, plural="Passes", menu="Sales"):
    """A pass for somebody."""

    name: Mapped[str] = text("Name", search=True, list=True)
    holder: Mapped[int | None] = ref("contact", "Holder", back="Passes", list=True, filter=True)
    secret: Mapped[str | None] = text("Secret", search=True, list=True, filter=True)
    doors: Mapped[int | None] = integer("Doors", list=True, filter=True)
    weight: Mapped[Decimal | None] = formula("Weight", "doors * 2", list=True)
    story: Mapped[str | None] = long_text("Story")


class Clearance(Fields[Contact], plugin=warden, label="Clearance"):
    """What a contact may enter."""

    clearance: Mapped[str | None] = text("Clearance", search=True, list=True, filter=True)
    passes: Mapped[Decimal | None] = rollup(
        "Doors open", Rollup(entity="warden_pass", via="holder", function="sum", of="doors")
    )


class Risk(Fields[Deal], plugin=warden, label="Risk"):
    """What may go wrong."""

    risk: Mapped[int | None] = integer("Risk", list=True, filter=True)
    fear: Mapped[str | None] = text("Fear", search=True)


@warden.exporter(Deal, "Log", name="log.txt")
def log(run: ExportRun[Deal], gate: Gate) -> Iterator[str]:
    """What is feared, and everybody's passes."""
    for deal in run.records:
        yield f"{deal.name} {deal[Risk].fear or ''}\n"
    yield " ".join(str(name) for (name,) in gate.rows(select(Pass.name).order_by(Pass.id)))


@warden.panel(Deal, "Fears")
def fears(deal: Any, gate: Gate) -> Panel:
    """What is feared, and everybody's passes."""
    names = gate.rows(select(Pass.name).order_by(Pass.id))
    return Panel(facts={"Fear": deal[Risk].fear or "", "Passes": ", ".join(str(n) for (n,) in names)})


@warden.column(Deal, "Dread", fields=("warden_fear",))
def dread(rows: Sequence[Mapping[str, Any]], _gate: Gate) -> dict[int, Value]:
    """The fear once more."""
    return {row["id"]: row["warden_fear"] or "" for row in rows}


class Fright(Form):
    """What frightens: somebody, with a pass."""

    whom: Mapped[int | None] = ref("contact", "Whom")
    holding: Mapped[int | None] = ref("warden_pass", "Pass")


@warden.action(Deal, "Frighten", asks=Fright, bulk=True)
def frighten(act: Act[Deal, Fright], gate: Gate) -> None:
    """Changes the deal's name."""
    gate.update(Deal, act.record.id, {"name": f"{act.record.name}!"})


@warden.block("list.top", "Guarded", entity=Pass)
def guarded(_at: Place, gate: Gate) -> Panel:
    """The first passes that its reader may see."""
    return Panel(rows=gate.rows(select(Pass.name, Pass.secret).order_by(Pass.id).limit(5)))


@warden.search("Guards")
def guards(asked: SearchRequest, gate: Gate) -> list[SearchHit]:
    """Passes by the beginning of their names."""
    found = gate.rows(
        select(Pass.id, Pass.name)
        .where(Pass.name.startswith(asked.words))
        .order_by(Pass.id)
        .limit(asked.limit)
    )
    return [SearchHit(name, f"warden_pass:{id}") for id, name in found]


@warden.page("Watch", menu="Sales")
def watch(_asked: PageRequest, gate: Gate) -> Report:
    """Every pass that its reader may see."""
    return Report(("Pass", "Secret"), gate.rows(select(Pass.name, Pass.secret).order_by(Pass.id)))


@warden.report("All passes")
def passes(gate: Gate) -> Report:
    """Every pass with its holder, and how many doors they open."""
    joined = select(Pass.name, Contact.name).join(Contact, Pass.holder == Contact.id, isouter=True)
    rows = [(name, holder or "") for name, holder in gate.rows(joined.order_by(Pass.id))]
    count = gate.scalar(select(func.count(Pass.id).filter(Pass.doors > 0)))
    return Report(("Pass", "Holder"), rows, totals=(str(count), ""))


@wall.restrict(Deal)
def even_deals(actor: Actor, table: Table) -> ColumnElement[bool] | None:
    """Only even ones behind the wall."""
    return table.c.id % 2 == 0 if WALLED in actor.permissions else None


@wall.restrict(Pass)
def even_passes(actor: Actor, table: Table) -> ColumnElement[bool] | None:
    """Only even ones behind the wall."""
    return table.c.id % 2 == 0 if WALLED in actor.permissions else None
