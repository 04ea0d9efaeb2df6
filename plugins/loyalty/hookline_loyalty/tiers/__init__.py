"""Tiers: what customers have who buy much."""

from hookline_loyalty.tiers import data, moving, rules

__all__ = ["data", "moving", "rules"]
