"""What customers are worth: recency, frequency and money, the groups that they make, and what customers buy together."""

from hookline_loyalty.value import data, demo, glances, migration, portfolio, rating, reports

__all__ = ["data", "demo", "glances", "migration", "portfolio", "rating", "reports"]
