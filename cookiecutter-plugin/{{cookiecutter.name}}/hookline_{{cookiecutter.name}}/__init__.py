"""{{ cookiecutter.label }}: the table of contents.

plugin.py      its name and version
data.py        what is kept
rules.py       what is asked before a record is saved
screens.py     what stands on the pages of records
reports.py     the reports
migrations/    the history of the tables
locale/        the Russian catalog
templates/     pages of its own, static/ what they need
"""

from {{ cookiecutter.__package }} import data, reports, rules, screens
from {{ cookiecutter.__package }}.plugin import plugin

__all__ = ["data", "plugin", "reports", "rules", "screens"]
