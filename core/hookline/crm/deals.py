"""Deals: sales on their way through a pipeline."""

import datetime as dt
from decimal import Decimal

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.kernel.entity import Entity
from hookline.kernel.fields import (
    Choices,
    choice,
    day,
    formula,
    long_text,
    moment,
    money,
    percent,
    ref,
    references,
    stage,
    text,
)


class Outcome(Choices):
    """How a deal stands."""

    open = "open", "Open", "blue"
    won = "won", "Won", "green"
    lost = "lost", "Lost", "red"


class Deal(Entity, plugin=core, icon="briefcase", menu="Sales", menu_order=20):
    """A sale. Stage, outcome and the dates that follow from them are kept by the pipeline's rules."""

    name: Mapped[str] = text("Deal", search=True, list=True)
    company: Mapped[int | None] = ref("company", "Company", back="Deals", list=True, filter=True)
    contact: Mapped[int | None] = ref("contact", "Contact", back="Deals")
    contacts = references("contact", "Other contacts")
    tags = references("tag", "Tags", filter=True)
    pipeline: Mapped[int] = ref("pipeline", "Pipeline", filter=True)
    stage: Mapped[int] = stage("Stage", list=True, filter=True)
    amount: Mapped[Decimal | None] = money("Amount", minimum=0, list=True, filter=True, index=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)
    probability: Mapped[Decimal | None] = percent("Probability", minimum=0, maximum=100)
    weighted: Mapped[Decimal | None] = formula("Weighted", "amount * probability / 100")
    product: Mapped[int | None] = ref("product", "Product", filter=True)
    source: Mapped[int | None] = ref("source", "Source", filter=True)
    expected_close: Mapped[dt.date | None] = day("Expected close", filter=True)
    opened_on: Mapped[dt.date | None] = day("Opened on", filter=True)
    closed_on: Mapped[dt.date | None] = day("Closed on", filter=True)
    lost_reason: Mapped[int | None] = ref("lost_reason", "Lost reason", filter=True)
    competitor: Mapped[str | None] = text("Competitor", max_length=160)
    description: Mapped[str | None] = long_text("Description")
    number: Mapped[str | None] = text("Reference", max_length=60, index=True, search=True)
    outcome: Mapped[str] = choice(
        "Outcome", Outcome, default=Outcome.open, read_only=True, filter=True, index=True
    )
    stage_since: Mapped[dt.datetime | None] = moment("In stage since", read_only=True, list=True)
    next_activity: Mapped[dt.datetime | None] = moment(
        "Next activity", read_only=True, list=True, filter=True, index=True
    )


# Figures by stage are added up out of this index alone, whatever part of the deals somebody sees; the table stays unread.
Index(
    "ix_deal_figures",
    *(
        Deal.__table__.c[name]
        for name in ("pipeline", "stage", "currency", "amount", "weighted", "team", "owner", "trashed_at")
    ),
)
