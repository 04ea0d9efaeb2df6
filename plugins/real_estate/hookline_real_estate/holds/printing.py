"""What the command line says of holds."""

import datetime as dt

from hookline_sdk import CommandRun, select

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.plugin import plugin


@plugin.command
def ending_holds(run: CommandRun, hours: int = 24) -> None:
    """Print the units whose holds run out within so many hours: `hookline real_estate ending-holds --hours 48`."""
    with run.reading() as gate:
        found = select(Unit.number, Hold.until).join(Unit, Unit.id == Hold.unit)
        ending = found.where(
            Hold.state == HoldState.active,
            Hold.paid.is_(False),
            Hold.until <= gate.now + dt.timedelta(hours=hours),
        )
        for number, until in gate.rows(ending.order_by(Hold.until, Hold.id)):
            line = f"{until.isoformat(timespec='minutes')}  {number}"
            run.say(line)
