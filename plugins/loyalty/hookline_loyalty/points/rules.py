"""What must hold of accounts and entries, beside that nobody but the ledger writes them."""

from typing import Final

from hookline_sdk import BeforeDelete, BeforeSave, Text

from hookline_loyalty.plugin import plugin
from hookline_loyalty.points.data import Account, Entry

_KEPT: Final = Text("An entry stays as it is. What is wrong is put right by another one.")


@plugin.before_save(Entry)
def write_once(event: BeforeSave[Entry]) -> None:
    """An entry is written once, by whoever it is written."""
    if event.before is not None:
        event.reject(_KEPT)


@plugin.before_delete(Entry)
def keep_entries(event: BeforeDelete[Entry]) -> None:
    """An entry stays."""
    event.reject(_KEPT)


@plugin.before_delete(Account)
def keep_what_is_in_it(event: BeforeDelete[Account]) -> None:
    """What somebody has in hand, or owes, is not thrown away."""
    if event.record.balance or event.record.owed:
        event.reject("There is something in this account.")
