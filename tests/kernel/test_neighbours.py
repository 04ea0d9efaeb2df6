"""Neighbours: before and behind a record is what the list itself shows there, on both engines and in every order."""

from collections.abc import Iterator

import pytest
from hookline.kernel.lists.filters import read_conditions
from hookline.kernel.lists.listing import ListQuery, fetch
from hookline.kernel.lists.neighbours import Neighbours, neighbours

from tests.kernel.orchard import READER, Tree, open_orchard
from tests.town import Town

HEIGHTS = (5, None, 3, 3, None, 8, 1, 3, None, 0, 5, 2)


@pytest.fixture
def town(migrated_url: str) -> Iterator[Town]:
    with open_orchard(migrated_url) as opened:
        with opened.house() as gate:
            gate.create_many(
                Tree, [{"name": f"tree {n % 5}", "height": height} for n, height in enumerate(HEIGHTS)]
            )
        yield opened


@pytest.mark.parametrize("sort", ["name", "-name", "height", "-height", "fruit", "-fruit", "-id"])
def test_neighbours_are_those_of_the_list(town: Town, sort: str) -> None:
    with town.as_("ada") as gate:
        info, query = gate.schema[Tree], ListQuery(columns=["name"], sort=sort, limit=100)
        whole = [row["id"] for row in fetch(gate, info, query, READER).rows]
        ends = [None, *whole, None]
        expected = [Neighbours(before, behind) for before, behind in zip(ends, ends[2:], strict=False)]
        statements = town.installation.database.statements
        assert [neighbours(gate, info, query, READER, id) for id in whole] == expected
        assert town.installation.database.statements - statements == len(whole)


def test_filters_narrow_them_and_the_record_itself_may_have_left_the_list(town: Town) -> None:
    with town.as_("ada") as gate:
        info = gate.schema[Tree]
        query = ListQuery(conditions=read_conditions(gate, info, [("height", "3")]), sort="id", limit=100)
        threes = [row["id"] for row in fetch(gate, info, query, READER).rows]
        outside = next(id for id in range(threes[0], threes[-1]) if id not in threes)
        before = max(id for id in threes if id < outside)
        behind = min(id for id in threes if id > outside)
        assert neighbours(gate, info, query, READER, outside) == Neighbours(before, behind)
        words = ListQuery(words="tree", sort="-id", limit=100)
        found = [row["id"] for row in fetch(gate, info, words, READER).rows]
        assert neighbours(gate, info, words, READER, found[3]) == Neighbours(found[2], found[4])


def test_a_record_out_of_sight_has_no_place_in_the_order(town: Town) -> None:
    with town.as_("ada") as gate:
        query = ListQuery(sort="name", limit=100)
        assert neighbours(gate, gate.schema[Tree], query, READER, 10_000) == Neighbours(None, None)
