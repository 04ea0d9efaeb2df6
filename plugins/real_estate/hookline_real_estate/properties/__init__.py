"""What an agency sells and lets."""

from hookline_real_estate.properties import (
    choices,
    comparables,
    data,
    demo,
    districts,
    doubles,
    exposure,
    glances,
    history,
    mandates,
    pictures,
    prices,
    rules,
    units,
)

__all__ = [
    "choices",
    "comparables",
    "data",
    "demo",
    "districts",
    "doubles",
    "exposure",
    "glances",
    "history",
    "mandates",
    "pictures",
    "prices",
    "rules",
    "units",
]
