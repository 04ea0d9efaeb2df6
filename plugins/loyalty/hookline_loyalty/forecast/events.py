"""A customer who is about to leave, told to whoever wants to keep them."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import Event

from hookline_loyalty.plugin import plugin


class LeavingSoon(Event, plugin=plugin):
    """A customer crosses into "leaving" on this day if nothing is bought until then. Told once after each purchase.

    `chance` says with how many per cent they are still active today.
    """

    contact: int
    chance: Decimal
    leaving_on: dt.date
    last_bought: dt.date
