"""The gate costs no statement: a page asks the database as often for whoever sees little as for whoever sees all."""

import pytest

from tests.access.asking import Asker
from tests.access.world import World


@pytest.mark.parametrize(
    "path", ["/deals", "/deals/{id}", "/deals/board", "/api/v1/deals?count=1", "/search?q=mk"]
)
def test_a_page_costs_the_same_whatever_the_level(world: World, asker: Asker, path: str) -> None:
    first = world.truth.of("deal")[0]
    counts = {}
    for name in ("owner", "mate", "leader", "all"):
        who = world.principals[name]
        assert world.truth.sees(who, first)
        address = path.format(id=first.id)
        # What rarely changes is remembered after the first time.
        assert asker.get(who, address).status == 200
        before = world.installation.database.statements
        asker.get(who, address)
        counts[name] = world.installation.database.statements - before
    # Who sees nothing related saves the question what it is called.
    assert max(counts.values()) == counts["all"], counts
