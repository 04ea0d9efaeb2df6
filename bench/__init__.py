"""The speed bench: Hookline measured against the least its stack can do on the same data (docs/speed.md)."""
