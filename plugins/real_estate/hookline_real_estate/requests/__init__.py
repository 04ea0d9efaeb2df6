"""What buyers and tenants look for, and what fits them."""

from hookline_real_estate.requests import cuts, data, following, glances, pages, rules

__all__ = ["cuts", "data", "following", "glances", "pages", "rules"]
