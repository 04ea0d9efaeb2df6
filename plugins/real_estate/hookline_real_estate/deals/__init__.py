"""What is sold to whom: the sides, the price and the deposit, banks, instalments, documents."""

from hookline_real_estate.deals import (
    banks,
    data,
    demo,
    documents,
    following,
    instalments,
    payments,
    pipelines,
    reminding,
    reports,
    terms,
)

__all__ = [
    "banks",
    "data",
    "demo",
    "documents",
    "following",
    "instalments",
    "payments",
    "pipelines",
    "reminding",
    "reports",
    "terms",
]
