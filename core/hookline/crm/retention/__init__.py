"""Retention: how long data are kept, and the nightly work of it."""
