"""Units that are kept for somebody."""

from hookline_real_estate.holds import data, following, glances, holding

__all__ = ["data", "following", "glances", "holding"]
