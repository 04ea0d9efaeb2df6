"""Offers for portals."""

from hookline_real_estate.feeds import offers, reading, yandex

__all__ = ["offers", "reading", "yandex"]
