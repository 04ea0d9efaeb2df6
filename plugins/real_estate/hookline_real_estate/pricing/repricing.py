"""Re-pricing: which units, their new prices, a preview, and the jobs that set the prices and take them back."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from hookline_sdk import Act, Gate, Invalid, JobRun, Link, Money, Panel, Problem, Text, Value, enqueue, select

from hookline_real_estate.buildings.data import Building, Section, Unit
from hookline_real_estate.plugin import plugin
from hookline_real_estate.pricing.data import Repricing, RepricingState, UnitPrice

_SHOWN = 100
_BATCH = 50


@dataclass(frozen=True)
class Line:
    """A unit with its price as it stands, and as it shall be."""

    unit: int
    number: str
    before: Decimal
    after: Decimal
    version: int


def lines_of(gate: Gate, repricing: Repricing, *, behind: int = 0) -> list[Line]:
    """The units that a re-pricing is for, by id. One without a price, or for which nothing changes, is none of them."""
    layouts = gate.linked(gate.schema[Repricing], [repricing.id])[repricing.id]["layouts"]
    found = (
        select(Unit.id, Unit.number, Unit.price, Unit.area, Unit.views, Unit.version)
        .join(Section, Unit.section == Section.id)
        .join(Building, Section.building == Building.id)
        .where(Building.complex == repricing.complex, Unit.price.is_not(None), Unit.id > behind)
    )
    if repricing.statuses:
        found = found.where(Unit.status.in_(repricing.statuses))
    if layouts:
        found = found.where(Unit.layout.in_(layouts))
    if repricing.rooms is not None:
        found = found.where(Unit.rooms == repricing.rooms)
    if repricing.floor_from is not None:
        found = found.where(Unit.floor >= repricing.floor_from)
    if repricing.floor_to is not None:
        found = found.where(Unit.floor <= repricing.floor_to)
    lines = [
        Line(id, number, price, new_price(repricing, price, area), version)
        for id, number, price, area, views, version in gate.rows(found.order_by(Unit.id))
        if not repricing.views or set(views or ()) & set(repricing.views)
    ]
    return [line for line in lines if line.after != line.before]


def new_price(repricing: Repricing, price: Decimal, area: Decimal | None) -> Decimal:
    """What a unit of this price and area shall cost, rounded as asked, never less than nothing."""
    change = price * repricing.percent / 100 if repricing.percent else (repricing.per_m2 or 0) * (area or 0)
    step = Decimal(repricing.rounding)
    if not change:
        return price
    return max(((price + change) / step).quantize(Decimal(1), ROUND_HALF_UP) * step, Decimal(0))


@plugin.panel(Repricing, "Prices before and after", slot="record.main")
def preview(record: Repricing, gate: Gate) -> Panel:
    """While it is a draft, what it would do; afterwards what it has done."""
    if record.state == RepricingState.draft:
        lines = lines_of(gate, record)
        rows = [(line.unit, line.number, line.before, line.after) for line in lines]
        text = Text("Nothing has been changed yet. Apply it when the prices are right.")
    else:
        done = select(UnitPrice.unit, UnitPrice.note, UnitPrice.before, UnitPrice.price).where(
            UnitPrice.repricing == record.id
        )
        rows = [
            (unit, note, before or Decimal(0), price or Decimal(0))
            for unit, note, before, price in gate.rows(done.order_by(UnitPrice.id))
        ]
        text = Text("")
    before, after = sum((row[2] for row in rows), Decimal(0)), sum((row[3] for row in rows), Decimal(0))
    facts: Mapping[str, Value] = {
        str(Text("Units")): len(rows),
        str(Text("Together before")): Money(before),
        str(Text("Together after")): Money(after),
        str(Text("Difference")): Money(after - before),
    }
    shown: list[tuple[Value, ...]] = [
        (Link(number, f"real_estate_unit:{unit}"), Money(old), Money(new), Money(new - old))
        for unit, number, old, new in rows[:_SHOWN]
    ]
    return Panel(
        text=text, facts=facts, columns=("Unit", "Before", Text("After"), Text("Difference")), rows=shown
    )


@plugin.action(
    Repricing, "Apply", icon="circle-check", confirm="Set the new prices?", when='state = "draft"', order=10
)
def apply(act: Act[Repricing], gate: Gate) -> Text:
    """Set the prices in the background; the page says how far it is."""
    number = len(lines_of(gate, act.record))
    _go_on(gate, act.record, RepricingState.draft, RepricingState.applying, number)
    _enqueue(gate, "set_prices", act.record.id)
    return Text("The new prices are being set.")


@plugin.action(
    Repricing,
    "Undo",
    icon="undo-2",
    confirm="Put the prices back as they were?",
    when='state = "applied"',
    order=20,
)
def undo(act: Act[Repricing], gate: Gate) -> Text:
    """Put back the prices that still are those of this re-pricing; what was changed since by hand stays."""
    _go_on(gate, act.record, RepricingState.applied, RepricingState.undoing, act.record.number)
    _enqueue(gate, "put_prices_back", act.record.id)
    return Text("The prices are being put back.")


@plugin.job()
def set_prices(run: JobRun) -> None:
    """Set the prices of a re-pricing, some units at a time; one that was interrupted goes on where it was."""
    id, behind, done = int(run.args["id"]), *_reached(run)
    while True:
        run.check()
        with run.transaction() as gate:
            repricing = gate.get(Repricing, id)
            lines = lines_of(gate, repricing, behind=behind)[:_BATCH]
            for line in lines:
                values = {"price": line.after, "repricing": id}
                gate.update(Unit, line.unit, values, version=line.version)
            gate.create_many(UnitPrice, [_kept(gate, line, id) for line in lines])
            if not lines:
                gate.carry(Repricing, {id: {"state": RepricingState.applied, "number": done}})
            behind, done = (lines[-1].unit if lines else behind), done + len(lines)
            run.result = {"behind": behind, "done": done}
            run.progress(done, repricing.number)
        if not lines:
            return


@plugin.job()
def put_prices_back(run: JobRun) -> None:
    """Put back what a re-pricing has changed, where it still stands."""
    id, behind, done = int(run.args["id"]), *_reached(run)
    while True:
        run.check()
        with run.transaction() as gate:
            found = (
                select(Unit.id, UnitPrice.before, Unit.version)
                .join(UnitPrice, UnitPrice.unit == Unit.id)
                .where(Unit.repricing == id, UnitPrice.repricing == id, Unit.id > behind)
            )
            lines = list(gate.rows(found.order_by(Unit.id).limit(_BATCH)))
            for unit, before, version in lines:
                gate.update(Unit, unit, {"price": before, "repricing": None}, version=version)
            if not lines:
                gate.carry(Repricing, {id: {"state": RepricingState.undone}})
            behind, done = (lines[-1][0] if lines else behind), done + len(lines)
            run.result = {"behind": behind, "done": done}
            run.progress(done)
        if not lines:
            return


def _go_on(gate: Gate, repricing: Repricing, source: str, target: str, number: int) -> None:
    if repricing.state != source:
        raise Invalid([Problem("", Text("That cannot be done with it any more, or not yet."))])
    if not number:
        raise Invalid([Problem("", Text("There is no unit whose price would change."))])
    gate.carry(Repricing, {repricing.id: {"state": target, "number": number}})


def _enqueue(gate: Gate, job: str, repricing: int) -> None:
    name = f"{plugin.name}.{job}"
    enqueue(gate.tx, name, {"id": repricing}, now=gate.now, user=gate.actor.user)


def _reached(run: JobRun) -> tuple[int, int]:
    """Behind which unit to go on, and how many were done, as the last transaction has kept it."""
    kept = run.result or {}
    return int(kept.get("behind", 0)), int(kept.get("done", 0))


def _kept(gate: Gate, line: Line, repricing: int) -> dict[str, object]:
    return {
        "note": line.number,
        "unit": line.unit,
        "changed_at": gate.now,
        "before": line.before,
        "price": line.after,
        "changed_by": gate.actor.user,
        "repricing": repricing,
    }
