"""Gift cards."""

from hookline_loyalty.cards import data

__all__ = ["data"]
