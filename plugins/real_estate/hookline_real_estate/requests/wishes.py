"""How well an offer fits a request, in words: each wish is met, nearly met, or not."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from hookline_sdk import Text

from hookline_real_estate.properties.data import Feature
from hookline_real_estate.requests.data import Request, RequestState, Wish
from hookline_real_estate.requests.offers import Offer

# What each wish weighs against the others.
WEIGHTS = {Wish.price: 30, Wish.district: 25, Wish.area: 20, Wish.rooms: 20, Wish.floor: 5, Wish.features: 10}
# Of a hundred: what fits less is no match.
LEAST = 50


class Grade(IntEnum):
    """How far a wish is met."""

    missed = 0
    nearly = 1
    met = 2


@dataclass(frozen=True)
class Verdict:
    """One wish, how far it is met, and that in words."""

    wish: Wish
    grade: Grade
    text: Text


@dataclass(frozen=True)
class Weighed:
    """All wishes of a request against an offer. `fits` is whether the two belong together at all."""

    score: int
    fits: bool
    verdicts: tuple[Verdict, ...]


def weigh(request: Request, offer: Offer) -> Weighed:
    """How well an offer fits. The same as `matching.score` and `matching.fits` work out in the database."""
    verdicts = tuple(verdict for wish in Wish if (verdict := _verdict(wish, request, offer)))
    total = sum(WEIGHTS[verdict.wish] for verdict in verdicts) * Grade.met
    reached = sum(WEIGHTS[verdict.wish] * verdict.grade for verdict in verdicts)
    score = reached * 100 // total if total else 100
    fits = (
        request.state == RequestState.open
        and offer.on_offer
        and offer.purpose == request.purpose
        and (not request.kinds or offer.kind in request.kinds)
        and set(request.must_have) <= set(offer.features)
        and all(_allowed(request, verdict) for verdict in verdicts)
        and score >= LEAST
    )
    return Weighed(score, fits, verdicts)


def ids_in(kept: str | None) -> tuple[int, ...]:
    """The ids that are kept as ",1,4,"."""
    return tuple(int(id) for id in (kept or "").strip(",").split(",") if id)


def kept_ids(ids: Collection[int]) -> str | None:
    """How ids are kept so that one LIKE finds each of them; None for none."""
    return f",{','.join(map(str, sorted(ids)))}," if ids else None


def _allowed(request: Request, verdict: Verdict) -> bool:
    """A must is met; a price is at least nearly met."""
    if verdict.wish in request.strict:
        return verdict.grade == Grade.met
    return verdict.wish != Wish.price or verdict.grade > Grade.missed


def _verdict(wish: Wish, request: Request, offer: Offer) -> Verdict | None:
    """None where nothing is wished."""
    match wish:
        case Wish.price:
            return _ranged(
                wish,
                offer.price,
                request.price_from,
                request.price_to,
                request.price_least,
                request.price_most,
            )
        case Wish.area:
            return _ranged(
                wish, offer.area, request.area_from, request.area_to, request.area_least, request.area_most
            )
        case Wish.rooms:
            least, most = request.rooms_from, request.rooms_to
            return _ranged(wish, offer.rooms, least, most, _beside(least, -1), _beside(most, 1))
        case Wish.floor:
            least, most = request.floor_from, request.floor_to
            return _ranged(wish, offer.floor, least, most, _beside(least, -1), _beside(most, 1))
        case Wish.district:
            return _district(request, offer.district)
        case Wish.features:
            return _features(request, offer.features)


def _beside(bound: int | None, by: int) -> int | None:
    return None if bound is None else bound + by


def _district(request: Request, district: int | None) -> Verdict | None:
    if not request.within:
        return None
    if district is None:
        return Verdict(Wish.district, Grade.missed, Text("district not known"))
    if district in ids_in(request.within):
        return Verdict(Wish.district, Grade.met, Text("district"))
    if district in ids_in(request.around):
        return Verdict(Wish.district, Grade.nearly, Text("district next to it"))
    return Verdict(Wish.district, Grade.missed, Text("another district"))


def _features(request: Request, has: Collection[str]) -> Verdict | None:
    """What it must have and what would be nice, taken together; what is missing is named."""
    wanted = [one for one in Feature if one in request.must_have or one in request.nice_to_have]
    if not wanted:
        return None
    missing = [one for one in wanted if one not in has]
    if not missing:
        return Verdict(Wish.features, Grade.met, Text("features"))
    grade = Grade.missed if len(missing) == len(wanted) else Grade.nearly
    first, more = Text(missing[0].label), len(missing) - 1
    if more:
        return Verdict(
            Wish.features, grade, Text("missing: %(what)s and %(number)s more", what=first, number=more)
        )
    return Verdict(Wish.features, grade, Text("missing: %(what)s", what=first))


def _ranged(
    wish: Wish,
    value: Decimal | int | None,
    least: Decimal | int | None,
    most: Decimal | int | None,
    nearly_least: Decimal | int | None,
    nearly_most: Decimal | int | None,
) -> Verdict | None:
    if least is None and most is None:
        return None
    if value is None:
        return Verdict(wish, Grade.missed, _UNKNOWN[wish])
    if least is not None and value < least:
        near = nearly_least is not None and value >= nearly_least
        return Verdict(wish, Grade(near), _below(wish, least - value, least))
    if most is not None and value > most:
        near = nearly_most is not None and value <= nearly_most
        return Verdict(wish, Grade(near), _above(wish, value - most, most))
    return Verdict(wish, Grade.met, _MET[wish])


_MET = {
    Wish.price: Text("price"),
    Wish.area: Text("area"),
    Wish.rooms: Text("rooms"),
    Wish.floor: Text("floor"),
}
_UNKNOWN = {
    Wish.price: Text("price not known"),
    Wish.area: Text("area not known"),
    Wish.rooms: Text("rooms not known"),
    Wish.floor: Text("floor not known"),
}


def _below(wish: Wish, by: Decimal | int, least: Decimal | int) -> Text:
    """How far a value lies below what is wished."""
    match wish:
        case Wish.price:
            return Text("price %(percent)s%% below", percent=_whole(by * 100 / least))
        case Wish.area:
            return Text("%(number)s m² too small", number=_whole(by))
        case Wish.rooms:
            return Text("rooms: %(number)s too few", number=by)
        case _:
            return Text("floor: %(number)s too low", number=by)


def _above(wish: Wish, by: Decimal | int, most: Decimal | int) -> Text:
    """How far a value lies above what is wished."""
    match wish:
        case Wish.price if not most:
            return Text("price above")
        case Wish.price:
            return Text("price %(percent)s%% above", percent=_whole(by * 100 / most))
        case Wish.area:
            return Text("%(number)s m² too large", number=_whole(by))
        case Wish.rooms:
            return Text("rooms: %(number)s too many", number=by)
        case _:
            return Text("floor: %(number)s too high", number=by)


def _whole(value: Decimal | float) -> int:
    """At least one: what differs is not said to differ by nothing."""
    return max(1, round(value))
