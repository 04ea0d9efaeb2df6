"""Units that are kept for somebody."""

from hookline_real_estate.holds import (
    actions,
    data,
    following,
    glances,
    handover,
    holding,
    minding,
    printing,
    rules,
    sales,
    steps,
)

__all__ = [
    "actions",
    "data",
    "following",
    "glances",
    "handover",
    "holding",
    "minding",
    "printing",
    "rules",
    "sales",
    "steps",
]
