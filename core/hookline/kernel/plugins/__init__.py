"""Plugins: how one declares itself, is found, admitted and called, and how its failures stay its own."""
