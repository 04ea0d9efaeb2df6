"""What the demo's house sells, and the two ways in which it sells."""

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from hookline.crm.catalogs import Product
from hookline.crm.pipelines import Pipeline, Stage
from hookline.errors import Text
from hookline.kernel.gate import Gate

# Name, series, list price.
PRODUCTS: Final = (
    ("Scanner Kite 2", "Scanners", 280),
    ("Scanner Kite 4 Pro", "Scanners", 460),
    ("Ring scanner Wren", "Scanners", 390),
    ("Tablet Heron 10", "Tablets", 740),
    ("Label printer Finch", "Printers", 520),
    ("Mobile printer Swift", "Printers", 610),
    ("Charging dock", "Accessories", 150),
    ("Stock software, year", "Software", 1_800),
    ("Shop software, year", "Software", 1_200),
    ("Installation, day", "Services", 950),
    ("Service plan, 3 years", "Services", 2_400),
)

# Key, name, kind, probability, expected days, tone, hint for the seller.
_Step = tuple[str, Text, str, int, int | None, str, Text | None]
SALES: Final[tuple[_Step, ...]] = (
    ("new", Text("New"), "open", 10, 3, "blue", Text("Call within a day. Find out who decides and what hurts.")),
    ("qualified", Text("Qualified"), "open", 25, 7, "blue", Text("Agree on a date for the demo before you hang up.")),
    ("demo", Text("Demo held"), "open", 40, 7, "violet", Text("Show their own goods on the device, not ours.")),
    ("proposal", Text("Proposal sent"), "open", 50, 10, "amber", Text("Ask when they will read it, and call that day.")),
    ("negotiation", Text("Negotiation"), "open", 75, 14, "orange", Text("A discount has a price: a longer term, a reference.")),
    ("contract", Text("Contract signing"), "open", 90, 7, "green", Text("Ask who signs and where that person is this week.")),
    ("won", Text("Won"), "won", 100, 3, "green", Text("Hand over to delivery with names and dates.")),
    ("delivery", Text("Delivery"), "after", 100, 14, "green", Text("Tell the customer before they ask.")),
    ("installation", Text("Installation"), "after", 100, 10, "green", Text("Train the night shift too.")),
    ("feedback", Text("Feedback"), "after", 100, 30, "green", Text("Ask what they would change; write it down.")),
    ("next_need", Text("Next need"), "after", 100, 180, "green", Text("What grew since? Open the next deal from here.")),
    ("lost", Text("Lost"), "lost", 0, None, "red", Text("Note the reason honestly: it pays next time.")),
)  # fmt: skip
PARTNERS: Final[tuple[_Step, ...]] = (
    ("p_first", Text("First talk"), "open", 10, 7, "blue", None),
    ("p_terms", Text("Terms agreed"), "open", 40, 21, "amber", None),
    ("p_training", Text("In training"), "open", 70, 30, "violet", None),
    ("p_active", Text("Active partner"), "won", 100, None, "green", None),
    ("p_ended", Text("Ended"), "lost", 0, None, "red", None),
)  # fmt: skip


def settle_offers(gate: Gate) -> dict[str, int]:
    """Products, and the stages of both pipelines. Ids of stages by key and of products by name."""
    ids = dict(
        zip(
            (p[0] for p in PRODUCTS), gate.create_many(Product, [_product(*p) for p in PRODUCTS]), strict=True
        )
    )
    first = gate.scalar(
        select(Pipeline.id).where(Pipeline.entity == "deal").order_by(Pipeline.position, Pipeline.id).limit(1)
    )
    line = gate.create(Pipeline, {"name": str(Text("Sales"))}) if first is None else int(first)
    ids |= _settle_stages(gate, line, SALES)
    ids |= _settle_stages(
        gate, gate.create(Pipeline, {"name": str(Text("Partners")), "position": 1}), PARTNERS
    )
    gate.configured()
    return ids


def _product(name: str, series: str, price: int) -> dict[str, Any]:
    return {"name": name, "series": series, "price": Decimal(price), "currency": "EUR"}


def _settle_stages(gate: Gate, line: int, stages: tuple[_Step, ...]) -> dict[str, int]:
    """Those that are there keep their ids; the others come between them."""
    known = {name: id for id, name in gate.rows(select(Stage.id, Stage.name).where(Stage.pipeline == line))}
    found: dict[str, int] = {}
    for place, (key, label, kind, probability, days, tone, hint) in enumerate(stages):
        name = str(label)
        values: dict[str, Any] = {
            "pipeline": line, "name": name, "kind": kind, "position": place, "probability": Decimal(probability),
            "expected_days": days, "tone": tone, "hint": str(hint) if hint else None,
        }  # fmt: skip
        if name in known:
            gate.update(Stage, known[name], values)
        found[key] = known.get(name) or gate.create(Stage, values)
    return found
