"""Shadows: what is done in a rehearsal is done to a copy, and nobody waits for it."""

import pytest
from hookline.crm.companies import Company
from hookline.kernel import shadows
from hookline.kernel.actor import house
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.shadows import cast_shadows
from sqlalchemy import text

from tests.town import Town


def _gate(town: Town, tx: Transaction) -> Gate:
    return town.installation.gate(tx, house("rehearsal"))


def test_others_write_to_the_same_records_meanwhile(town: Town) -> None:
    acme = town.ids["acme"]
    with town.installation.database.rehearse() as tx:
        rehearsed = _gate(town, tx)
        rehearsed.update(Company, acme, {"employees": 1})
        made = rehearsed.create(Company, {"name": "Only here"})
        with town.as_("boris") as gate:
            if not town.installation.database.sqlite:
                gate.tx.run(text("SET LOCAL lock_timeout = '2s'"), why="the test")
            assert gate.update(Company, acme, {"employees": 7}) == 2
            assert gate.find(Company, made) is None
        assert rehearsed.get(Company, acme).employees == 1
        assert rehearsed.get(Company, made).name == "Only here"
    with town.house() as gate:
        assert gate.get(Company, acme).employees == 7
        assert gate.find(Company, made) is None


def test_copies_keep_what_may_be_there_once_and_give_ids_nobody_has(town: Town) -> None:
    database = town.installation.database
    if database.sqlite:
        pytest.skip("SQLite is copied as a whole")
    with database.rehearse(but=("change",)) as tx:
        temporary = "SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = :kind"
        tables = set(tx.run(text(temporary), {"kind": "r"}, why="the test").scalars())
        assert {"company", "deal", "stage_interval", "user_roles_link"} <= tables
        assert "change" not in tables
        indexes = set(tx.run(text(temporary), {"kind": "i"}, why="the test").scalars())
        assert "pk_company" in indexes
        assert "ix_company_sort" not in indexes
        made = _gate(town, tx).create(Company, {"name": "Only here"})
    with town.house() as gate:
        assert gate.create(Company, {"name": "Kept"}) > made


def test_large_tables_keep_their_indexes(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    database = town.installation.database
    if database.sqlite:
        pytest.skip("SQLite is copied as a whole")
    monkeypatch.setattr(shadows, "_SMALL", 1)
    with database.rehearse() as tx:
        found = text("SELECT relname FROM pg_class WHERE relpersistence = 't' AND relkind = 'i'")
        assert "ix_company_sort" in set(tx.run(found, why="the test").scalars())


def test_shadows_go_with_their_transaction(town: Town) -> None:
    database = town.installation.database
    if database.sqlite:
        pytest.skip("SQLite is copied as a whole")
    with database.write() as tx:
        cast_shadows(tx.connection.execution_options(hookline_stamp="the test"))
    with database.read() as tx:
        left = text("SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r'")
        assert tx.run(left, why="the test").scalar() == 0
