"""Companies: organisations, which may be part of one another."""

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.kernel.entity import Entity
from hookline.kernel.fields import (
    email_address,
    integer,
    long_text,
    money,
    phone_number,
    postal_address,
    ref,
    references,
    text,
    web_address,
)
from hookline.kernel.kinds import Address
from hookline.kernel.rules import BeforeSave


class Company(Entity, plugin=core, icon="building-2", plural="Companies", menu="People", menu_order=20):
    """An organisation. `parent` is the one it is part of, so that a corporation is a tree."""

    name: Mapped[str] = text("Name", search=True, list=True)
    industry: Mapped[str | None] = text("Industry", max_length=120, list=True, filter=True, index=True)
    phone: Mapped[str | None] = phone_number("Phone", search=True, list=True, index=True)
    email: Mapped[str | None] = email_address("E-mail", search=True, index=True)
    website: Mapped[str | None] = web_address("Web site", list=True)
    parent: Mapped[int | None] = ref("company", "Part of", back="Subsidiaries", filter=True)
    employees: Mapped[int | None] = integer("Employees", minimum=0, list=True, filter=True)
    revenue: Mapped[Decimal | None] = money("Revenue a year", filter=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)
    founded: Mapped[int | None] = integer("Founded", minimum=1000, maximum=2200)
    address: Mapped[Address | None] = postal_address("Address", search=True)
    description: Mapped[str | None] = long_text("Description")
    tags = references("tag", "Tags", filter=True)


@core.before_save(Company)
def refuse_loops(event: BeforeSave[Company]) -> None:
    """A company cannot be part of itself, however many steps away."""
    parent, own = event.values.get("parent"), event.before.id if event.before else None
    if parent is None or own is None:
        return
    parents: Mapping[int, int | None] = {}
    step: int | None = parent
    while step is not None and step not in parents:
        if step == own:
            event.reject("A company cannot be part of itself.", "parent")
            return
        above = event.gate.scalar(select(Company.parent).where(Company.id == step))
        parents = {**parents, step: above}
        step = above
