"""What customers have in hand: accounts, and a ledger that only grows."""

from hookline_loyalty.points import booking, data, ledger, reversing, rules, terms

__all__ = ["booking", "data", "ledger", "reversing", "rules", "terms"]
