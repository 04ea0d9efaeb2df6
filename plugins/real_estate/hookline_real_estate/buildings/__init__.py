"""What a developer builds."""

from hookline_real_estate.buildings import data, grid, reports, rules, search

__all__ = ["data", "grid", "reports", "rules", "search"]
