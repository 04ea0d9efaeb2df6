"""What an agency sells."""

from hookline_real_estate.properties import data, prices, rules

__all__ = ["data", "prices", "rules"]
