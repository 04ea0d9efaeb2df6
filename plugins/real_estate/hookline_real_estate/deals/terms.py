"""What must hold of the terms of a deal, and with what they begin."""

from typing import Any

from hookline_sdk import BeforeSave, BeforeStageChange, Deal, Stage

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.deals.data import DealTerms, Side
from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property


@plugin.before_save(Deal)
def begin_with_what_is_known(event: BeforeSave[Deal]) -> None:
    """When something is chosen, an empty price begins with what is asked for it, and empty sides with who is known."""
    values = event.values
    if values.get("real_estate_property"):
        if sold := event.gate.find(Property, values["real_estate_property"]):
            _begin(event, "price", sold.price)
            _begin(event, "seller", sold.seller)
    elif values.get("real_estate_unit") and (unit := event.gate.find(Unit, values["real_estate_unit"])):
        _begin(event, "price", unit.price)
    chosen = values.get("real_estate_property") or values.get("real_estate_unit")
    sides = _now(event, "our_sides") or ()
    if chosen and event.record.contact and not (Side.seller in sides and Side.buyer not in sides):
        _begin(event, "buyer", event.record.contact)


@plugin.before_save(Deal)
def check_terms(event: BeforeSave[Deal]) -> None:
    """Nobody buys from themselves, and a deposit is a part of the price."""
    buyer, seller = _now(event, "buyer"), _now(event, "seller")
    if buyer and buyer == seller:
        event.reject("Nobody buys from themselves.", "real_estate_buyer")
    price, deposit = _now(event, "price"), _now(event, "deposit")
    if deposit and price is not None and deposit > price:
        event.reject("The deposit is larger than the price.", "real_estate_price")
    if _now(event, "deposit_paid_on") and not deposit:
        event.reject("Say how large the deposit is.", "real_estate_deposit")


@plugin.before_stage_change(Deal)
def check_won(event: BeforeStageChange[Deal]) -> None:
    """Nothing is sold without a buyer and a price."""
    terms = event.record[DealTerms]
    if not (terms.property or terms.unit) or event.gate.get(Stage, event.target).kind != "won":
        return
    if not terms.buyer:
        event.reject("Say who buys before the deal is won.", "real_estate_buyer")
    if terms.price is None:
        event.reject("Say for how much before the deal is won.", "real_estate_price")


def _now(event: BeforeSave[Deal], name: str) -> Any:
    """A term as it would be saved, with what other rules have filled in."""
    full = DealTerms.names[name]
    return event.values[full] if full in event.values else getattr(event.record, full)


def _begin(event: BeforeSave[Deal], name: str, value: object) -> None:
    if value is not None and _now(event, name) in (None, "", ()):
        event.values[DealTerms.names[name]] = value
        setattr(event.record, DealTerms.names[name], value)
