"""What a customer has in hand, at a glance; and why an entry was written, in the reader's own language."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hookline_sdk import Badge, Contact, Gate, Link, Money, Panel, Text, Value, select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Account, Entry, Kind, Unit

_LATEST = 10

plugin.view(Account, "Ending soon", filter={"next_on.within": "next_30_days"}, sort="next_on", name="ending")
plugin.view(Account, "Owed", filter={"owed.gte": "0.01"}, sort="-owed", name="owed")


def in_hand(contact: Contact, gate: Gate) -> list[tuple[Value, ...]]:
    """Each account with what is in it, and what of that ends next: the rows of the panel on a customer's page."""
    columns = (
        Account.id,
        Account.unit,
        Account.purpose,
        Account.balance,
        Account.next_on,
        Account.next_amount,
    )
    found = gate.rows(select(*columns).where(Account.contact == contact.id).order_by(Account.id))
    return [
        (
            Link(row.purpose or Unit(row.unit).label, f"loyalty_account:{row.id}"),
            in_unit(row.unit, row.balance),
            _ends(row.unit, row.next_on, row.next_amount),
        )
        for row in found
    ]


@plugin.panel(Account, "Entries", slot="record.main")
def latest(account: Account, gate: Gate) -> Panel:
    """What came and went last."""
    columns = (Entry.at, Entry.kind, Entry.why, Entry.told, Entry.amount, Entry.expires_on)
    found = (
        select(*columns)
        .where(Entry.account == account.id)
        .order_by(Entry.at.desc(), Entry.id.desc())
        .limit(_LATEST)
    )
    rows = [
        (
            row.at,
            in_unit(account.unit, row.amount),
            Badge(Kind(row.kind).label, Kind(row.kind).tone),
            said(row.told, row.why),
            row.expires_on,
        )
        for row in gate.rows(found)
    ]
    return Panel(
        columns=(Text("When"), Text("Amount"), Text("Kind"), Text("Why"), Text("Ends")),
        rows=rows,
        empty=Text("Nothing was booked yet."),
    )


@plugin.cell(Account, "balance", fields=("unit",))
def stands(rows: list[dict[str, Any]], gate: Gate) -> Mapping[int, Value]:
    """What is in it, as money where it is money."""
    return {row["id"]: in_unit(row["unit"], row["balance"]) for row in rows}


@plugin.cell(Entry, "why", fields=("told",))
def why(rows: list[dict[str, Any]], gate: Gate) -> Mapping[int, Value]:
    """The reason, in the reader's language."""
    return {row["id"]: said(row["told"], row["why"]) for row in rows if row["told"]}


def said(told: str | None, why: str) -> Text | str:
    """The sentence that was kept, to be said in another language."""
    if not told:
        return why
    msgid, params = json.loads(told)
    return Text(msgid, **params)


def in_unit(unit: str, amount: Decimal) -> Value:
    """An amount of points and stamps is a number, of gift cards and deposits money."""
    return Money(amount) if unit in (Unit.gift, Unit.deposit) else amount


def _ends(unit: str, day: Any, amount: Decimal | None) -> Value:
    return Text("%(amount)s on %(day)s", amount=in_unit(unit, amount or Decimal(0)), day=day) if day else None
