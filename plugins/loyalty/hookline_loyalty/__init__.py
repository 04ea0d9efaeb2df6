"""Loyalty and segments, for businesses with many customers: the table of contents.

plugin.py      its name and version
customers/     what customers have bought, told by whatever sells it
bills/         a bill is quoted, settled once for each source, and taken back
programmes/    what customers get for buying: points, passes; the engine that works a bill out
tiers/         what they have who buy much
coupons/       something off a bill for whoever names a code
cards/         gift cards
birthdays/     presents for birthdays
referrals/     customers who bring others
points/        what customers have in hand: accounts and a ledger that only grows
segments/      groups of people and companies, by hand or by a rule that fills them
value/         how customers stand: scores, groups, migration, what they buy together
forecast/      who comes back, how often and for how much, fitted to what was bought
campaigns/     letters and messages to many, measured against people who get none
till/          the counter: cards, the page of whoever sells, the customer's own page
surveys/       what customers think of it, asked after a purchase, a call or a visit
migrations/    the history of the tables
locale/        the Russian catalog
templates/     pages of its own, static/ what they need

In each room data.py says what is kept; the other modules bear the name of what they do.
"""

from hookline_loyalty import (
    bills,
    birthdays,
    campaigns,
    cards,
    coupons,
    customers,
    forecast,
    points,
    programmes,
    referrals,
    segments,
    surveys,
    tiers,
    till,
    value,
)
from hookline_loyalty.plugin import plugin

__all__ = [
    "bills",
    "birthdays",
    "campaigns",
    "cards",
    "coupons",
    "customers",
    "forecast",
    "plugin",
    "points",
    "programmes",
    "referrals",
    "segments",
    "surveys",
    "tiers",
    "till",
    "value",
]
