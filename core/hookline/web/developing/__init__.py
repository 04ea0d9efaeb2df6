"""What only a developer sees: cost and failures of a request, and the slots of a page."""
