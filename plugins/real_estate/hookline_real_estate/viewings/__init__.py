"""Properties that are shown."""

from hookline_real_estate.viewings import data, glances, viewing

__all__ = ["data", "glances", "viewing"]
