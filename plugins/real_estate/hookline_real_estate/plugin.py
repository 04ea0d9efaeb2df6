"""The plugin: its name stands before everything that it owns."""

from hookline_sdk import Plugin

plugin = Plugin("real_estate", label="Real estate", version="0.1.0")

# The headings of the menu.
MENU = "Real estate"
BUILDINGS = "New buildings"
MONEY = "Money"
