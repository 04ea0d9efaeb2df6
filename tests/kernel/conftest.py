"""What tests of the kernel may ask for besides: the mill and the town with an orchard, copies of what is built once per session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hookline_sdk.testing import databases
from hookline_sdk.testing.databases import Template

from tests.conftest import Settled, copied, opened, settled
from tests.kernel.mill import open_mill
from tests.kernel.orchard import enter_orchard, plant_orchard
from tests.town import Town


@pytest.fixture
def orchard_town(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The town with trees of `tests.kernel.orchard`, on each engine."""
    with copied(request.getfixturevalue("settled_orchard"), engine_name, request, tmp_path) as (url, ids):
        yield from opened(enter_orchard(url), ids)


@pytest.fixture(scope="session")
def settled_orchard(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settled]:
    """A database in which the orchard has been planted, that nobody is connected to."""
    yield from settled(plant_orchard, engine_name, request, tmp_path_factory.mktemp("orchard"))


@pytest.fixture
def mill_url(mill_template: Template, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with the empty mill of `tests.kernel.mill`, on each engine; what else opens there is migrated then."""
    with databases.copied(mill_template, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def mill_template(
    engine_name: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Template]:
    """A database of the mill, that nobody is connected to."""
    server = "" if engine_name == "sqlite" else request.getfixturevalue("postgres_url")
    with databases.built(_build_mill, tmp_path_factory.mktemp("mill"), server) as template:
        yield template


def _build_mill(url: str) -> None:
    with open_mill(url):
        pass
