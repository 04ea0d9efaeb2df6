"""Measurements of the plugin, run by hand."""
