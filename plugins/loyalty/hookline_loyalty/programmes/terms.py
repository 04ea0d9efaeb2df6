"""What a point is worth and how long it lasts: the terms of the programme of points that is in force."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from hookline_sdk import Gate, Text, select

from hookline_loyalty.programmes.cents import NOTHING
from hookline_loyalty.programmes.data import Programme, ProgrammeKind, ProgrammeState


@dataclass(frozen=True)
class PointTerms:
    """The programme, what one of its points is worth in money of the house, and for how many days it lasts."""

    programme: int | None = None
    name: str = ""
    worth: Decimal = NOTHING
    lifetime: int | None = None
    birthday: int | None = None
    referrer: int | None = None
    referred: int | None = None

    def expires_on(self, day: dt.date) -> dt.date | None:
        """The last day of points that are given on this one."""
        return None if self.lifetime is None else day + dt.timedelta(days=self.lifetime)


def terms_of(gate: Gate) -> PointTerms:
    """The terms in force; points are worth nothing while there is no programme of them."""
    one = Programme
    found = gate.as_house(Text("the terms of points")).rows(
        select(one.id, one.name, one.worth, one.lifetime, one.birthday, one.referrer, one.referred).where(
            one.kind == ProgrammeKind.points, one.state == ProgrammeState.active
        )
    )
    for id, name, worth, lifetime, birthday, referrer, referred in found:
        return PointTerms(id, name, worth or NOTHING, lifetime, birthday, referrer, referred)
    return PointTerms()
