"""Letters and messages to many people, measured against those who get none."""

from hookline_loyalty.campaigns import (
    data,
    demo,
    glances,
    launching,
    occasions,
    previewing,
    results,
    rights,
    rules,
    sending,
    terms,
    touches,
    unsubscribing,
)

__all__ = [
    "data",
    "demo",
    "glances",
    "launching",
    "occasions",
    "previewing",
    "results",
    "rights",
    "rules",
    "sending",
    "terms",
    "touches",
    "unsubscribing",
]
