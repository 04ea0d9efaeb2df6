"""What the agency earns of a deal, and what each agent gets of it.

cents.py       dividing an amount so that it adds up
waterfall.py   the arithmetic, without records
data.py        what is kept: statements, splits before, agents' lines, plans
rights.py      who may do what, and who sees what
rules.py       what is refused
working.py     from records to amounts and back
keeping.py     working out with each write, and the lock
stepping.py    pending, reviewed, approved, paid; and the counter-entry
starting.py    the statement of a deal that was won
explaining.py  the waterfall on the screen
mine.py        one's own year
reports.py     volume and commission by agent
demo.py        its part of the demo
"""

from hookline_real_estate.commission import (
    data,
    demo,
    explaining,
    keeping,
    mine,
    reports,
    rights,
    rules,
    starting,
    stepping,
    terms,
)

__all__ = [
    "data",
    "demo",
    "explaining",
    "keeping",
    "mine",
    "reports",
    "rights",
    "rules",
    "starting",
    "stepping",
    "terms",
]
