"""A story of four deals and a request, from which every report has something to tell."""

from datetime import timedelta
from decimal import Decimal

from hookline.crm import stages
from hookline.crm.catalogs import LostReason, Source
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.kernel.gate import Gate

from tests.town import NOW, Town


def tell(town: Town) -> Town:
    """Four deals: one won in ten days, one lost at the offer, one still new, one that stands at qualified."""
    with town.house() as gate:
        gate.now = NOW - timedelta(days=40)
        town.ids["price"] = gate.create(LostReason, {"name": "Price alone"})
        town.ids["fair"] = gate.create(Source, {"name": "Village fair"})
        for name, amount, owner in (
            ("a", 1000, "boris"),
            ("b", 500, "clara"),
            ("c", 70, "boris"),
            ("d", 30, "boris"),
        ):
            team = town.ids["south" if owner == "clara" else "north"]
            values = {
                "name": name, "amount": Decimal(amount), "currency": "EUR", "owner": town.ids[owner], "team": team,
                "pipeline": town.ids["sales"], "source": town.ids["fair"],
            }  # fmt: skip
            town.ids[name] = gate.create(Deal, values)
    with town.house() as gate:
        gate.now = NOW - timedelta(days=40)
        walk(gate, town, "a", ("qualified", 2), ("offer", 3), ("won", 5))
        gate.now = NOW - timedelta(days=40)
        walk(gate, town, "b", ("qualified", 4), ("offer", 1), ("lost", 5))
        gate.now = NOW - timedelta(days=40)
        walk(gate, town, "d", ("qualified", 6))
        gate.now = NOW - timedelta(days=39)
        gate.create(
            Lead,
            {"name": "From the fair", "source": town.ids["fair"], "cost": Decimal(40), "currency": "EUR"},
        )
    return town


def walk(gate: Gate, town: Town, deal: str, *steps: tuple[str, int]) -> None:
    """Move a deal, each step so many days after the one before; the gate's clock goes along."""
    for stage, days in steps:
        gate.now += timedelta(days=days)
        reason = {"lost_reason": town.ids["price"]} if stage == "lost" else {}
        stages.move(gate, Deal, town.ids[deal], town.ids[stage], reason)
