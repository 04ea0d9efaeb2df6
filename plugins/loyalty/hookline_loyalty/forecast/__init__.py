"""What is to be expected of customers: who comes back, how often, for how much, and who is about to leave."""

from hookline_loyalty.forecast import card, data, demo, events, telling

__all__ = ["card", "data", "demo", "events", "telling"]
