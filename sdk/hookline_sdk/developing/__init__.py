"""`hookline dev`: serves a demo with a plugin that is being written, and starts again with every change."""
