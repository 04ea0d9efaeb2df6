"""What somebody looks for in the grid: rooms, layout, view, area and price, as it stands in the address of the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from hookline_sdk import PageRequest, number_in

from hookline_real_estate.buildings.data import UnitStatus, WindowView

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
    layouts: tuple[int, ...] = ()
    views: tuple[str, ...] = ()
    promoted: bool = False

    @classmethod
    def of(cls, asked: PageRequest) -> "Looking":
        """What the address asks for. What cannot be read is not asked."""
        rooms, layouts = _numbers(asked, "rooms"), _numbers(asked, "layout")
        views = tuple(view.value for view in WindowView if view.value in _several(asked, "view"))
        area_from, area_to, price_from, price_to = (_decimal(asked.query.get(name, "")) for name in _BOUNDS)
        free, promoted = (asked.query.get(name) == "1" for name in ("free", "promoted"))
        return cls(rooms, area_from, area_to, price_from, price_to, free, layouts, views, promoted)

    @property
    def pairs(self) -> list[tuple[str, object]]:
        """The same as parameters of an address."""
        bounds = [(name, getattr(self, name)) for name in _BOUNDS]
        asked: list[tuple[str, object]] = [("rooms", number) for number in self.rooms]
        asked += [(name, f"{bound:f}") for name, bound in bounds if bound is not None]
        asked += [("layout", layout) for layout in self.layouts] + [("view", view) for view in self.views]
        return [*asked, *((name, 1) for name in ("free", "promoted") if getattr(self, name))]

    def fits(
        self,
        rooms: int | None,
        area: Decimal | None,
        price: Decimal | None,
        status: str,
        *,
        layout: int | None = None,
        views: Sequence[str] = (),
        promoted: bool = False,
    ) -> bool:
        """Whether a unit is what is looked for. One whose measure is not known is not, where the measure matters."""
        return (
            (not self.rooms or rooms in self.rooms)
            and _lies(area, self.area_from, self.area_to)
            and _lies(price, self.price_from, self.price_to)
            and (not self.free or status == UnitStatus.free)
            and (not self.layouts or layout in self.layouts)
            and (not self.views or not set(self.views).isdisjoint(views))
            and (not self.promoted or promoted)
        )


def _numbers(asked: PageRequest, name: str) -> tuple[int, ...]:
    found = {number_in(each) for each in _several(asked, name)}
    return tuple(sorted(number for number in found if number is not None))


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
