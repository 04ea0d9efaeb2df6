"""Who may do what: programmes, tiers and coupons are changed by those who may, gift cards are sold by those who may."""

from typing import Any

from hookline_sdk import BeforeDelete, BeforeSave, Text

from hookline_loyalty.plugin import plugin

PROGRAMMES = plugin.permission(
    "programmes", "Loyalty programmes", "Decides what customers get: programmes, rules, tiers and coupons."
)
CARDS = plugin.permission("cards", "Gift cards", "Sells gift cards, blocks them, and makes codes of coupons.")

_MAY_NOT = {
    PROGRAMMES: Text("You may see loyalty programmes, not change them."),
    CARDS: Text("You may see gift cards and codes, not make or change them."),
}


def judge_right(event: BeforeSave[Any] | BeforeDelete[Any], needed: str) -> None:
    """Refuse a change to whoever has not been given the right to make it."""
    if not event.gate.actor.may(needed):
        event.reject(_MAY_NOT[needed])
