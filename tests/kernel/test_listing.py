"""Lists: pages that follow each other without a gap, exact totals, and only what one may see, on both engines."""

import json
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hookline.errors import Invalid
from hookline.kernel.actor import Action, FieldRight, Level
from hookline.kernel.gate import Gate
from hookline.kernel.lists import listing
from hookline.kernel.lists.filters import read_conditions
from hookline.kernel.lists.listing import (
    ListQuery,
    Page,
    count_all,
    fetch,
    fetch_counted,
    grouped,
    list_ids,
    totals,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.kernel.orchard import READER, Tree
from tests.town import Town

HEIGHTS = (5, None, 3, 3, None, 8, 1, 3, None, 0, 5, 2)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
).map(lambda value: json.dumps(value).encode())
LARGEST = Decimal(2**63 - 1) / 100


@pytest.fixture
def town(orchard_town: Town) -> Town:
    return orchard_town


@pytest.fixture
def row_of_trees(town: Town) -> Town:
    """Twelve more trees, some of them as high as others, some of unknown height."""
    with town.house() as gate:
        rows = [{"name": f"tree {n % 5}", "height": height} for n, height in enumerate(HEIGHTS)]
        gate.create_many(Tree, rows)
    return town


def ask(gate: Gate, **how: Any) -> Page:
    return fetch(gate, gate.schema[Tree], ListQuery(columns=["name", "height"], **how), READER)


def ids(page: Page) -> list[int]:
    return [row["id"] for row in page.rows]


def walk(gate: Gate, **how: Any) -> tuple[list[int], list[int]]:
    """Every id from the first page to the last, and from the last back to the first."""
    there, page = [], ask(gate, **how)
    there += ids(page)
    while page.next:
        page = ask(gate, after=page.next, **how)
        there += ids(page)
    back = ids(page)[::-1]
    while page.previous:
        page = ask(gate, before=page.previous, **how)
        back += ids(page)[::-1]
    return there, back


@pytest.mark.parametrize(
    "sort", ["name", "-name", "height", "-height", "fruit", "-fruit", "created_at", "id", "-id"]
)
def test_pages_follow_each_other_without_gap_or_repetition(row_of_trees: Town, sort: str) -> None:
    with row_of_trees.as_("ada") as gate:
        whole = ids(ask(gate, sort=sort, limit=100))
        assert len(whole) == len(set(whole)) == 16
        for limit in (1, 3, 5, 16):
            there, back = walk(gate, sort=sort, limit=limit)
            assert there == whole
            assert back == whole[::-1]


def test_an_order_is_the_field_s_and_then_that_of_numbers(row_of_trees: Town) -> None:
    with row_of_trees.as_("ada") as gate:
        heights = [row["height"] for row in ask(gate, sort="height", limit=100).rows]
        known = [height for height in heights if height is not None]
        assert known == sorted(known)
        assert heights.count(None) == 4
        threes = [row["id"] for row in ask(gate, sort="-height", limit=100).rows if row["height"] == 3]
        assert threes == sorted(threes, reverse=True)


@pytest.mark.parametrize("sort", ["height", "-height", "fruit", "-fruit"])
@pytest.mark.parametrize("words", ["", "tree"])
def test_records_without_a_value_stand_at_the_end(row_of_trees: Town, sort: str, words: str) -> None:
    with row_of_trees.house() as gate:
        for fruit, tree in zip(
            ("pear", "apple"), ids(ask(gate, sort="id", words="tree", limit=2)), strict=True
        ):
            gate.update(Tree, tree, {"fruit": fruit})
    with row_of_trees.as_("ada") as gate:
        name = sort.removeprefix("-")
        query = ListQuery(columns=[name], sort=sort, words=words, limit=100)
        found = [row[name] for row in fetch(gate, gate.schema[Tree], query, READER).rows]
        known = [value for value in found if value is not None]
        assert 1 < len(known) < len(found)
        assert found[: len(known)] == sorted(known, reverse=sort.startswith("-"))


