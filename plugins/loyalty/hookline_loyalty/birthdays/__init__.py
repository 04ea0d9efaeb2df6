"""Presents for birthdays."""

from hookline_loyalty.birthdays import giving

__all__ = ["giving"]
