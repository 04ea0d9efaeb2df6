"""Groups of people and companies: by hand, or by a rule that fills them and keeps them up to date."""

from hookline_loyalty.segments import data, events, following, keeping, people, rights, rules

__all__ = ["data", "events", "following", "keeping", "people", "rights", "rules"]
