"""`Patience`: how long plugins are waited for. An installation sets one number, on which all of it hangs."""

from dataclasses import dataclass, fields
from typing import Final, Self

from hookline.kernel.plugins.contributions import Contribution

# What people have asked for by name may take longer than what only stands on their page.
_LONG: Final = frozenset({
    "report", "page", "route", "action", "bulk_action", "personal_data", "selection", "importer", "exporter",
    "endpoint", "before_save", "before_delete", "before_stage_change", "around_write", "follow", "erase",
})  # fmt: skip
_NEWS: Final = frozenset({"after_commit", "on"})


@dataclass(frozen=True)
class Patience:
    """All in seconds.

    After `shown` a page goes out without the contribution; after `longer` one that may take longer is late; after `lost` its
    thread is given up, and the process with it. In the background, where nobody waits: `news` and `quiet` without a sign
    of life, for who hears of events and for jobs. A process in which nothing has moved for `silent` is replaced too.
    While a process starts, an import or a seed has `start`.
    """

    shown: float = 2.0
    longer: float = 8.0
    lost: float = 10.0
    news: float = 60.0
    quiet: float = 600.0
    silent: float = 8.0
    start: float = 60.0

    @classmethod
    def of(cls, shown: float) -> Self:
        """All of it, from how long a page waits."""
        much = shown / cls.shown
        return cls(**{each.name: getattr(cls, each.name) * much for each in fields(cls)})

    def limits(self, contribution: Contribution, *, asked: bool) -> tuple[float, float]:
        """After how many seconds a call is late, and after how many it is lost; `asked` when somebody waits for a page."""
        if asked:
            return self.longer if contribution.kind in _LONG else self.shown, self.lost
        usual = self.news if contribution.kind in _NEWS else self.quiet
        quiet = float(contribution.options.get("quiet") or usual)
        return quiet, quiet
