"""Several serving processes, made by splitting this one: start-up happens once, and what it made is in memory once."""

import ctypes
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Final, NoReturn

from sqlalchemy.exc import SQLAlchemyError

from hookline.commands.guarding import Guard, Watched
from hookline.errors import SettingsError
from hookline.kernel.collector import leave_alone

log = logging.getLogger("hookline.serve")

_ENDING: Final = (signal.SIGTERM, signal.SIGINT)
_LOOK_EVERY: Final = 0.5
# What a process that is replaced has left for the requests it still can answer.
_FAREWELL: Final = 4.0
# What each has when all are asked to end: longer than the server itself waits for open requests.
_LAST_ORDERS: Final = 15.0
_PR_SET_PDEATHSIG: Final = 1
# By this a process asks the one it came from to start anew, and all others with it.
_RENEW: Final = signal.SIGTERM if sys.platform == "win32" else signal.SIGUSR1
_RENEW_EVERY: Final = 3.0
_LISTENING: Final = "_LISTENING_OF_HOOKLINE"


def can_split() -> bool:
    """Whether this system splits processes safely; macOS has libraries that do not bear it, Windows cannot at all."""
    return sys.platform == "linux"


def run_split(
    count: int,
    work: Callable[[], None],
    *,
    ready: Callable[[], None] = lambda: None,
    soon: float = 3.0,
    guard: Guard | None = None,
    renewed: Callable[[], bool] | None = None,
) -> bool:
    """Do `work` in so many processes until this one is asked to end; one that ends by itself is replaced.

    Each of them asks `renewed` every few seconds whether all should start anew. Then all end in good order, and this answers
    True: see `start_again`.

    With a `guard` one that hangs is replaced too. Nothing may be open that two processes cannot share: no connection, no
    thread. `ready` is called here once all have begun. One that ends sooner than after `soon` seconds would end again, and
    ends them all: SettingsError.
    """
    # What is left alone by the collector stays in pages that all processes share.
    leave_alone()
    family = _Family(work, soon, guard, renewed)
    with family.ends_with_us():
        for _ in range(count):
            family.split()
        ready()
        family.look_after()
    return family.again


def start_again(listening: socket.socket | None = None) -> NoReturn:
    """Become a new process of the same command, with what it imports anew. Whoever connects meanwhile waits at the socket."""
    environment = dict(os.environ)
    if listening is not None:
        listening.set_inheritable(True)
        environment[_LISTENING] = str(listening.fileno())
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)  # noqa: S606  # the command that runs now


def inherited_socket() -> socket.socket | None:
    """The socket that the process before this one listened on, after `start_again`."""
    number = os.environ.pop(_LISTENING, "")
    if not number:
        return None
    listening = socket.socket(fileno=int(number))
    listening.set_inheritable(False)
    return listening


class _Family:
    """The processes by their ids, with the time at which each began."""

    def __init__(
        self, work: Callable[[], None], soon: float, guard: Guard | None, renewed: Callable[[], bool] | None
    ) -> None:
        self._work, self._soon, self._guard, self._renewed = work, soon, guard, renewed
        self.again = False
        self._began: dict[int, float] = {}
        self._watched: dict[int, Watched] = {}
        self._leaving: dict[int, float] = {}
        self._ending = False

    def split(self) -> None:
        """Begin one more. A signal that comes meanwhile waits, or it would miss the new one."""
        watched = self._guard.watched() if self._guard else None
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        parent, child = os.getpid(), os.fork()
        if child == 0:
            self._be_one(parent, watched)
        self._began[child] = time.monotonic()
        if self._guard is not None:
            self._guard.handed_over()
        if watched is not None:
            self._watched[child] = watched
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        if self._ending:
            self._end()

    def look_after(self) -> None:
        """Return when all have ended."""
        broken = False
        while self._began:
            child, status = self._wait()
            if not child:
                self._replace_hanging()
                continue
            began, left = self._began.pop(child, None), self._leaving.pop(child, None)
            if watched := self._watched.pop(child, None):
                watched.close()
            if began is None or left is not None or self._ending:
                continue
            log.error("a serving process ended by itself: %s", os.waitstatus_to_exitcode(status))
            if time.monotonic() - began < self._soon:
                broken = True
                self._end()
            else:
                self.split()
        if broken:
            raise SettingsError("the serving processes end as soon as they begin; the log says why")

    @contextmanager
    def ends_with_us(self) -> Iterator[None]:
        """Whoever asks this process to end, asks them all."""
        before = {number: signal.signal(number, self._end) for number in _ENDING}
        before[_RENEW] = signal.signal(_RENEW, self._renew)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            for number, handler in before.items():
                signal.signal(number, handler)

    def _wait(self) -> tuple[int, int]:
        """The next that has ended, or (0, 0) after a while."""
        found = os.waitpid(-1, os.WNOHANG)
        if not found[0]:
            # SIGCHLD is held back, so one that ends right now is not missed.
            signal.sigtimedwait({signal.SIGCHLD}, _LOOK_EVERY)
            found = os.waitpid(-1, os.WNOHANG) if self._began else (0, 0)
        return found

    def _replace_hanging(self) -> None:
        now = time.monotonic()
        for child, until in self._leaving.items():
            if now >= until:
                _send(child, signal.SIGKILL)
        for child, watched in list(self._watched.items()):
            if self._guard is None or self._ending or child in self._leaving:
                continue
            hangs = self._guard.examine(child, watched)
            if hangs is not None:
                # One that still moves may answer what does not hang.
                self._leaving[child] = now + (_FAREWELL if hangs.moves else 0.0)
                self.split()
                _send(child, signal.SIGTERM if hangs.moves else signal.SIGKILL)

    def _renew(self, _number: int, _frame: FrameType | None) -> None:
        if not self._ending:
            self.again = True
            self._end()

    def _end(self, number: int = 0, _frame: FrameType | None = None) -> None:
        if number:
            self.again = False
        self._ending = True
        for child in self._began:
            self._leaving.setdefault(child, time.monotonic() + _LAST_ORDERS)
            _send(child, signal.SIGTERM)

    def _be_one(self, parent: int, watched: Watched | None) -> None:
        """Never returns: what this process was about to do after its work is for the one it came from."""
        failed = 1
        try:
            for number in (*_ENDING, _RENEW):
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {*_ENDING, signal.SIGCHLD})
            _end_with(parent)
            if self._renewed is not None:
                asking = (parent, self._renewed)
                threading.Thread(target=_ask_to_renew, args=asking, name="renewal", daemon=True).start()
            if self._guard is not None and watched is not None:
                self._guard.begin(watched)
            self._work()
            failed = 0
        except BaseException:
            log.exception("a serving process failed")
        finally:
            sys.stdout.flush()
            os._exit(failed)


def _ask_to_renew(parent: int, renewed: Callable[[], bool]) -> None:
    """Look until there is a reason to start anew, and tell the parent. A database that does not answer is none."""
    while True:
        time.sleep(_RENEW_EVERY)
        with suppress(SQLAlchemyError):
            if renewed():
                _send(parent, _RENEW)


def _send(child: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(child, number)


def _end_with(parent: int) -> None:
    """End also when the parent is killed, and could not ask us to."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        raise SystemExit
