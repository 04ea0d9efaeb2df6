"""The counter: customers' cards, the page of whoever sells, the customer's own page, and what programs of tills ask."""

from hookline_loyalty.till import api, cards, counter, data, demo, drawing, numbers, own, selling, writing

__all__ = ["api", "cards", "counter", "data", "demo", "drawing", "numbers", "own", "selling", "writing"]
