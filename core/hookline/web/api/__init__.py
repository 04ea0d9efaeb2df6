"""The JSON API: the doors of every entity under /api/v1, made from its declaration."""
