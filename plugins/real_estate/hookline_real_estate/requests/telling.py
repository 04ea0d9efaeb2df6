"""Something that somebody looks for has become cheaper, told to whoever wants to write to them."""

from decimal import Decimal

from hookline_sdk import Event

from hookline_real_estate.plugin import plugin


class PriceCut(Event, plugin=plugin):
    """What fits a contact's open request costs less from now on. `offer` says what it is, `price` what it costs now."""

    contact: int
    request: int
    offer: str
    price: Decimal | None = None
