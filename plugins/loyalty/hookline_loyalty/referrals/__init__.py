"""Customers who bring others."""

from hookline_loyalty.referrals import data, rewarding

__all__ = ["data", "rewarding"]
