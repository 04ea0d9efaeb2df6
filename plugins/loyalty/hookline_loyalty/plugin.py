"""The plugin: its name stands before everything that it owns."""

from hookline_sdk import Plugin

plugin = Plugin("loyalty", label="Loyalty", version="0.1.0")

# The headings of the menu.
MENU = "Loyalty"
SEGMENTS = CAMPAIGNS = "Marketing"
INSIGHT = "Insight"
