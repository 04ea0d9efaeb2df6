"""What units cost and shall bring: promotions, re-pricings with each price they set, plans of sales."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Catalog,
    Choices,
    Mapped,
    Text,
    choice,
    day,
    decimal,
    integer,
    moment,
    money,
    multi_choice,
    only_one,
    percent,
    person,
    ref,
    references,
    text,
)

from hookline_real_estate.buildings.data import Layout, UnitStatus, WindowView
from hookline_real_estate.plugin import BUILDINGS, plugin

_MOST_PER_M2 = 1_000_000_000


class Promotion(Catalog, plugin=plugin, icon="tag", menu=BUILDINGS, menu_order=50):
    """Less is asked for some units of a complex for some time."""

    name: Mapped[str] = text("Promotion", max_length=80, search=True, list=True)
    complex: Mapped[int] = ref("real_estate_complex", "Complex", back="Promotions", list=True, filter=True)
    starts_on: Mapped[dt.date] = day("Starts on", list=True, filter=True)
    ends_on: Mapped[dt.date] = day("Ends on", list=True, filter=True)
    percent: Mapped[Decimal | None] = percent("Percent off", places=2, minimum=0, maximum=100, list=True)
    amount: Mapped[Decimal | None] = money("Amount off", minimum=0, list=True, summed=False)
    layouts = references(Layout, "Only layouts")
    floor_from: Mapped[int | None] = integer("From floor", minimum=-5, maximum=300)
    floor_to: Mapped[int | None] = integer("To floor", minimum=-5, maximum=300)


class RepricingState(Choices):
    """How far a re-pricing has come."""

    draft = "draft", "Preview", "blue"
    applying = "applying", "At work", "amber"
    applied = "applied", "Applied", "green"
    undoing = "undoing", "Being undone", "amber"
    undone = "undone", "Undone", "gray"


class Rounding(Choices):
    """To what a new price is rounded."""

    none = "1", "Whole amounts"
    hundred = "100", "Hundreds"
    thousand = "1000", "Thousands"


class Repricing(
    Catalog,
    plugin=plugin,
    label="Re-pricing",
    slug="repricings",
    icon="trending-up",
    menu=BUILDINGS,
    menu_order=60,
):
    """New prices for many units at once: which units, by how much, and how far it has come."""

    name: Mapped[str] = text("Re-pricing", max_length=120, search=True, list=True)
    complex: Mapped[int] = ref("real_estate_complex", "Complex", back="Re-pricings", list=True, filter=True)
    layouts = references(Layout, "Only layouts")
    rooms: Mapped[int | None] = integer("Rooms", minimum=0, maximum=100)
    floor_from: Mapped[int | None] = integer("From floor", minimum=-5, maximum=300)
    floor_to: Mapped[int | None] = integer("To floor", minimum=-5, maximum=300)
    views: Mapped[tuple[str, ...]] = multi_choice("Windows look at", WindowView)
    statuses: Mapped[tuple[str, ...]] = multi_choice("Status", UnitStatus, default=(UnitStatus.free,))
    percent: Mapped[Decimal | None] = decimal("By percent", places=2, minimum=-90, maximum=500, list=True)
    per_m2: Mapped[Decimal | None] = money(
        "By amount per m²", minimum=-_MOST_PER_M2, maximum=_MOST_PER_M2, list=True, summed=False
    )
    rounding: Mapped[str] = choice("Rounded to", Rounding, default=Rounding.hundred)
    state: Mapped[str] = choice(
        "State", RepricingState, default=RepricingState.draft, list=True, filter=True, read_only=True
    )
    number: Mapped[int] = integer("Units changed", default=0, list=True, read_only=True)


class UnitPrice(Catalog, plugin=plugin, icon="history", title="note"):
    """What a unit cost from a moment on. Written with each change of its price, by hand or by a re-pricing."""

    note: Mapped[str] = text("Unit", max_length=40, list=True)
    unit: Mapped[int] = ref("real_estate_unit", "Unit", list=True, filter=True)
    changed_at: Mapped[dt.datetime] = moment("Changed", list=True, filter=True)
    before: Mapped[Decimal | None] = money("Before", list=True, summed=False)
    price: Mapped[Decimal | None] = money("Price", list=True, summed=False)
    changed_by: Mapped[int | None] = person("By", list=True, filter=True)
    repricing: Mapped[int | None] = ref(Repricing, "Re-pricing", list=True, filter=True)


class SalesPlan(
    Catalog,
    plugin=plugin,
    label="Sales plan",
    slug="sales_plans",
    icon="target",
    title="note",
    menu=BUILDINGS,
    menu_order=70,
):
    """How many units of a layout shall be sold in a month."""

    note: Mapped[str] = text("Sales plan", max_length=80, list=True, default="")
    layout: Mapped[int] = ref(Layout, "Unit layout", back="Sales plan", list=True, filter=True)
    month: Mapped[dt.date] = day("Month", list=True, filter=True, help="Any day of it.")
    units: Mapped[int] = integer("Units", minimum=0, maximum=10_000, list=True)


only_one(SalesPlan, "layout", "month", text=Text("This layout has a plan for this month already."))
