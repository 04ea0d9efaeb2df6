"""What holds where nothing else was agreed upon."""

from decimal import Decimal

from hookline_sdk import Mapped, Settings, percent, yes_no

from hookline_real_estate.plugin import plugin


@plugin.settings("Commission", icon="wallet")
class CommissionTerms(Settings):
    """What holds where no mandate and no plan says otherwise."""

    rate: Mapped[Decimal] = percent(
        "Commission of a deal, %", places=3, minimum=0, maximum=100, default=Decimal(3)
    )
    share: Mapped[Decimal] = percent(
        "Agent's share without a plan, %", places=3, minimum=0, maximum=100, default=Decimal(50)
    )
    starts: Mapped[bool] = yes_no("Begin a statement when a deal is won", default=True)
