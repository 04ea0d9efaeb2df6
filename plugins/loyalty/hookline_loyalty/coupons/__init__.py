"""Coupons: something off a bill for whoever names a code."""

from hookline_loyalty.coupons import data

__all__ = ["data"]
