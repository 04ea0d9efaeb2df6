"""What buyers and tenants look for, and what fits them."""

from hookline_real_estate.requests import data, glances, rules

__all__ = ["data", "glances", "rules"]
