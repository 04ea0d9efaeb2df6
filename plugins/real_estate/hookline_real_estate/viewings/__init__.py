"""Properties that are shown."""

from hookline_real_estate.viewings import data, glances, today, viewing

__all__ = ["data", "glances", "today", "viewing"]
