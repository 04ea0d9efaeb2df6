"""A plugin for people who sell homes: listings with a status and a seller."""
from decimal import Decimal
from hookline_sdk import Choices, Contact, Entity, Mapped, Plugin, choice, money, ref, text

plugin = Plugin("estate", label="Real estate")

class Status(Choices):
    draft = "draft", "Draft"
    active = "active", "On the market", "green"
    sold = "sold", "Sold", "blue"

class Listing(Entity, plugin=plugin, icon="house", title="address", menu="Sales"):
    address: Mapped[str] = text("Address", search=True, list=True)
    status: Mapped[str] = choice("Status", Status, default=Status.draft, list=True, filter=True)
    price: Mapped[Decimal | None] = money("Asking price", minimum=0, list=True, filter=True)
    seller: Mapped[int | None] = ref(Contact, "Seller", back="Homes for sale", list=True)
