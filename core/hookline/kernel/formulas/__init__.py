"""Formulas: what administrators write to work a field out or to set a condition, from words to values."""
