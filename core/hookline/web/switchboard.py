"""The switchboard: which door stands at an address.

Litestar is given one handler for all addresses: its own registration looks at every route for each one, and a CRM whose
plugins bring their own records has many hundreds.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from litestar.exceptions import MethodNotAllowedException, NotFoundException

from hookline.errors import SettingsError

if TYPE_CHECKING:
    from hookline.web.doors import Door

_PARAMETER: Final = re.compile(r"\{(\w+):(int|str|path)\}")
_NUMBER: Final = re.compile(r"[0-9]{1,60}")

Found = tuple["Door", Mapping[str, str]]


@dataclass
class _Place:
    """One step of an address: the doors that stand here, and where the next step may lead."""

    doors: dict[str, "Door"] = field(default_factory=dict)
    named: dict[str, "_Place"] = field(default_factory=dict)
    int: "_Place | None" = None
    str: "_Place | None" = None
    path: "_Place | None" = None
    takes_rest: bool = False


class Switchboard:
    """All doors by address and method. A written step is preferred to a number, a number to any text, that to the rest."""

    def __init__(self, doors: Sequence["Door"]) -> None:
        self._root = _Place()
        places = {"": self._root}
        for door in doors:
            place = _place(places, door.path.rstrip("/"))
            if door.method in place.doors:
                raise SettingsError(f"{door.method} {door.path} is declared twice")
            place.doors[door.method] = door

    def find(self, method: str, path: str) -> Found:
        """The door for a request, with what stands in its address by name.

        Raises Litestar's NotFoundException, or MethodNotAllowedException which names the methods that are taken.
        """
        asked = "GET" if method == "HEAD" else method
        taken: set[str] = set()
        for place, values in self._meant(path):
            if asked in place.doors:
                door = place.doors[asked]
                return door, dict(zip(parameters(door.path), values, strict=True))
            taken |= place.doors.keys()
        if not taken:
            raise NotFoundException
        raise MethodNotAllowedException(headers={"Allow": ", ".join(_allowed(taken))})

    def methods(self, path: str) -> list[str]:
        """What an address takes, sorted; nothing when there is none."""
        found = {method for place, _ in self._meant(path) for method in place.doors}
        return _allowed(found) if found else []

    def _meant(self, path: str) -> list[tuple[_Place, tuple[str, ...]]]:
        """The places an address may mean. Those that take the rest of any address count only where there is no other."""
        found = list(_places(self._root, _steps(path), ()))
        exact = [each for each in found if not each[0].takes_rest]
        return exact or found


def parameters(path: str) -> list[str]:
    """The names of a path's parameters, in their order."""
    return [name for name, _ in _PARAMETER.findall(path)]


def _steps(path: str) -> list[str]:
    return [step for step in path.split("/") if step]


def _place(places: dict[str, _Place], path: str) -> _Place:
    """The place at an address, made if there is none; `places` are those that have been found."""
    found = places.get(path)
    if found is None:
        before, _, step = path.rpartition("/")
        found = places[path] = _next(_place(places, before), step)
    return found


def _next(place: _Place, step: str) -> _Place:
    if step in place.named:
        return place.named[step]
    parameter = _PARAMETER.fullmatch(step) if step.startswith("{") else None
    if parameter is None:
        return place.named.setdefault(step, _Place())
    kind = parameter[2]
    found: _Place | None = getattr(place, kind)
    if found is None:
        found = _Place(takes_rest=kind == "path")
        setattr(place, kind, found)
    return found


def _places(
    place: _Place, steps: Sequence[str], values: tuple[str, ...]
) -> Iterator[tuple[_Place, tuple[str, ...]]]:
    """Every place an address may mean, the most exact first."""
    if not steps:
        if place.doors:
            yield place, values
        return
    step, *others = steps
    if step in place.named:
        yield from _places(place.named[step], others, values)
    if place.int is not None and _NUMBER.fullmatch(step):
        yield from _places(place.int, others, (*values, step))
    if place.str is not None:
        yield from _places(place.str, others, (*values, step))
    if place.path is not None:
        yield place.path, (*values, "/".join(steps))


def _allowed(methods: Collection[str]) -> list[str]:
    return sorted({*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])})
