"""What customers have bought: a receipt for each purchase that somebody told of, with its lines."""

import datetime as dt
from decimal import Decimal
from typing import Final, cast

from hookline_sdk import Entity, Mapped, decimal, integer, moment, money, ref, text, yes_no
from sqlalchemy import Index, Table

from hookline_loyalty.plugin import MENU, plugin


class Receipt(
    Entity, plugin=plugin, icon="receipt", title="what", sort="-bought_at", menu=MENU, menu_order=90
):
    """A purchase, as the newest event of its source tells it. One that was taken back stays, and no longer counts."""

    what: Mapped[str] = text("What", max_length=300, search=True, list=True)
    contact: Mapped[int | None] = ref("contact", "Customer", back="Purchases", list=True, filter=True)
    company: Mapped[int | None] = ref("company", "Company", back="Purchases", list=True, filter=True)
    amount: Mapped[Decimal] = money("Amount", list=True, filter=True)
    bought_at: Mapped[dt.datetime] = moment("Bought", list=True, filter=True, index=True)
    reversed: Mapped[bool] = yes_no("Taken back", filter=True)
    source: Mapped[str] = text(
        "Source", max_length=200, unique=True, help="What it was told by, such as a deal or a till"
    )
    event: Mapped[int] = integer("Event", hidden=True, default=0)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)


class ReceiptLine(Entity, plugin=plugin, label="Receipt line", icon="receipt", title="product"):
    """What was bought in one purchase: a product, and what its whole quantity cost."""

    product: Mapped[str] = text("Product", max_length=200, search=True, list=True, filter=True, index=True)
    receipt: Mapped[int] = ref("loyalty_receipt", "Receipt", back="Lines", list=True, filter=True)
    category: Mapped[str | None] = text("Category", max_length=120, list=True, filter=True)
    quantity: Mapped[Decimal] = decimal("Quantity", places=3, minimum=0, default=1, list=True)
    amount: Mapped[Decimal] = money("Amount", list=True, filter=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)


# What segments, scores and forecasts ask of purchases stands in these whole: a million receipts need not be read for it.
_RECEIPT: Final = cast(Table, Receipt.__table__)
_ASKED: Final = tuple(_RECEIPT.c[name] for name in ("reversed", "trashed_at", "amount", "currency", "id"))
for _who in (_RECEIPT.c.contact, _RECEIPT.c.company):
    _known = _who.is_not(None)
    Index(
        f"ix_loyalty_receipt_{_who.name}_bought", _who, _RECEIPT.c.bought_at, *_ASKED,
        sqlite_where=_known, postgresql_where=_known,
    )  # fmt: skip
Index(
    "ix_loyalty_receipt_lately",
    *(_RECEIPT.c[name] for name in ("bought_at", "contact", "company", "reversed", "trashed_at")),
)
