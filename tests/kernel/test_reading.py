"""What only reads leaves nothing behind, on both engines, and a refused statement does not end it."""

import pytest
from hookline.kernel.memory import configuration_version
from hookline.kernel.tables import configuration
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError

from tests.town import Town

_WRITING = update(configuration).values(version=configuration.c.version + 1000)


def test_reading_leaves_nothing_behind(town: Town) -> None:
    database = town.installation.database
    with database.read() as tx:
        before = configuration_version(tx)
        if database.sqlite:
            tx.run(_WRITING, why="test")
        else:
            with pytest.raises(DBAPIError, match="read-only"):
                tx.run(_WRITING, why="test")
            assert configuration_version(tx) == before, "the next statement is answered"
    with database.read() as tx:
        assert configuration_version(tx) == before


def test_who_reads_after_writing_is_held_to_reading_again(town: Town) -> None:
    database = town.installation.database
    if database.sqlite:
        pytest.skip("SQLite takes back what was written: see above")
    with database.write() as tx:
        tx.run(_WRITING, why="test")
    with database.read() as tx:
        for statement in (_WRITING, insert(configuration).values(id=2, version=1)):
            with pytest.raises(DBAPIError, match="read-only"):
                tx.run(statement, why="test")


def test_a_savepoint_in_what_reads_lets_a_failure_pass(town: Town) -> None:
    with town.installation.database.read() as tx:
        with pytest.raises(DBAPIError), tx.savepoint():
            tx.run(text("SELECT nothing FROM nowhere"), why="test")
        assert configuration_version(tx) >= 0
