"""Python's garbage collector, kept from what lasts as long as the process: it would go through it again and again."""

from __future__ import annotations

import gc
from typing import Final

# Python can say how much it leaves alone, but counts it anew each time: that takes long where there is much.
_SETTLED: Final[set[str]] = set()


def leave_alone(*, sweep: bool = True) -> None:
    """Let the collector leave alone what there is now, once it is swept: garbage would stay for good.

    Only the first call counts, here or in the process that this one was split off from.
    """
    if _SETTLED:
        return
    _SETTLED.add("all until now")
    if sweep:
        gc.collect()
    gc.freeze()
