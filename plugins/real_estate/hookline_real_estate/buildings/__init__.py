"""What a developer builds."""

from hookline_real_estate.buildings import data, grid, reports, rules

__all__ = ["data", "grid", "reports", "rules"]
