"""`within`: an end to what a plugin does while a process starts, when nobody looks after it yet."""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

# What holds Python's own lock hears no alarm: after so many times its time of work the system ends the process.
_DEAF: Final = 2


class TookTooLong(Exception):
    """A plugin did not come to an end while the process started."""


class _Alarm(BaseException):
    """No Exception: a plugin that catches all of those would go on."""


@contextmanager
def within(seconds: float, *, deaf: bool = False) -> Iterator[None]:
    """TookTooLong when the block takes longer; with `deaf` the process ends where not even an alarm is heard.

    In the main thread of systems that have alarms. Elsewhere it is waited for.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    over = False

    def ring(_number: int, _frame: FrameType | None) -> None:
        if not over:
            raise _Alarm

    before = signal.signal(signal.SIGALRM, ring)
    # Again and again: the plugin may catch the first.
    outer = signal.setitimer(signal.ITIMER_REAL, seconds, seconds)
    if deaf:
        signal.setitimer(signal.ITIMER_PROF, seconds * _DEAF)
    try:
        yield
    except _Alarm as alarm:
        # With where the plugin was when it rang.
        raise TookTooLong(f"it took longer than {seconds:g} s").with_traceback(alarm.__traceback__) from None
    finally:
        over = True
        signal.setitimer(signal.ITIMER_REAL, *outer)
        if deaf:
            signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGALRM, before)
