"""Control groups: who gets nothing so that what a campaign brings can be told, drawn alike from every stratum.

The draw hangs on nothing but the seed and the person, so it can be repeated: two who work it out find the same people.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Final

# People who bought something are parted by what they spent into so many strata of one size.
BANDS: Final = 4
NONE: Final = "0"
_WHOLE: Final = 2**64
_HOLDOUT: Final = "permanent holdout"


def draw(seed: str, person: int) -> float:
    """A number from 0 up to 1, the same for the same seed and person."""
    told = hashlib.sha256(f"{seed}:{person}".encode()).digest()
    return int.from_bytes(told[:8], "big") / _WHOLE


def is_held_out(person: int, percent: Decimal) -> bool:
    """Whether somebody is of the permanent holdout. With a higher share more come in, and nobody comes out."""
    return draw(_HOLDOUT, person) * 100 < percent


def is_control(seed: str, person: int, percent: Decimal) -> bool:
    """Whether somebody who comes alone, when something happens, is of the control group."""
    return draw(seed, person) * 100 < percent


def bands(people: Collection[int], spent: Mapping[int, Decimal], tiers: Mapping[int, str]) -> dict[int, str]:
    """The stratum of each: how much they spent, in quarters of those who did, and their tier."""
    buyers = sorted((person for person in people if spent.get(person)), key=lambda p: (spent[p], p))
    place = {person: str(1 + rank * BANDS // len(buyers)) for rank, person in enumerate(buyers)}
    return {
        person: f"{place.get(person, NONE)}/{tiers[person]}" if person in tiers else place.get(person, NONE)
        for person in people
    }


def draw_control(seed: str, strata: Mapping[int, str], percent: Decimal) -> set[int]:
    """The control group: from each stratum its share, so that all of them together make `percent` to the nearest person.

    What a stratum lacks to a whole person is carried over to the next, in the order of their names.
    """
    members: dict[str, list[int]] = defaultdict(list)
    for person, stratum in strata.items():
        members[stratum].append(person)
    chosen: set[int] = set()
    reached = Decimal(0)
    for stratum in sorted(members):
        people = sorted(members[stratum], key=lambda person: (draw(seed, person), person))
        reached += len(people) * percent / 100
        wanted = int(reached.to_integral_value()) - len(chosen)
        chosen.update(people[:wanted])
    return chosen
