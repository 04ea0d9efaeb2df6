"""Offers for portals: what goes out, by which rules, and what is left out."""

from hookline_real_estate.feeds import (
    checking,
    data,
    demo,
    elements,
    generic,
    glances,
    offers,
    pictures,
    reading,
    rules,
    yandex,
)

__all__ = [
    "checking",
    "data",
    "demo",
    "elements",
    "generic",
    "glances",
    "offers",
    "pictures",
    "reading",
    "rules",
    "yandex",
]
