"""The price list: every free unit of a complex with its price, and what it costs with a promotion."""

from decimal import Decimal

from hookline_sdk import Gate, Link, Money, PageRequest, Panel, Report, Text, Value, id_in, select

from hookline_real_estate.buildings.data import Building, Complex, Section, Unit, UnitStatus
from hookline_real_estate.plugin import BUILDINGS, plugin
from hookline_real_estate.pricing.promotions import best_of, offers_of
from hookline_real_estate.pricing.todays import today

_MOST = 1000


@plugin.page("Price list", menu=BUILDINGS, icon="file-text", order=20)
def price_list(asked: PageRequest, gate: Gate) -> list[Panel | Report]:
    """The free units of a complex, the cheapest first; the address names the complex."""
    complexes = list(gate.rows(select(Complex.id, Complex.name).order_by(Complex.name, Complex.id)))
    wanted = id_in(asked.rest)
    chosen = next((id for id, _ in complexes if id == wanted), complexes[0][0] if complexes else 0)
    links: dict[str, Value] = {}
    if len(complexes) > 1:
        links = {name: Link(Text("Open"), f"{asked.url}/{id}") for id, name in complexes if id != chosen}
    name = next((name for id, name in complexes if id == chosen), "")
    parts: list[Panel | Report] = [_report(asked, gate, chosen, name)]
    return [*parts, Panel(facts=links)] if links else parts


def _report(asked: PageRequest, gate: Gate, whole: int, name: str) -> Report:
    offers = offers_of(gate, whole, today(gate))
    found = (
        select(Unit.id, Unit.number, Unit.floor, Unit.rooms, Unit.area, Unit.price, Unit.layout)
        .join(Section, Unit.section == Section.id)
        .join(Building, Section.building == Building.id)
        .where(Building.complex == whole, Unit.status == UnitStatus.free, Unit.price.is_not(None))
    )
    rows: list[tuple[Value, ...]] = []
    total = asked_for = Decimal(0)
    free = gate.rows(found.order_by(Unit.price, Unit.id).limit(_MOST))
    best = {unit.id: best_of(offers, unit.price, unit.layout, unit.floor) for unit in free}
    to_pay = {unit.id: offer[1] if (offer := best[unit.id]) else unit.price for unit in free}
    for unit in sorted(free, key=lambda unit: to_pay[unit.id]):
        offer, price = best[unit.id], to_pay[unit.id]
        total, asked_for = total + unit.price, asked_for + price
        per = Money((price / unit.area).quantize(Decimal("0.01"))) if unit.area else None
        rows.append(
            (
                Link(unit.number, f"real_estate_unit:{unit.id}"),
                unit.rooms,
                unit.area,
                Money(unit.price),
                Money(price),
                offer[0].name if offer else "",
                unit.floor,
                per,
            )
        )
    columns = ("Unit", "Rooms", "Area, m²", "Price", Text("To pay"), "Promotion", "Floor", "Price per m²")
    return Report(
        columns,
        rows,
        totals=("", None, None, Money(total), Money(asked_for), "", None, None) if rows else (),
        note=Text("%(complex)s: free units on %(day)s.", complex=name, day=asked.reader.today)
        if name
        else "",
    )
