"""Agencies that bring buyers, and the clients they have named."""

from hookline_real_estate.partners import api, data, demo, ending, fixing, glances

__all__ = ["api", "data", "demo", "ending", "fixing", "glances"]
