"""What customers have bought."""

from hookline_loyalty.customers import bought, data, glances, rules, taking

__all__ = ["bought", "data", "glances", "rules", "taking"]
