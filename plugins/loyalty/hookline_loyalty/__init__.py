"""Loyalty and segments, for businesses with many customers: the table of contents.

plugin.py      its name and version
customers/     what customers have bought, told by whatever sells it
migrations/    the history of the tables
locale/        the Russian catalog
templates/     pages of its own, static/ what they need

In each room data.py says what is kept; the other modules bear the name of what they do.
"""

from hookline_loyalty import customers
from hookline_loyalty.plugin import plugin

__all__ = ["customers", "plugin"]
