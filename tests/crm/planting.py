"""Marks planted in every text there is, and the search for them in every byte and every column."""

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from hookline.kernel.db import Database
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Address
from hookline.kernel.schema import EntityInfo
from psycopg import sql

_PARTS = ("street", "city", "region", "code")


@dataclass
class Marks:
    """Random words by where they were planted. Only their ends are looked for: an index may keep beginnings once only."""

    planted: dict[str, str] = field(default_factory=dict)

    def new(self, place: str) -> str:
        """One more word."""
        word = "zq" + secrets.token_hex(8)
        self.planted[f"{place} {len(self.planted)}"] = word[-12:]
        return word

    def phone(self, place: str) -> str:
        """A number that can be dialled."""
        number = f"+1202{2 + secrets.randbelow(8)}{secrets.randbelow(10**6):06}"
        self.planted[f"{place} {len(self.planted)}"] = number[-7:]
        return number

    def value(self, place: str, kind: str) -> object:
        """A value for a field of this kind; None for kinds that are no texts."""
        if kind == "email":
            return f"{self.new(place)}@{self.new(place)}.example"
        if kind == "phone":
            return self.phone(place)
        if kind == "url":
            return f"https://{self.new(place)}.example/{self.new(place)}"
        if kind == "address":
            street, city, region, postcode = (self.new(f"{place}.{part}") for part in _PARTS)
            return Address(street, city, region, postcode, "DE")
        return f"{self.new(place)} {self.new(place)}" if kind in ("text", "long_text") else None

    def fields(self, gate: Gate, info: EntityInfo, *, but: tuple[str, ...] = ()) -> dict[str, object]:
        """A value for every field of an entity that takes a text."""
        found = {
            spec.name: self.value(f"{info.name}.{spec.name}", spec.kind)
            for spec in gate.writable(info)
            if spec.name not in but and (spec.max_length or 99) > 40 and spec.kind != "record"
        }
        return {name: value for name, value in found.items() if value is not None}

    def found(self, database: Database, folder: Path) -> dict[str, str]:
        """Where a mark still is, by the place where it was planted."""
        told: dict[str, str] = {}
        for where, content in _everything(database, folder):
            lower = content.lower()
            told |= {place: where for place, word in self.planted.items() if word.encode() in lower}
        return told


def _everything(database: Database, folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.name, path.name.encode() + path.read_bytes()
    if database.sqlite:
        yield from _sqlite(database)
    else:
        yield from _postgres(database)


def _sqlite(database: Database) -> Iterator[tuple[str, bytes]]:
    base = str(database.engine.url.database)
    for ending in ("", "-wal", "-shm"):
        path = Path(base + ending)
        if path.exists():
            yield f"database{ending}", path.read_bytes()
    with closing(sqlite3.connect(base)) as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE name LIKE '%!_fts' ESCAPE '!'"
        ).fetchall():
            # The index writes what words have in common only once: its own list has them whole.
            connection.execute(f"CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, '{name}', 'row')")
            yield (
                name,
                " ".join(str(term) for (term,) in connection.execute("SELECT term FROM temp.words")).encode(),
            )
            connection.execute("DROP TABLE temp.words")


def _postgres(database: Database) -> Iterator[tuple[str, bytes]]:
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        names = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        for (name,) in connection.execute(names).fetchall():
            rows = connection.execute(sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(name)))
            yield name, "\n".join(row for (row,) in rows).encode()
