"""What customers have bought."""

from hookline_loyalty.customers import bought, data, demo, glances, rules, taking

__all__ = ["bought", "data", "demo", "glances", "rules", "taking"]
