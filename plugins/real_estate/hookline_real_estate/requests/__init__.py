"""What buyers and tenants look for, and what fits them."""

from hookline_real_estate.requests import (
    cuts,
    data,
    demo,
    digest,
    following,
    glances,
    letters,
    pages,
    pairs,
    rules,
)

__all__ = ["cuts", "data", "demo", "digest", "following", "glances", "letters", "pages", "pairs", "rules"]
