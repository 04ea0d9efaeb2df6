"""What customers have bought."""

from hookline_loyalty.customers import data, glances, rules, taking

__all__ = ["data", "glances", "rules", "taking"]
