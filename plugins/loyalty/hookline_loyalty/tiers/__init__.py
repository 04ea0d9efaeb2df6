"""Tiers: what customers have who buy much."""

from hookline_loyalty.tiers import data

__all__ = ["data"]
