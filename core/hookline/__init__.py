"""Hookline: a CRM that each business assembles from a small core and typed plugins."""
