"""What customers are worth: recency, frequency and money, the groups that they make, and what customers buy together."""

from hookline_loyalty.value import data, glances, migration, rating

__all__ = ["data", "glances", "migration", "rating"]
