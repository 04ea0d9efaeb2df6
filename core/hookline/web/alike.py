"""What is alike for everybody with the same rights and language is made once: menus, the frame of a page, the bars of a list.

It holds for one version of the configuration, and only while every plugin is asked: what hangs on anything else, such as the
address of the page, belongs into the `key`.
"""

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from hookline.kernel.memory import CHANGED, Latest
from hookline.kernel.prepared import rights_of

if TYPE_CHECKING:
    from hookline.web.visit import Visit

T = TypeVar("T")
_MOST: Final = 128


def alike(visit: "Visit", name: str, key: Hashable, make: Callable[[], T]) -> T:
    """What `make` gives, remembered under a name for this key. Under the developer bar it is made anew: templates may have changed."""
    gate = visit.gate
    if gate.configuration == CHANGED or gate.host.breaker.tripped or visit.site.developing is not None:
        return make()
    kept = gate.remembered(f"alike: {name}", _kept)
    found = kept.get((visit.language, rights_of(gate.actor), gate.actor.permissions, key), make)
    return cast(T, found)  # each name is always made by the same function


def _kept(_tx: object) -> Latest[Any]:
    return Latest(_MOST)
