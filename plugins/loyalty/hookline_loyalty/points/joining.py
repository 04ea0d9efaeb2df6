"""When two customers turn out to be one: their accounts of one unit become one, by entries that carry over what is left."""

from collections.abc import Iterator

from hookline_sdk import Gate, Text, Write, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.booking import LEDGER, NOTHING, booking
from hookline_loyalty.points.data import Account, Kind


@plugin.around_write(Account)
def join_accounts(write: Write[Account], gate: Gate) -> Iterator[None]:
    """Of the accounts that a customer then has in one unit, the first goes on and the others go up in it."""
    yield
    for record in write.records:
        before, contact = record.before, record.values.get("contact")
        if before is not None and contact and contact != before.contact:
            _join(gate, record.id)


def carry_over(gate: Gate, old: int, new: int) -> None:
    """What is in an account, and what is owed there, comes to another one."""
    source, why = f"account:{old}", Text("Two customers became one")
    with booking(gate, old) as book:
        lots, debt = [(lot.rest, lot.expires_on) for lot in book.lots], book.owed
        for lot in list(book.lots):
            book.write(Kind.adjust, -lot.rest, source=source, why=why, lot=lot)
        if debt:
            book.write(Kind.adjust, NOTHING, source=source, why=why, owed=-debt)
    if not lots and not debt:
        return
    with booking(gate, new) as book:
        for rest, ends in lots:
            book.write(Kind.adjust, rest, source=source, why=why, expires_on=ends)
        if debt:
            book.write(Kind.adjust, NOTHING, source=source, why=why, owed=debt)
        book.pay_what_is_owed(source)


def _join(gate: Gate, id: int) -> None:
    house = gate.as_house(LEDGER)
    account = house.get(Account, id)
    series = Account.series == account.series if account.series else Account.series.is_(None)
    alike = select(Account.id).where(Account.contact == account.contact, Account.unit == account.unit, series)
    first, *others = [found for (found,) in house.rows(alike.order_by(Account.id))]
    for other in others:
        house.carry(Account, {other: {"joined": first}})
        carry_over(gate, other, first)
