"""What rarely changes (rights, pipelines, custom fields), remembered per process while the configuration's version stands."""

import threading
from collections.abc import Callable
from typing import Any, Final, TypeVar

from sqlalchemy import insert, select, update

from hookline.kernel.db import Transaction
from hookline.kernel.tables import configuration

T = TypeVar("T")
CHANGED: Final = -1


class Memory:
    """Remembered values by name. A version other than the one they were loaded at makes them be loaded again."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._version = CHANGED
        self._values: dict[str, Any] = {}

    def get(self, tx: Transaction, version: int, name: str, load: Callable[[Transaction], T]) -> T:
        """The value under this name, loaded in `tx` when it is not there for this version.

        Version CHANGED (this very transaction changed the configuration) loads without remembering.
        """
        if version == CHANGED:
            return load(tx)
        with self._lock:
            if version == self._version and name in self._values:
                return self._values[name]  # type: ignore[no-any-return]  # each name is always loaded by the same function
        value = load(tx)
        with self._lock:
            if version > self._version:
                self._version, self._values = version, {}
            if version == self._version:
                self._values[name] = value
        return value


def configuration_version(tx: Transaction) -> int:
    """The number that says which rights, pipelines and fields hold now."""
    return int(tx.run(select(configuration.c.version), why="configuration").scalar() or 0)


def configuration_changed(tx: Transaction) -> None:
    """Call after changing rights, pipelines, fields: everybody loads them anew from their next request on."""
    if (
        tx.run(
            update(configuration).values(version=configuration.c.version + 1), why="configuration"
        ).rowcount
        == 0
    ):
        tx.run(insert(configuration).values(id=1, version=1), why="configuration")
