"""The installation that a command works on."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from hookline.kernel.installation import Installation
from hookline.settings import Settings
from hookline.start import create_installation, refuse_half_migrated


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[Installation]:
    """The installation of these settings, or of the environment's, migrated and ready; closed at the end."""
    with assembled(settings) as home:
        refuse_half_migrated(home)
        yield home


@contextmanager
def assembled(settings: Settings | None = None, *, even: Collection[str] = ()) -> Iterator[Installation]:
    """As `opened`, but the tables may be of any age or not there yet. `even` are plugins that run here though switched off."""
    home = create_installation(settings or Settings.from_environment(), even=even)
    try:
        yield home
    finally:
        home.database.close()
