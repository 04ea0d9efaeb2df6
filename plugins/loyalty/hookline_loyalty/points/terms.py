"""How points are kept, as the settings say."""

from hookline_sdk import Mapped, Settings, integer

from hookline_loyalty.plugin import plugin


@plugin.settings("Points in hand", icon="wallet")
class Keeping(Settings):
    """When customers are told that something ends, and how long points last that come back after their time."""

    warn_days: Mapped[int] = integer("Warn before points end, days", minimum=1, maximum=365, default=14)
    back_days: Mapped[int] = integer(
        "Points that come back after their time last, days", minimum=1, maximum=365, default=30
    )
