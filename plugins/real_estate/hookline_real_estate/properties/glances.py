"""What is seen at a glance: days on the market, ready-made views, what the search finds."""

from typing import Any

from hookline_sdk import Badge, Contact, Gate, SearchHit, SearchRequest, or_, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Mandate, Property, Status
from hookline_real_estate.properties.history import days_on_market

_STALE = 90

plugin.view(Property, "For sale now", filter={"purpose": "sale", "status": "active"}, sort="-listed_on")
plugin.view(Property, "To rent now", filter={"purpose": "rent", "status": "active"}, sort="price")
plugin.view(
    Mandate, "Ending soon", filter={"ends_on.within": "next_30_days"}, sort="ends_on", name="ending_soon"
)


@plugin.column(Property, "Days on the market", fields=("listed_on", "closed_on", "status"))
def days(rows: list[dict[str, Any]], gate: Gate) -> dict[int, Badge | int]:
    """How long each has been, or was, on the market; what has been there for long stands out."""
    found: dict[int, Badge | int] = {}
    for row in rows:
        number = days_on_market(row["listed_on"], row["closed_on"], gate.now.date())
        if number is not None:
            stale = row["status"] == Status.active and number > _STALE
            found[row["id"]] = Badge(str(number), "amber") if stale else number
    return found


@plugin.search("Mandates and owners", icon="file-text")
def by_owner(asked: SearchRequest, gate: Gate) -> list[SearchHit]:
    """Properties by the number of a mandate, or by the name or telephone number of who sells them."""
    number = select(Mandate.property.label("id"), Mandate.number.label("note")).where(
        Mandate.number.istartswith(asked.words, autoescape=True)
    )
    seller = (
        select(Property.id.label("id"), Contact.name.label("note"))
        .join(Contact, Property.seller == Contact.id)
        .where(_means(asked.words))
        .order_by(Property.id.desc())
    )
    found = {id: note for asked_of in (number, seller) for id, note in gate.rows(asked_of.limit(asked.limit))}
    names = gate.titles("real_estate_property", list(found)[: asked.limit])
    return [SearchHit(name, f"real_estate_property:{id}", found[id]) for id, name in names.items()]


def _means(words: str) -> Any:
    digits = "".join(letter for letter in words if letter.isdecimal())
    name = Contact.name.icontains(words, autoescape=True)
    return (
        or_(name, Contact.phone.contains(digits), Contact.mobile.contains(digits))
        if len(digits) > 3
        else name
    )
