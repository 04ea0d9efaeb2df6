"""Properties that are shown."""

from hookline_real_estate.viewings import data, glances, minding, posting, reminding, telling, today, viewing

__all__ = ["data", "glances", "minding", "posting", "reminding", "telling", "today", "viewing"]
