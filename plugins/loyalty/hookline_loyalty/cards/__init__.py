"""Gift cards."""

from hookline_loyalty.cards import data, selling

__all__ = ["data", "selling"]
