"""`Walk`: one request on its way through its door in a thread, from which it is called back when a plugin hangs there.

The thread itself cannot be ended. A page that is only read is asked for again in another thread, without what hangs; who
wanted to write is told that nothing was saved.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from threading import get_ident
from typing import Generic, TypeVar

from hookline.errors import Refused, Text
from hookline.kernel.plugins.watching.watch import Overdue, Watch
from hookline.web.api.problems import PLUGIN_FAILED

T = TypeVar("T")
G = TypeVar("G")


class Unanswered(Refused):
    """A plugin did not come back. The message names it; it is left out from now on, so the next request may do well.

    People read it on their form (422), programs are told whose fault it is (424).
    """

    def __init__(self, plugin: str, *, wrote: bool, api: bool) -> None:
        self.status = PLUGIN_FAILED if api else 422
        if wrote:
            text = Text(
                "The plugin %(plugin)s did not answer, so nothing was saved. Please try again.", plugin=plugin
            )
        else:
            text = Text("The plugin %(plugin)s did not answer. Please try again.", plugin=plugin)
        super().__init__(text)


class Walk(Generic[T]):
    """`ended` is None where a plugin hangs; then `overdue` says which. `reads` ends it soon, else only when it is lost."""

    def __init__(self, watch: Watch, *, reads: bool) -> None:
        self.overdue: Overdue | None = None
        self._watch, self._reads = watch, reads
        self._loop = asyncio.get_running_loop()
        self._answer: asyncio.Future[T] = self._loop.create_future()

    async def ended(self, threads: Executor, work: Callable[..., T], *given: object) -> T | None:
        """What `work` answers, done in one of these threads."""
        begun = threads.submit(self._go, work, *given)
        try:
            return await self._answer
        except asyncio.CancelledError:
            # Nobody waits for it any more: where no thread was free yet, it need not begin.
            begun.cancel()
            if self.overdue is None:
                raise
            return None

    def _go(self, work: Callable[..., T], *given: object) -> None:
        """In the thread, which tells the loop what came of it by itself: the pool's own future would be a second one on every page."""
        thread = get_ident()
        self._watch.waiting[thread] = self._hear
        try:
            found = work(*given)
        except BaseException as error:  # noqa: BLE001  # it is raised where the answer is awaited
            self._loop.call_soon_threadsafe(self._settle, self._answer.set_exception, error)
        else:
            self._loop.call_soon_threadsafe(self._settle, self._answer.set_result, found)
        finally:
            del self._watch.waiting[thread]

    def _settle(self, end: Callable[[G], None], given: G) -> None:
        """End the walk, unless it has ended already."""
        if not self._answer.done():
            end(given)

    def _hear(self, found: Overdue) -> None:
        """Told by whoever watches, in a thread of theirs."""
        if found.lost or self._reads:
            self._loop.call_soon_threadsafe(self._settle, self._leave, found)

    def _leave(self, found: Overdue) -> None:
        self.overdue = found
        self._answer.cancel()
