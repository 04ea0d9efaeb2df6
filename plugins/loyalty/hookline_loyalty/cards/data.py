"""What is kept of gift cards: the code that stands on one. Its money stands in the ledger."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import Catalog, Mapped, day, money, ref, text, yes_no

from hookline_loyalty.plugin import MENU, plugin


class GiftCard(
    Catalog, plugin=plugin, label="Gift card", slug="gift_cards", icon="credit-card", title="code",
    menu=MENU, menu_order=50,
):  # fmt: skip
    """Money that whoever names the code pays with, a part at a time."""

    code: Mapped[str | None] = text(
        "Code", max_length=40, unique=True, search=True, list=True, help="Empty: one is made."
    )
    amount: Mapped[Decimal] = money("Loaded with", minimum=0, list=True)
    contact: Mapped[int | None] = ref("contact", "Bought by", list=True, filter=True)
    ends_on: Mapped[dt.date | None] = day("Until", list=True, filter=True)
    account: Mapped[int | None] = ref("loyalty_account", "Account", back="Gift cards", read_only=True)
    blocked: Mapped[bool] = yes_no("Blocked", list=True, filter=True)
