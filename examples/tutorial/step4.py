"""A plugin for people who sell homes: listings, what a contact looks for, and a rule."""
from decimal import Decimal
from hookline_sdk import BeforeSave, Choices, Contact, Entity, Fields, Mapped, Plugin, choice, money, ref, text

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

class Buyer(Fields[Contact], plugin=plugin, label="As a buyer"):
    budget: Mapped[Decimal | None] = money("Budget", minimum=0, list=True, filter=True)

@plugin.before_save(Listing)
def has_a_price(event: BeforeSave[Listing]) -> None:
    if event.record.status == Status.active and not event.record.price:
        event.reject("A home on the market has a price.", "price")
