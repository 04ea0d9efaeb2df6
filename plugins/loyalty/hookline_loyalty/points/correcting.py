"""Putting a balance right, with a reason and a right of its own."""

from decimal import Decimal

from hookline_sdk import Act, Action, Form, Gate, Mapped, Text, decimal, text

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Account
from hookline_loyalty.points.ledger import adjust

CORRECTS = plugin.permission(
    "correct", "Put balances right", "Add to the points, stamps and deposits of customers, or take from them."
)


class Correction(Form):
    """By how much a balance is wrong, and why."""

    amount: Mapped[Decimal] = decimal("By how much", help="Below zero takes away.")
    reason: Mapped[str] = text("Reason", max_length=200)


@plugin.action(Account, "Correct", icon="pencil", asks=Correction, may=Action.read, needs=CORRECTS)
def correct(act: Act[Account, Correction], gate: Gate) -> Text:
    """Book a correction; whoever sends the same form twice corrects once."""
    source = f"correction:{act.record.id}/{act.record.version}"
    adjust(
        gate, act.record.id, act.form.amount, source=source, why=Text("%(reason)s", reason=act.form.reason)
    )
    return Text("The balance is put right.")
