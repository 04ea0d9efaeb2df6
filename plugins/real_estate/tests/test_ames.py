"""The sales of houses in Ames as properties: every row is taken, and the reports say what the file itself says."""

import csv
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from hookline_sdk import Gate, func, select
from hookline_sdk.testing import Client, Crm

from hookline_real_estate.properties.data import District, Property
from hookline_real_estate.properties.units import SQUARE_FOOT, Reading

ROOT = Path(__file__).parents[1]
FILE = ROOT.parents[2] / "shared" / "data" / "ames_housing" / "ames.csv"
MAPPING = ROOT / "docs" / "ames_housing.toml"


@pytest.mark.skipif(not FILE.is_file(), reason="the data set does not lie beside the project")
@pytest.mark.one_engine
def test_sales_are_properties_and_the_reports_agree_with_the_file(crm: Crm, client: Client) -> None:
    said = crm.bring(FILE, MAPPING)
    sales = _sales()
    assert len(sales) == 2930
    assert any("2930 created" in line for line in said), said
    assert not any("rejected" in line for line in said), said
    with crm.house() as gate:
        _areas_come_back(gate, sales)
        Reading(measure="ft2").keep(gate)
    shown = {row[0]: row[1:] for row in client.get("/reports/real_estate/sold_by_district").rows()}
    assert shown.keys() == {row["Neighborhood"] for row in sales}
    for name, of in _by_neighbourhood(sales).items():
        prices, feet = (sum((Decimal(row[c]) for row in of), Decimal(0)) for c in ("price", "area"))
        number, average, per_foot = (_number(text) for text in shown[name])
        assert number == len(of)
        assert average == (prices / len(of)).quantize(Decimal("0.01"))
        assert per_foot == (prices / feet).quantize(Decimal("0.01"))


def _areas_come_back(gate: Gate, sales: Sequence[Mapping[str, str]]) -> None:
    """Each sale with its area in whole square feet, as the file has it."""
    feet = {(row["price"], row["area"], row["Year.Built"]) for row in sales}
    kept = select(Property.price, Property.area, Property.year_built)
    assert {
        (str(int(price)), str(round(area / SQUARE_FOOT)), str(year)) for price, area, year in gate.rows(kept)
    } == feet
    assert gate.scalar(select(func.count(District.id))) == len({row["Neighborhood"] for row in sales})


def _sales() -> list[dict[str, str]]:
    with FILE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _by_neighbourhood(sales: Sequence[dict[str, str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in sales:
        found[row["Neighborhood"]].append(row)
    return found


def _number(text: str) -> Decimal:
    return Decimal("".join(letter for letter in text if letter.isdecimal() or letter == "."))
