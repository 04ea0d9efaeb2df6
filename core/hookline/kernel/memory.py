"""What rarely changes (rights, pipelines, custom fields), remembered per process while the configuration's version stands."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final, Generic, TypeVar

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


class Latest(Generic[T]):
    """The values asked for last, at most so many: for what differs from person to person."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value under this key, made when it is not there."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


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
