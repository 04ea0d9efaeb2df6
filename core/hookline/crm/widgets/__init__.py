"""The widgets that come with Hookline, each declared as a plugin's would be. The docstring of each says what it shows."""

from hookline.crm.widgets import chosen, sales, work

__all__ = ["chosen", "sales", "work"]
