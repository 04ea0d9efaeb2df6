"""What tests of the API ask for: the town with its API open, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.client import Api, Caller, open_api
from tests.town import Town


@pytest.fixture
def api(town: Town, tmp_path: Path) -> Iterator[Api]:
    """The API of the town; `api.caller("boris")` gives somebody a token."""
    with open_api(town, tmp_path / "data") as opened:
        yield opened


@pytest.fixture
def ada(api: Api) -> Caller:
    """The administrator."""
    return api.caller("ada")


@pytest.fixture
def boris(api: Api) -> Caller:
    """A seller."""
    return api.caller("boris")
