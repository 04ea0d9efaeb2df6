"""A plugin for people who sell homes: listings, buyers, a rule, a panel and a report."""
from decimal import Decimal
from hookline_sdk import (BeforeSave, Choices, Contact, Entity, Fields, Gate, Link, Mapped, Money, Panel, Plugin,
                          Report, choice, func, money, ref, select, text)

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

@plugin.panel(Contact, "Homes within the budget")
def within_budget(contact: Contact, gate: Gate) -> Panel:
    homes = select(Listing.id, Listing.address, Listing.price).where(Listing.status == Status.active)
    homes = homes.where(Listing.price <= (contact[Buyer].budget or 0)).order_by(Listing.price.desc()).limit(10)
    return Panel(columns=("Home", "Price"), rows=[
        (Link(address, f"estate_listing:{id}"), Money(price)) for id, address, price in gate.rows(homes)])

@plugin.report("Homes by status", icon="house")
def by_status(gate: Gate) -> Report:
    """How many homes stand where, and what is asked for them together."""
    figures = select(Listing.status, func.count(Listing.id), func.sum(Listing.price)).group_by(Listing.status)
    return Report(("Status", "Homes", "Asked for"), [
        (Status(status).label, homes, Money(asked or 0)) for status, homes, asked in gate.rows(figures)])
