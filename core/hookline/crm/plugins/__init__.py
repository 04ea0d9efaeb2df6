"""Plugins as the house keeps them: their settings, data, pauses and switches."""
