"""What is kept of those who bring somebody: both get something after the first purchase of who was brought."""

import datetime as dt

from hookline_sdk import Choices, Entity, Mapped, Text, choice, integer, moment, only_one, ref, text

from hookline_loyalty.plugin import plugin


class ReferralState(Choices):
    """How far it has come."""

    waiting = "waiting", "Waiting for the first purchase", "blue"
    rewarded = "rewarded", "Rewarded", "green"


class Referral(Entity, plugin=plugin, icon="user-plus", title="note"):
    """A customer brought another one."""

    note: Mapped[str | None] = text("Referral", max_length=250, read_only=True, list=True, search=True)
    referrer: Mapped[int] = ref("contact", "Who brought", list=True, filter=True)
    referred: Mapped[int] = ref("contact", "Who was brought", list=True, filter=True)
    state: Mapped[str] = choice(
        "State", ReferralState, default=ReferralState.waiting, list=True, filter=True, read_only=True
    )
    source: Mapped[str | None] = text(
        "First purchase", max_length=200, hidden=True, read_only=True, index=True
    )
    # How often it was rewarded: again when the first purchase was taken back and another one came.
    rewards: Mapped[int] = integer("Rewards", default=0, hidden=True, read_only=True)
    rewarded_at: Mapped[dt.datetime | None] = moment("Rewarded", list=True, filter=True, read_only=True)


only_one(Referral, "referred", text=Text("Somebody has brought this customer already."))
