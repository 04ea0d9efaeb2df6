"""A plugin for people who sell homes: a list of listings."""
from decimal import Decimal
from hookline_sdk import Entity, Mapped, Plugin, money, text

plugin = Plugin("estate", label="Real estate")

class Listing(Entity, plugin=plugin, icon="house", title="address", menu="Sales"):
    address: Mapped[str] = text("Address", search=True, list=True)
    price: Mapped[Decimal | None] = money("Asking price", minimum=0, list=True, filter=True)
