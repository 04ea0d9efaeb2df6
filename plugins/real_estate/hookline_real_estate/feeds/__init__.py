"""Offers for portals."""

from hookline_real_estate.feeds import offers, yandex

__all__ = ["offers", "yandex"]
