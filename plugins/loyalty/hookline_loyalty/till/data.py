"""What is kept at the counter: tills whose programs sell by themselves, and the cards of customers."""

from hookline_sdk import Entity, Mapped, ref, text, yes_no

from hookline_loyalty.plugin import plugin

TILLS = plugin.permission(
    "till", "Work at the till", "Find customers by card, phone or name, ring up bills and take them back."
)


class Till(Entity, plugin=plugin, icon="store"):
    """A till with a program of its own. While it is active it sells with a token that opens nothing else."""

    name: Mapped[str] = text("Till", max_length=120, search=True, list=True)
    place: Mapped[str | None] = text("Place", max_length=160, search=True, list=True)
    active: Mapped[bool] = yes_no("Active", default=True, list=True, filter=True)


class Card(Entity, plugin=plugin, icon="credit-card", title="number", by_house=True):
    """A customer's card: the number that stands on it, and in its QR code. One that is lost is blocked, and another made."""

    number: Mapped[str] = text("Card number", max_length=13, unique=True, search=True, list=True)
    contact: Mapped[int] = ref("contact", "Customer", list=True, filter=True)
    active: Mapped[bool] = yes_no("Active", default=True, list=True, filter=True)
    # What the link to the customer's own page is made for; another one ends the links before.
    secret: Mapped[str] = text("Link", max_length=40, hidden=True, unique=True)
