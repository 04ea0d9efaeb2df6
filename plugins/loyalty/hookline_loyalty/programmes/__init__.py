"""What customers get for buying, and what a bill comes to.

cents.py      exact amounts that add up
bill.py       a bill and its quote
book.py       what decides about a bill, as plain values
quoting.py    the engine, with working, passing, offers, paying and earning: no records
data.py       what is kept
rules.py      what is refused
rights.py     who may change what
windows.py    days by RRULE
days.py       the same in words
terms.py      what a point is worth
"""

from hookline_loyalty.programmes import data, days, rights, rules, terms, windows

__all__ = ["data", "days", "rights", "rules", "terms", "windows"]
