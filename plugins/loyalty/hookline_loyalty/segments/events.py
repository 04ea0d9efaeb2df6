"""What others hear of segments."""

from hookline_sdk import Event

from hookline_loyalty.plugin import plugin


class Entered(Event, plugin=plugin):
    """Somebody has come into a segment. `why` is "hand", "rule" (it was changed), "change" (theirs) or "time"."""

    segment: int
    contact: int | None = None
    company: int | None = None
    why: str = "change"


class Left(Event, plugin=plugin):
    """Somebody belongs to a segment no longer. `why` as for `Entered`."""

    segment: int
    contact: int | None = None
    company: int | None = None
    why: str = "change"
