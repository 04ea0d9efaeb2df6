"""Real estate, for agencies and for developers of new buildings: the table of contents.

plugin.py      its name and version
properties/    what an agency sells: properties, districts, mandates, prices
buildings/     what a developer builds: complexes down to the unit, the grid of units
holds/         units that are kept for somebody, and the queue for them
pricing/       promotions, re-pricing, price lists, sales pace against plan
requests/      what buyers look for, and what fits
commission/    what the agency earns of a deal, and what each agent gets of it
viewings/      showing a property: the route of a day, what both sides said
deals/         what is sold to whom: price and deposit, banks, instalments, documents
partners/      agencies that bring buyers, and the clients they have named
feeds/         offers for portals
ways.py        how people are written to
privacy.py     what is kept of a person beside the links to them
demo.py        its part of the demo
migrations/    the history of the tables
locale/        the Russian catalog
templates/     pages of its own, static/ what they need

In each room data.py says what is kept; the other modules bear the name of what they do.
"""

from hookline_real_estate import (
    buildings,
    commission,
    deals,
    demo,
    feeds,
    holds,
    partners,
    pricing,
    privacy,
    properties,
    requests,
    viewings,
)
from hookline_real_estate.plugin import plugin

__all__ = [
    "buildings",
    "commission",
    "deals",
    "demo",
    "feeds",
    "holds",
    "partners",
    "plugin",
    "pricing",
    "privacy",
    "properties",
    "requests",
    "viewings",
]
