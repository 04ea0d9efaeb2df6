"""What tests of the kernel may ask for besides: the town with an orchard, a copy of one that is built once per session."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Settled, copied, opened, settled
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
