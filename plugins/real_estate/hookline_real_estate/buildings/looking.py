"""What somebody looks for in the grid: rooms, area and price, as it stands in the address of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from hookline_sdk import PageRequest

from hookline_real_estate.buildings.data import UnitStatus

_BOUNDS = ("area_from", "area_to", "price_from", "price_to")


@dataclass(frozen=True)
class Looking:
    """Ranges include their ends; what is None or empty does not matter."""

    rooms: tuple[int, ...] = ()
    area_from: Decimal | None = None
    area_to: Decimal | None = None
    price_from: Decimal | None = None
    price_to: Decimal | None = None
    free: bool = False

    @classmethod
    def of(cls, asked: PageRequest) -> "Looking":
        """What the address asks for. What cannot be read is not asked."""
        rooms = [int(said) for said in _several(asked, "rooms") if said.isascii() and said.isdecimal()]
        area_from, area_to, price_from, price_to = (_decimal(asked.query.get(name, "")) for name in _BOUNDS)
        free = asked.query.get("free") == "1"
        return cls(tuple(sorted(set(rooms))), area_from, area_to, price_from, price_to, free)

    @property
    def pairs(self) -> list[tuple[str, object]]:
        """The same as parameters of an address."""
        bounds = [(name, getattr(self, name)) for name in _BOUNDS]
        asked: list[tuple[str, object]] = [("rooms", number) for number in self.rooms]
        asked += [(name, f"{bound:f}") for name, bound in bounds if bound is not None]
        return [*asked, *([("free", 1)] if self.free else [])]

    def fits(self, rooms: int | None, area: Decimal | None, price: Decimal | None, status: str) -> bool:
        """Whether a unit is what is looked for. One whose measure is not known is not, where the measure matters."""
        return (
            (not self.rooms or rooms in self.rooms)
            and _lies(area, self.area_from, self.area_to)
            and _lies(price, self.price_from, self.price_to)
            and (not self.free or status == UnitStatus.free)
        )


def _several(asked: PageRequest, name: str) -> Sequence[str]:
    return asked.repeated.get(name, ())


def _decimal(said: str) -> Decimal | None:
    try:
        found = Decimal(said)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < 10**15 else None


def _lies(value: Decimal | None, least: Decimal | None, most: Decimal | None) -> bool:
    if least is None and most is None:
        return True
    return value is not None and (least is None or value >= least) and (most is None or value <= most)
