"""Hookline as an application to measure."""