def test_a_jump_lands_where_the_pages_would(row_of_trees: Town) -> None:
    with row_of_trees.as_("ada") as gate:
        whole = ids(ask(gate, limit=100))
        page = ask(gate, offset=5, limit=4)
        assert ids(page) == whole[5:9]
        assert ids(ask(gate, before=page.previous, limit=4)) == whole[1:5]


def test_a_page_and_the_totals_of_the_whole_come_in_one_statement(town: Town) -> None:
    with town.as_("ada") as gate:
        info, query = gate.schema[Tree], ListQuery(columns=["name", "buyer", "price", "currency"], limit=2)
        fetch_counted(gate, info, query, READER, labels=["buyer"], sums=["price"])
        before = town.installation.database.statements
        page, found = fetch_counted(gate, info, query, READER, labels=["buyer"], sums=["price"])
        assert town.installation.database.statements == before + 1
        assert [(row["name"], row["buyer__label"]) for row in page.rows] == [
            ("Braeburn", "Acme Works"),
            ("Conference", None),
        ]
        assert found.count == 4
        assert found.sums == {"price": {"EUR": Decimal("84.60"), "USD": Decimal("120.00")}}
        assert totals(gate, info, query, READER, ["price"]) == found


def test_sums_outgrow_what_a_database_counts_in(town: Town) -> None:
    with town.house() as gate:
        gate.create_many(Tree, [{"name": "gold", "price": LARGEST, "currency": "CHF"}] * 3)
        gate.create(Tree, {"name": "debt", "price": -LARGEST, "currency": "GBP"})
    with town.as_("ada") as gate:
        info = gate.schema[Tree]
        found = totals(gate, info, ListQuery(), READER, ["price"])
        assert found.sums is not None
        assert found.sums["price"]["CHF"] == 3 * LARGEST
        assert found.sums["price"]["GBP"] == -LARGEST


def test_more_than_is_counted_is_said_without_sums(
    row_of_trees: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "MOST", 10)
    with row_of_trees.as_("ada") as gate:
        _, found = fetch_counted(gate, gate.schema[Tree], ListQuery(columns=["name"]), READER, sums=["price"])
        assert (found.count, found.capped, found.sums) == (11, True, None)
        assert count_all(gate, gate.schema[Tree], ListQuery(), READER) == 16


def test_an_empty_list_has_totals_too(town: Town) -> None:
    with town.as_("ada") as gate:
        info = gate.schema[Tree]
        query = ListQuery(columns=["name"], conditions=read_conditions(gate, info, [("height", "77")]))
        page, found = fetch_counted(gate, info, query, READER, sums=["price"])
        assert (page.rows, found.count, found.sums) == ([], 0, {})


def test_words_find_in_either_language_and_are_counted(town: Town) -> None:
    with town.as_("ada") as gate:
        info = gate.schema[Tree]
        for words, expected in (
            ("браеб", []),
            ("слива пирогами", ["Виктория"]),
            ("reds old", ["Braeburn"]),
            ("blue old", []),
            ("brae", ["Braeburn"]),
            ("!!", []),
        ):
            page, found = fetch_counted(gate, info, ListQuery(columns=["name"], words=words), READER)
            assert ([row["name"] for row in page.rows], found.count) == (expected, len(expected)), words


def test_somebody_sees_pages_and_totals_of_what_is_theirs(row_of_trees: Town) -> None:
    with row_of_trees.as_("boris") as gate:
        query = ListQuery(columns=["name", "buyer"], limit=1)
        page, found = fetch_counted(gate, gate.schema[Tree], query, READER, labels=["buyer"])
        assert found.count == 2
        assert ids(page) == [row_of_trees.ids["Braeburn"]]
        assert ids(ask(gate, after=page.next, limit=1)) == [row_of_trees.ids["Sapling"]]


def test_a_list_made_for_one_is_not_given_to_another(town: Town) -> None:
    counts: dict[str, set[int]] = {}
    for name in ("ada", "boris", "clara", "boris", "ada"):
        with town.as_(name) as gate:
            counts.setdefault(name, set()).add(len(ask(gate).rows))
    assert counts == {"ada": {4}, "boris": {2}, "clara": {2}}


