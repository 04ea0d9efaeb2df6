"""Time zones to choose from: the places of the world, each with how far its clocks are from UTC now."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

_PARTS: Final = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


def zone_choices(now: datetime, chosen: str) -> list[tuple[str, str]]:
    """(name, label) of every zone that has a place, of UTC, and of the chosen one."""
    known = available_timezones()
    places = {name for name in known if name.partition("/")[0] in _PARTS}
    return [(name, _label(name, now)) for name in ["UTC", *sorted(places | ({chosen} & known) - {"UTC"})]]


def _label(name: str, now: datetime) -> str:
    offset = now.astimezone(ZoneInfo(name)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    if name == "UTC":
        return name
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes >= 0 else "−"
    return f"{name.replace('_', ' ')} (UTC{sign}{hours}{f':{rest:02}' if rest else ''})"
