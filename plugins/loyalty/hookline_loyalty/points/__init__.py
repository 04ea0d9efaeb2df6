"""What customers have in hand: accounts, and a ledger that only grows."""

from hookline_loyalty.points import (
    booking,
    correcting,
    data,
    expiring,
    glances,
    joining,
    ledger,
    reports,
    reversing,
    rules,
    terms,
)

__all__ = [
    "booking",
    "correcting",
    "data",
    "expiring",
    "glances",
    "joining",
    "ledger",
    "reports",
    "reversing",
    "rules",
    "terms",
]
