"""The log of a process: one entry a line on standard error, in UTC, each beginning with when, how bad and where."""

import logging
import re
import sys
import time
from typing import Final

_LAYOUT: Final = "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s"
# What a terminal or a reader of logs could take for a new line, or for an order.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def begin_log() -> None:
    """Send what this process has to say to standard error, warnings and worse."""
    handler = _Standard()
    handler.setFormatter(_Plain())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)


class _Standard(logging.Handler):
    """Standard error as it is at the moment, not as it was when logging began."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one entry."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001  # a log that fails must not end what it tells of
            self.handleError(record)


class _Plain(logging.Formatter):
    """Every further line of an entry is indented, so that no text that was sent looks like an entry of its own."""

    def __init__(self) -> None:
        super().__init__(_LAYOUT, "%Y-%m-%dT%H:%M:%S")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        plain = _CONTROLS.sub(
            lambda found: repr(found[0])[1:-1], super().format(record).replace("\r\n", "\n")
        )
        return plain.replace("\n", "\n    ")
