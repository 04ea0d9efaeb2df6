"""`Pulse`: what a serving process tells the one that it was split off from: that it moves, and what it has given up on.

A page of memory that both can see. Whatever else the process does or no longer does, its parent can read there.
"""

import json
import mmap
import struct
import time
from collections.abc import Sequence
from typing import Final

_BEAT: Final = struct.Struct("d")
_SIZE: Final = struct.Struct("I")
_TEXT: Final = _BEAT.size + _SIZE.size
_ALL: Final = 4096


class Pulse:
    """Made before the split, by the parent."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _ALL)

    def beat(self) -> None:
        """Say that this process moves."""
        _BEAT.pack_into(self._memory, 0, time.monotonic())

    def silent_for(self) -> float:
        """The seconds since the last beat; 0 before the first: who starts may take long."""
        (last,) = _BEAT.unpack_from(self._memory, 0)
        return time.monotonic() - last if last else 0.0

    def give_up(self, switches: Sequence[str]) -> None:
        """Say which contributions will not come back: this process must be replaced."""
        text = json.dumps(list(switches)).encode()
        if len(text) <= _ALL - _TEXT:
            self._memory[_TEXT : _TEXT + len(text)] = text
            # Last: whoever sees the size sees the whole text.
            _SIZE.pack_into(self._memory, _BEAT.size, len(text))

    def given_up(self) -> list[str]:
        """What does not come back in that process."""
        (size,) = _SIZE.unpack_from(self._memory, _BEAT.size)
        found: list[str] = json.loads(self._memory[_TEXT : _TEXT + size]) if size else []
        return found

    def close(self) -> None:
        """Give the memory back."""
        self._memory.close()
