"""Real estate, for agencies and for developers of new buildings: the table of contents.

plugin.py      its name and version
data.py        properties, mandates, buildings down to the unit, holds, what buyers look for
rules.py       what is asked before a record is saved, and what follows from a save
holding.py     holding a unit: the action, and the job that lets holds run out
screens.py     panels on the pages of properties and contacts
glances.py     how long holds last, in their list; today's viewings, on a dashboard
grid.py        the grid of units: looking.py what is looked for in it, sheet.py the sheet of a unit
viewing.py     viewings: the route of a day, confirming, what both sides said
offers.py      what Yandex.Realty takes, and what an offer lacks; feed.py its feed
reports.py     prices by district, stock by state
showing.py     its part of the demo
migrations/    the history of the tables
locale/        the Russian catalog
templates/     the grid, static/ what it needs
"""

from hookline_real_estate import (
    data,
    feed,
    glances,
    grid,
    holding,
    offers,
    reports,
    rules,
    screens,
    showing,
    viewing,
)
from hookline_real_estate.plugin import plugin

__all__ = [
    "data",
    "feed",
    "glances",
    "grid",
    "holding",
    "offers",
    "plugin",
    "reports",
    "rules",
    "screens",
    "showing",
    "viewing",
]
