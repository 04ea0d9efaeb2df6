"""What the demo's house sells, and the two ways in which it sells."""

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select

from hookline.crm.catalogs import Product
from hookline.crm.pipelines import Pipeline, Stage
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
SALES: Final[tuple[tuple[str, str, str, int, int | None, str, str], ...]] = (
    ("new", "New", "open", 10, 3, "blue", "Call within a day. Find out who decides and what hurts."),
    ("qualified", "Qualified", "open", 25, 7, "blue", "Agree on a date for the demo before you hang up."),
    ("demo", "Demo held", "open", 40, 7, "violet", "Show their own goods on the device, not ours."),
    ("proposal", "Proposal sent", "open", 50, 10, "amber", "Ask when they will read it, and call that day."),
    (
        "negotiation",
        "Negotiation",
        "open",
        75,
        14,
        "orange",
        "A discount has a price: a longer term, a reference.",
    ),
    (
        "contract",
        "Contract signing",
        "open",
        90,
        7,
        "green",
        "Ask who signs and where that person is this week.",
    ),
    ("won", "Won", "won", 100, 3, "green", "Hand over to delivery with names and dates."),
    ("delivery", "Delivery", "after", 100, 14, "green", "Tell the customer before they ask."),
    ("installation", "Installation", "after", 100, 10, "green", "Train the night shift too."),
    ("feedback", "Feedback", "after", 100, 30, "green", "Ask what they would change; write it down."),
    ("next_need", "Next need", "after", 100, 180, "green", "What grew since? Open the next deal from here."),
    ("lost", "Lost", "lost", 0, None, "red", "Note the reason honestly: it pays next time."),
)
PARTNERS: Final[tuple[tuple[str, str, str, int, int | None, str, str], ...]] = (
    ("p_first", "First talk", "open", 10, 7, "blue", ""),
    ("p_terms", "Terms agreed", "open", 40, 21, "amber", ""),
    ("p_training", "In training", "open", 70, 30, "violet", ""),
    ("p_active", "Active partner", "won", 100, None, "green", ""),
    ("p_ended", "Ended", "lost", 0, None, "red", ""),
)


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
    line = gate.create(Pipeline, {"name": "Sales"}) if first is None else int(first)
    ids |= _settle_stages(gate, line, SALES)
    ids |= _settle_stages(gate, gate.create(Pipeline, {"name": "Partners", "position": 1}), PARTNERS)
    gate.configured()
    return ids


def _product(name: str, series: str, price: int) -> dict[str, Any]:
    return {"name": name, "series": series, "price": Decimal(price), "currency": "EUR"}


def _settle_stages(
    gate: Gate, line: int, stages: tuple[tuple[str, str, str, int, int | None, str, str], ...]
) -> dict[str, int]:
    """Those that are there keep their ids; the others come between them."""
    known = {name: id for id, name in gate.rows(select(Stage.id, Stage.name).where(Stage.pipeline == line))}
    found: dict[str, int] = {}
    for place, (key, name, kind, probability, days, tone, hint) in enumerate(stages):
        values: dict[str, Any] = {
            "pipeline": line, "name": name, "kind": kind, "position": place, "probability": Decimal(probability),
            "expected_days": days, "tone": tone, "hint": hint or None,
        }  # fmt: skip
        if name in known:
            gate.update(Stage, known[name], values)
        found[key] = known.get(name) or gate.create(Stage, values)
    return found
