"""What must hold of receipts, whatever door they come through."""

from hookline_sdk import BeforeSave

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin


@plugin.before_save(Receipt)
def keep_to_the_past(event: BeforeSave[Receipt]) -> None:
    """A purchase is of the past."""
    # A form may come without it: that it must be there is said elsewhere.
    if all((event.record.bought_at,)) and event.record.bought_at > event.gate.now:
        event.reject("This lies in the future.", "bought_at")
