"""A walk: what its thread comes to is what is answered, and one that nobody waits for any more is not begun."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from hookline.kernel.plugins.watching.watch import Watch
from hookline.web.plugins.rescue import Walk


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


def test_it_answers_what_its_work_came_to(threads: ThreadPoolExecutor) -> None:
    async def walked() -> None:
        watch = Watch()
        assert await Walk[int](watch, reads=True).ended(threads, max, 2, 3) == 3
        with pytest.raises(ValueError, match="invalid literal"):
            await Walk[int](watch, reads=True).ended(threads, int, "three")
        assert watch.waiting == {}

    asyncio.run(walked())


def test_one_that_nobody_waits_for_any_more_is_not_begun(threads: ThreadPoolExecutor) -> None:
    free, begun = Event(), list[str]()

    async def left() -> None:
        walk = asyncio.ensure_future(Walk[None](Watch(), reads=True).ended(threads, begun.append, "begun"))
        # It stands behind what keeps the only thread busy.
        await asyncio.sleep(0)
        walk.cancel()
        with pytest.raises(asyncio.CancelledError):
            await walk

    threads.submit(free.wait)
    asyncio.run(left())
    free.set()
    threads.shutdown()
    assert begun == []
