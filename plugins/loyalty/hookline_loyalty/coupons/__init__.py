"""Coupons: something off a bill for whoever names a code."""

from hookline_loyalty.coupons import codes, data, redeeming

__all__ = ["codes", "data", "redeeming"]
