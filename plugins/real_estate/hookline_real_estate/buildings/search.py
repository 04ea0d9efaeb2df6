"""Units among the search's hits, each leading to its place in the grid."""

from hookline_sdk import Gate, SearchHit, SearchRequest, Text, select

from hookline_real_estate.buildings.data import Section, Unit, UnitStatus
from hookline_real_estate.plugin import plugin


@plugin.search("Unit grid", icon="layers")
def units(asked: SearchRequest, gate: Gate) -> list[SearchHit]:
    """The units whose number begins with what is typed."""
    found = (
        select(Unit.id, Unit.number, Unit.status, Unit.floor, Section.building)
        .join(Section, Unit.section == Section.id)
        .where(Unit.number.istartswith(asked.words.strip(), autoescape=True))
        .order_by(Unit.number, Unit.id)
        .limit(asked.limit)
    )
    return [
        SearchHit(
            unit.number,
            f"/x/real_estate/grid/{unit.building}?unit={unit.id}",
            Text(UnitStatus(unit.status).label),
        )
        for unit in gate.rows(found)
    ]
