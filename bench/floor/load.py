"""Fills the floor's tables from the seed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from sqlalchemy import Connection, Engine, Table, func, insert, select, text

from bench.floor.engine import reading
from bench.floor.tables import SEARCH_INDEXES, activities, companies, contacts, deals, metadata
from bench.seed import Seed

BATCH = 5000


def load(engine: Engine, seed: Seed) -> None:
    with engine.begin() as connection:
        metadata.create_all(connection)
        for statement in SEARCH_INDEXES[connection.dialect.name]:
            connection.execute(text(statement))
        _fill(connection, companies, (company._asdict() for company in seed.companies()))
        for batch in batches(contact._asdict() for contact in seed.contacts()):
            insert_contacts(connection, batch)
        _fill(connection, deals, (deal._asdict() for deal in seed.deals()))
        _fill(connection, activities, (activity._asdict() for activity in seed.activities()))
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.setval("contacts_id_seq", seed.contact_count)))
    with reading(engine).connect() as connection:
        connection.execute(text("VACUUM ANALYZE" if connection.dialect.name == "postgresql" else "ANALYZE"))


def insert_contacts(connection: Connection, rows: list[dict[str, object]]) -> None:
    for row in rows:
        row["search"] = f"{row['first_name']} {row['last_name']} {row['email']}".lower()
    connection.execute(insert(contacts), rows)


def _fill(connection: Connection, into: Table, rows: Iterable[dict[str, object]]) -> None:
    for batch in batches(rows):
        connection.execute(insert(into), batch)


def batches(rows: Iterable[dict[str, object]]) -> Iterator[list[dict[str, object]]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        yield batch
