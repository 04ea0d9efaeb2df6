"""`tries`: asking a process again and again until it has done what it does in its own time."""

import time
from collections.abc import Iterator
from typing import Final

# Nobody waits so long for what works, however busy the machine is.
_LONGEST: Final = 120.0


def tries() -> Iterator[None]:
    """Once for each try, until there has been time enough: answers come sooner on one machine than on another."""
    over = time.monotonic() + _LONGEST
    while time.monotonic() < over:
        yield
