"""The doors: pages, fragments and the JSON API. Writes no SQL of its own."""
