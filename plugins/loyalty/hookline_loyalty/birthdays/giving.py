"""The job that gives points for birthdays: once a year to each customer, to those of 29 February on the 28th of other years."""

import calendar
import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from hookline_sdk import Contact, Gate, JobRun, Text, and_, exists, or_, select
from sqlalchemy import ColumnElement, extract

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Account, Unit
from hookline_loyalty.points.ledger import account_of, earn
from hookline_loyalty.programmes.terms import PointTerms, terms_of
from hookline_loyalty.tiers.moving import today_of

_BATCH = 200


@plugin.job(cron="40 4 * * *")
def give_birthday_points(run: JobRun) -> None:
    """Each morning: points to customers whose birthday it is. It needs no consent, as nobody is written to."""
    given = behind = 0
    while True:
        with run.transaction() as gate:
            terms, today = terms_of(gate), today_of(gate)
            found = _born_on(gate, today, behind) if terms.birthday else []
            for contact in found:
                _give(gate, contact, terms, today)
        if not found:
            break
        given, behind = given + len(found), found[-1]
    run.result = {"given": given}


def _give(gate: Gate, contact: int, terms: PointTerms, today: dt.date) -> None:
    """The ledger books each source once: whoever changes the birthday gets nothing more this year."""
    account = account_of(gate, contact, Unit.points)
    points, source = Decimal(terms.birthday or 0), f"birthday:{contact}/{today.year}"
    earn(gate, account, points, source=source, why=Text("Birthday"), expires_on=terms.expires_on(today))


def _born_on(gate: Gate, today: dt.date, behind: int) -> Sequence[int]:
    """Customers whose birthday it is, of those who have an account here: others have never bought anything."""
    known = exists().where(Account.contact == Contact.id)
    found = select(Contact.id).where(_birthday(today), known, Contact.id > behind)
    return [id for (id,) in gate.rows(found.order_by(Contact.id).limit(_BATCH))]


def _birthday(today: dt.date) -> ColumnElement[bool]:
    month, day = extract("month", Contact.birthday), extract("day", Contact.birthday)
    same = and_(month == today.month, day == today.day)
    if (today.month, today.day) == (2, 28) and not calendar.isleap(today.year):
        return or_(same, and_(month == 2, day == 29))
    return same
