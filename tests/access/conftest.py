"""What the tests of access ask for: one world per engine, built once, and somebody who asks in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hookline_sdk.testing.databases import postgres_database

from tests.access.asking import Asker
from tests.access.world import World, open_world


@pytest.fixture(scope="session")
def world(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world of `tests.access.world`. Tests leave it as they found it."""
    yield from _built(engine_name, request, tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def changing_world(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Another one, for tests that change what is in it."""
    yield from _built(engine_name, request, tmp_path_factory.mktemp("changing"))


@pytest.fixture
def asker(world: World) -> Iterator[Asker]:
    """Somebody who asks for everybody."""
    found = Asker(world)
    yield found
    found.close()


def _built(engine: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[World]:
    if engine == "sqlite":
        with open_world(f"sqlite:///{folder / 'world.db'}", folder) as opened:
            yield opened
        return
    with (
        postgres_database(request.getfixturevalue("postgres_url"), template="template0") as url,
        open_world(url, folder) as opened,
    ):
        yield opened
