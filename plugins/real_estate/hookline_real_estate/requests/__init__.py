"""What buyers look for."""

from hookline_real_estate.requests import data, fitting

__all__ = ["data", "fitting"]
