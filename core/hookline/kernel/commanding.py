"""`CommandRun`: what a plugin's command gets: gates, the time, and a way to say something."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from hookline.kernel.actor import house
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation


@dataclass(frozen=True)
class CommandRun:
    """One run of `hookline <plugin> <command>`. `say` writes a line to the terminal; `name` is "<plugin>.<command>"."""

    home: Installation
    name: str
    say: Callable[[str], None]

    @property
    def now(self) -> datetime:
        """The time, aware, UTC."""
        return self.home.clock()

    @contextmanager
    def transaction(self) -> Iterator[Gate]:
        """A writing gate with the house's rights. Commits at the end of the block; the history names the command."""
        with self.home.house(f"command {self.name}") as gate:
            yield gate

    @contextmanager
    def reading(self) -> Iterator[Gate]:
        """A gate that only reads, with the house's rights."""
        with self.home.database.read() as tx:
            yield self.home.gate(tx, house(f"command {self.name}"))
