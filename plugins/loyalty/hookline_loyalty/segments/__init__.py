"""Groups of people and companies: by hand, or by a rule that fills them and keeps them up to date."""

from hookline_loyalty.segments import (
    building,
    crossing,
    data,
    demo,
    events,
    following,
    glances,
    keeping,
    lists,
    missing,
    people,
    rights,
    rules,
)

__all__ = [
    "building",
    "crossing",
    "data",
    "demo",
    "events",
    "following",
    "glances",
    "keeping",
    "lists",
    "missing",
    "people",
    "rights",
    "rules",
]
