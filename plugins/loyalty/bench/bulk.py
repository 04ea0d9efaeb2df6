"""Rows by the hundred thousand, straight into a table: what is measured afterwards is the asking, not the saving."""

import time
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Final, cast

from hookline_sdk import Record
from hookline_sdk.testing import Crm
from sqlalchemy import Table, text
from sqlalchemy.schema import CreateIndex, DropIndex

_AT_ONCE: Final = 10_000
_TOLD_EVERY: Final = 250_000


def fill(crm: Crm, entity: type[Record], rows: Iterator[Mapping[str, Any]]) -> None:
    """Write rows, all with the same columns. Indices are made anew afterwards, which takes a part of keeping them."""
    table = cast(Table, entity.__table__)
    house = {
        "created_at": crm.clock.now,
        "updated_at": crm.clock.now,
        "version": 1,
        "sort_key": "",
        "search": "",
    }
    began, done = time.perf_counter(), 0
    with crm.house() as gate:
        asked = text(
            "SELECT name FROM sqlite_master" if gate.tx.sqlite else "SELECT indexname FROM pg_indexes"
        )
        there = {name for (name,) in gate.tx.run(asked, why="bench")}
        indices = [index for index in table.indexes if index.name in there and not index.unique]
        for index in indices:
            gate.tx.run(DropIndex(index), why="bench")
    while some := [{**house, **row} for row in islice(rows, _AT_ONCE)]:
        with crm.house() as gate:
            gate.tx.insert_all(table, some, why="bench")
        done += len(some)
        if done % _TOLD_EVERY == 0:
            print(f"  {done} rows of {table.name}, {time.perf_counter() - began:.0f} s", flush=True)
    with crm.house() as gate:
        for index in indices:
            gate.tx.run(CreateIndex(index), why="bench")
        gate.tx.run(text(f"ANALYZE {table.name}"), why="bench")
        if not gate.tx.sqlite:
            number = f"pg_get_serial_sequence('{table.name}', 'id')"
            gate.tx.run(text(f"SELECT setval({number}, (SELECT max(id) FROM {table.name}))"), why="bench")
    print(f"  {done} rows of {table.name} in {time.perf_counter() - began:.0f} s", flush=True)
