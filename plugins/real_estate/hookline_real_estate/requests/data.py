"""What buyers look for."""

from decimal import Decimal

from hookline_sdk import Contact, Fields, Mapped, decimal, integer, money, multi_choice, ref

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Kind


class Buyer(Fields[Contact], plugin=plugin, label="What they look for"):
    """What a contact would buy."""

    budget: Mapped[Decimal | None] = money("Budget", minimum=0, list=True, filter=True, index=True)
    wants: Mapped[tuple[str, ...]] = multi_choice("Looks for", Kind, filter=True)
    wants_rooms: Mapped[int | None] = integer("Rooms, at least", minimum=0, maximum=100, filter=True)
    wants_area: Mapped[Decimal | None] = decimal("Area, m², at least", minimum=0)
    wants_district: Mapped[int | None] = ref("real_estate_district", "In the district", filter=True)
