"""Backups: the whole installation in one archive, and moving it from one engine to the other."""
