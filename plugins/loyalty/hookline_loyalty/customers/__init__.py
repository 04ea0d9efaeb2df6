"""What customers have bought."""

from hookline_loyalty.customers import bought, data, demo, rules, taking

__all__ = ["bought", "data", "demo", "rules", "taking"]
