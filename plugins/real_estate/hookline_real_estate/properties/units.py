"""Square metres and square feet: areas are kept in square metres; a house that counts in feet reads them in its reports."""

from decimal import Decimal
from typing import Any

from hookline_sdk import Choices, Mapped, Money, Settings, Text, choice, func
from sqlalchemy import Integer, Numeric, cast, type_coerce

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property

# By definition. A whole square foot, kept in hundredths of a square metre, comes back exactly: the rounding is at most
# 0.005 m², which is 0.054 of a square foot.
SQUARE_FOOT = Decimal("0.09290304")


class Measure(Choices):
    """In what areas are read."""

    m2 = "m2", "Square metres"
    ft2 = "ft2", "Square feet"


@plugin.settings("Reports on properties", icon="chart-column")
class Reading(Settings):
    """In what the reports say prices per area. Areas themselves are written and kept in square metres."""

    measure: Mapped[str] = choice("Prices per", Measure, default=Measure.m2)


def areas(measure: str) -> Any:
    """The sum of the areas in this measure; square feet are whole ones, as they are in the land register."""
    # Areas are kept as whole hundredths.
    hundredths = type_coerce(Property.area, Integer)
    if measure == Measure.ft2:
        return func.sum(cast(func.round(cast(hundredths, Numeric(20, 6)) / (SQUARE_FOOT * 100)), Integer))
    return func.sum(hundredths)


def per_area(prices: Decimal | None, areas: Decimal | int | None, measure: str) -> Money | None:
    """What a piece of this measure costs, to the cent: all prices by all areas."""
    if prices is None or not areas:
        return None
    whole = Decimal(areas) if measure == Measure.ft2 else Decimal(areas) / 100
    return Money((prices / whole).quantize(Decimal("0.01")))


def label(measure: str) -> Text:
    """The heading of a column of such prices."""
    return Text("Price per ft²") if measure == Measure.ft2 else Text("Price per m²")
