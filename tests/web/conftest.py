"""What tests of the doors ask for: the town with its doors open, on each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.town import Town
from tests.web.visitor import Doors, open_doors


@pytest.fixture
def doors(town: Town, tmp_path: Path) -> Iterator[Doors]:
    """The application over the town; `doors.enter("boris")` signs somebody in."""
    with open_doors(town, tmp_path / "data") as opened:
        yield opened
