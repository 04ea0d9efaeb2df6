"""What a contact may owe us: a field on contacts, a rule, and a panel. Shown beside the same in Odoo, Frappe and Django."""
from decimal import Decimal
from hookline_sdk import BeforeSave, Contact, Deal, Fields, Gate, Mapped, Money, Panel, Plugin, func, money, select

plugin = Plugin("credit")

class Credit(Fields[Contact], plugin=plugin, label="Credit"):
    limit: Mapped[Decimal | None] = money("Credit limit", minimum=0, filter=True)

@plugin.before_save(Deal)
def within_limit(event: BeforeSave[Deal]) -> None:
    buyer = event.gate.find(Contact, event.record.contact or 0)
    if buyer and (event.record.amount or 0) > (buyer[Credit].limit or event.record.amount or 0):
        event.reject("This is more than the contact's credit limit.", "amount")

@plugin.panel(Contact, "Open deals")
def open_deals(contact: Contact, gate: Gate) -> Panel:
    worth = select(func.sum(Deal.amount)).where(Deal.contact == contact.id, Deal.outcome == "open")
    return Panel(facts={"Open": Money(gate.scalar(worth) or 0), "Limit": Money(contact[Credit].limit or 0)})
