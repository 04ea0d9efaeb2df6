"""The short lists that the other nouns choose from: sources, lost reasons, competitors, products."""

from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.kernel.entity import Catalog, Record
from hookline.kernel.fields import long_text, money, text, yes_no
from hookline.kernel.reads import Reads


class Source(Catalog, plugin=core, icon="radio"):
    """Where requests come from: a trade fair, the web site, a recommendation."""

    name: Mapped[str] = text("Name", max_length=120, unique=True, search=True, list=True)


class LostReason(Catalog, plugin=core, icon="thumbs-down", plural="Lost reasons"):
    """Why deals are lost and leads refused."""

    name: Mapped[str] = text("Name", max_length=120, unique=True, list=True)
    retired: Mapped[bool] = yes_no("No longer offered", list=True)


class Product(Catalog, plugin=core, icon="package", menu="Sales", menu_order=40):
    """What is sold."""

    name: Mapped[str] = text("Name", max_length=200, unique=True, search=True, list=True)
    series: Mapped[str | None] = text("Series", max_length=120, list=True, filter=True)
    price: Mapped[Decimal | None] = money("List price", list=True, filter=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)
    description: Mapped[str | None] = long_text("Description", max_length=5000)
    retired: Mapped[bool] = yes_no("No longer sold", filter=True)


def list_entries(gate: Reads, entity: type[Record], *, trash: bool = False) -> list[Any]:
    """Every entry of a short list by its name; with `trash` those that were taken off it."""
    info = gate.schema[entity]
    source = gate.source(info.name, trash=trash)
    found = gate.run(select(source).order_by(source.c[info.title.name], source.c.id)).mappings()
    return [gate.typed(entity, dict(row)) for row in found]
