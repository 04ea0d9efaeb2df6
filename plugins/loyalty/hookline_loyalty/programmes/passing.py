"""Passes: every so-manieth item of some goods is free, the cheapest ones first; each item that is paid for brings a stamp."""

from collections.abc import Iterator

from hookline_sdk import Text

from hookline_loyalty.programmes.bill import Effect, Stamps
from hookline_loyalty.programmes.book import Book
from hookline_loyalty.programmes.cents import NOTHING
from hookline_loyalty.programmes.working import Working


def stamp(book: Book, work: Working, *, paid: bool) -> Iterator[tuple[Effect, Stamps | None]]:
    """What each pass makes free, and what becomes of its stamps. On a paid bill items bring stamps, and none is free."""
    for one in book.passes:
        places = work.cheapest(at for at, line in enumerate(work.lines) if one.scope.covers(line))
        items = sum(work.whole(at) for at in places)
        record = f"loyalty_programme:{one.id}"
        if not items:
            yield (
                Effect(
                    "pass", one.name, False, Text("Nothing on the bill counts for this pass."), record=record
                ),
                None,
            )
            continue
        free = 0 if paid else (one.stamps + items) // one.every
        off, to_free = NOTHING, free
        for at in places:
            number = min(to_free, work.whole(at))
            if number:
                off += work.free(at, number)
                to_free -= number
        added, taken = items - free, free * (one.every - 1)
        after = one.stamps + added - taken
        if free:
            why = Text("Free with %(every)s stamps each: %(number)s", every=one.every - 1, number=free)
        else:
            why = Text("Stamps: %(have)s of %(every)s", have=min(after, one.every - 1), every=one.every - 1)
        yield (
            Effect("pass", one.name, bool(free), why, off, record),
            Stamps(one.id, one.name, added, taken, after),
        )
