"""What holds for all campaigns and surveys: how often, at which hours, who gets none for ever."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo, available_timezones

from hookline_sdk import Mapped, Problem, Settings, Text, choice, integer, percent, text, yes_no

from hookline_loyalty.campaigns.data import Language
from hookline_loyalty.plugin import plugin


@plugin.settings("Campaigns and surveys", icon="megaphone")
class Mailing(Settings):
    """How often somebody is written to, at which hours, and how what it brings is measured. It holds for all campaigns together."""

    house: Mapped[str | None] = text("Name of the house in letters", max_length=60)
    language: Mapped[str] = choice("Language of letters", Language, default=Language.en)
    zone: Mapped[str] = text(
        "Time zone", max_length=60, default="Europe/London", help="Such as Europe/Moscow"
    )
    most: Mapped[int] = integer("Letters to one person at most", minimum=1, maximum=100, default=2)
    within: Mapped[int] = integer("Within days", minimum=1, maximum=365, default=7)
    quiet_from: Mapped[int] = integer("Quiet from, hour", minimum=0, maximum=23, default=21)
    quiet_to: Mapped[int] = integer("Quiet until, hour", minimum=0, maximum=23, default=8)
    holdout: Mapped[Decimal] = percent(
        "Permanent holdout", places=1, minimum=0, maximum=20, default=2, help="Whom no campaign ever reaches"
    )  # fmt: skip
    four_eyes: Mapped[bool] = yes_no("Who wrote a campaign does not approve it")

    def check(self) -> Iterator[Problem]:
        """A zone that there is."""
        if self.zone not in available_timezones():
            yield Problem("zone", Text("There is no such time zone."))

    def loud_at(self, moment: dt.datetime) -> dt.datetime:
        """The moment itself, or the end of the quiet hours that it falls into."""
        local = moment.astimezone(ZoneInfo(self.zone))
        first, last = self.quiet_from, self.quiet_to
        quiet = first <= local.hour < last if first <= last else local.hour >= first or local.hour < last
        if not quiet or first == last:
            return moment
        ends = local.replace(hour=last, minute=0, second=0, microsecond=0)
        return (ends if ends > local else ends + dt.timedelta(days=1)).astimezone(dt.UTC)

    def today(self, now: dt.datetime) -> dt.date:
        """The day that it is where the house is."""
        return now.astimezone(ZoneInfo(self.zone)).date()
