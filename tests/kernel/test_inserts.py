"""Many rows at once: each arrives as it was given, whether what stands in it is the same in all of them or not."""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from hookline.kernel.db import Database
from hookline.kernel.types import Duration, Moment, Scaled, json_type
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    delete,
    select,
)
from sqlalchemy.exc import DataError, IntegrityError

ROWS: Final = 30
TABLE: Final = Table(
    "given_rows",
    MetaData(),
    Column("id", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("word", Text),
    Column("code", String(5)),
    Column("number", BigInteger),
    Column("yes", Boolean),
    Column("day", Date),
    Column("at", Moment()),
    Column("amount", Scaled(2)),
    Column("long", Duration()),
    Column("data", json_type()),
)
WORDS: Final = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
VALUES: Final[Mapping[str, st.SearchStrategy[Any]]] = {
    "word": WORDS,
    "code": st.sampled_from(("", "a", '"b"', "ёлка")),
    "number": st.integers(-(2**63), 2**63 - 1),
    "yes": st.booleans(),
    "day": st.dates(),
    "at": st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # the strategy adds the zone
    "amount": st.decimals(-(10**9), 10**9, places=2),
    "long": st.integers(-(10**9), 10**9).map(lambda seconds: timedelta(seconds=seconds)),
    "data": st.dictionaries(WORDS, st.one_of(st.booleans(), st.integers(-9, 9), WORDS), min_size=1),
}
COLUMNS: Final = {
    name: st.one_of(
        st.one_of(st.none(), values).map(lambda value: [value] * ROWS),
        st.lists(st.one_of(st.none(), values), min_size=ROWS, max_size=ROWS),
    )
    for name, values in VALUES.items()
}


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with closing(Database(database_url)) as database:
        with database.alter() as connection:
            TABLE.create(connection)
        yield database


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(given_columns=st.fixed_dictionaries(COLUMNS))
def test_rows_arrive_as_they_were_given(database: Database, given_columns: Mapping[str, list[Any]]) -> None:
    rows = [dict(zip(given_columns, row, strict=True)) for row in zip(*given_columns.values(), strict=True)]
    with database.write() as tx:
        tx.run(delete(TABLE), why="test")
        ids = tx.insert(TABLE, rows, why="test")
        tx.insert_all(TABLE, rows, why="test")
        found = tx.run(select(TABLE).order_by(TABLE.c.id), why="test").mappings().all()
    assert [row["id"] for row in found][:ROWS] == ids
    assert [{name: row[name] for name in VALUES} for row in found] == [*rows, *rows]


def test_a_text_that_is_too_long_is_refused_and_not_cut_off(database: Database) -> None:
    if database.sqlite:
        pytest.skip("SQLite keeps texts of any length in any column")
    for codes in (["longer"] * ROWS, ["fits", *["longer"] * (ROWS - 1)]):
        with pytest.raises(DataError), database.write() as tx:
            tx.insert_all(TABLE, [{"code": code} for code in codes], why="test")


def test_what_can_be_done_meanwhile_is_done_once_and_takes_nothing_from_the_insert(
    database: Database,
) -> None:
    done: list[str] = []
    rows = [{"word": f"word {number}"} for number in range(200)]
    with database.write() as tx:
        tx.meanwhile = lambda: done.append("read")
        first = tx.insert(TABLE, rows, why="test")
        second = tx.insert(TABLE, rows, why="test")
        found = tx.run(select(TABLE.c.id, TABLE.c.word).order_by(TABLE.c.id), why="test").all()
    assert [tuple(row) for row in found] == [
        (id, row["word"]) for ids in (first, second) for id, row in zip(ids, rows, strict=True)
    ]
    assert done == ([] if database.sqlite else ["read"]), "SQLite works in this very thread"


def test_an_insert_that_fails_fails_at_its_place_whatever_is_done_meanwhile(database: Database) -> None:
    with database.write() as tx:
        (taken,) = tx.insert(TABLE, [{"word": "there"}], why="test")
    rows = [{"id": taken + number, "word": ""} for number in range(200)]
    with database.write() as tx:
        for _ in range(2):
            tx.meanwhile = lambda: None
            with pytest.raises(IntegrityError), tx.savepoint():
                tx.insert(TABLE, rows, why="test")
        tx.insert(TABLE, rows[1:], why="test")
