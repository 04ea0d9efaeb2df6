"""Customers who bring others."""

from hookline_loyalty.referrals import data

__all__ = ["data"]