def test_what_a_hidden_record_is_called_is_not_told(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.actor = replace(gate.actor, grants={**gate.actor.grants, ("company", "read"): Level.own})
        query = ListQuery(columns=["name", "buyer"], limit=1)
        (row,) = fetch(gate, gate.schema[Tree], query, READER, labels=["buyer"]).rows
        assert (row["buyer"], row["buyer__label"]) == (town.ids["acme"], None)


def test_a_hidden_title_is_not_told_either(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.actor = replace(gate.actor, fields={("company", "name"): FieldRight.hidden})
        query = ListQuery(columns=["name", "buyer"], limit=1)
        (row,) = fetch(gate, gate.schema[Tree], query, READER, labels=["buyer"]).rows
        assert row.get("buyer__label") is None


def test_linked_records_are_listed_as_far_as_one_sees_them(town: Town) -> None:
    with town.as_("ada") as gate:
        query = ListQuery(columns=["name", "tasters"], limit=1)
        (row,) = fetch(gate, gate.schema[Tree], query, READER, links=["tasters"]).rows
        assert set(row["tasters__label"].split(", ")) == {"Helen Marsh", "Иван Мельников"}
        assert row["tasters"] == tuple(sorted((town.ids["helen"], town.ids["ivan"])))


def test_what_lies_in_the_trash_is_a_list_of_its_own(town: Town) -> None:
    with town.house() as gate:
        gate.trash(Tree, town.ids["Sapling"])
    with town.as_("ada") as gate:
        assert town.ids["Sapling"] not in ids(ask(gate))
        assert ids(ask(gate, trash=True)) == [town.ids["Sapling"]]


def test_a_list_can_be_narrowed_to_what_one_may_do_something_to(town: Town) -> None:
    with town.as_("vera") as gate:
        gate.actor = replace(gate.actor, grants={**gate.actor.grants, ("orchard_tree", "export"): Level.own})
        assert ids(ask(gate, may=Action.export)) == []
        gate.actor = replace(gate.actor, user=town.ids["boris"])
        assert set(ids(ask(gate, may=Action.export))) == {town.ids["Braeburn"], town.ids["Sapling"]}


def test_groups_are_counted_and_summed_by_currency(town: Town) -> None:
    with town.as_("ada") as gate:
        found = {
            g.value: (g.count, g.sums)
            for g in grouped(gate, gate.schema[Tree], ListQuery(), READER, "fruit", ["price"])
        }
        assert found == {
            "apple": (1, {"price": {"EUR": Decimal("84.60")}}), "pear": (1, {"price": {"USD": Decimal("120.00")}}),
            "plum": (1, {"price": {}}), None: (1, {"price": {}}),
        }  # fmt: skip


def test_everything_found_is_walked_in_the_order_of_numbers(row_of_trees: Town) -> None:
    with row_of_trees.as_("ada") as gate:
        info, query = (
            gate.schema[Tree],
            ListQuery(conditions=read_conditions(gate, gate.schema[Tree], [("height", "3")])),
        )
        first = list_ids(gate, info, query, READER, 2)
        rest = list_ids(gate, info, query, READER, 100, after=first[-1])
        assert len(first) == 2
        assert [*first, *rest] == sorted({*first, *rest})
        assert len(first) + len(rest) == 4


@pytest.mark.parametrize("sort", ["nothing", "-prise", "tasters"])
def test_an_order_there_is_not_is_refused(town: Town, sort: str) -> None:
    with town.as_("ada") as gate, pytest.raises(Invalid) as refusal:
        ask(gate, sort=sort)
    assert [p.field for p in refusal.value.problems] == ["sort"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(
    cursor=st.text(max_size=60)
    | st.one_of(st.binary(max_size=40), JSON).map(lambda raw: urlsafe_b64encode(raw).decode())
)
def test_a_cursor_that_is_none_of_ours_is_refused(town: Town, cursor: str) -> None:
    with town.as_("ada") as gate:
        for sort in ("name", "height"):
            with suppress(Invalid):
                ask(gate, sort=sort, after=cursor)
