"""Breadcrumbs: a file that stands while a plugin is being imported, so that one that ends the process is found.

The file is locked by the process that imports. A file that nobody holds was left by a process that died.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from hookline.kernel.plugins.watching.alarms import TookTooLong

_ENDING: Final = ".crumb"


class Breadcrumbs:
    """The breadcrumbs of one installation."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def laid(self, source: str, mark: str) -> Iterator[None]:
        """Stand while the block runs; stay if the process does not survive it, or it never ends. `mark` changes when the plugin does."""
        crumb, fallen = self._lay(source, mark), False
        try:
            yield
        except TookTooLong:
            fallen = True
            raise
        finally:
            if crumb is not None:
                path, handle = crumb
                if not fallen:
                    path.unlink(missing_ok=True)
                os.close(handle)

    def fallen(self) -> Mapping[str, str]:
        """The marks of the plugins whose import ended a process, by source."""
        found: dict[str, str] = {}
        for path in sorted(self._folder.glob(f"*{_ENDING}")):
            with suppress(OSError, ValueError, KeyError):
                said = self._read_abandoned(path)
                found |= {said["source"]: said["mark"]} if said else {}
        return found

    def forget(self, source: str) -> bool:
        """Give a fallen plugin another chance. False when it had not fallen."""
        gone = [path for path in self._folder.glob(f"*{_ENDING}") if self._is_of(path, source)]
        for path in gone:
            path.unlink(missing_ok=True)
        return bool(gone)

    def _lay(self, source: str, mark: str) -> tuple[Path, int] | None:
        """Write the file under another name first: it must not be seen before it is locked."""
        path = self._folder / f"{os.getpid()}-{abs(hash(source))}{_ENDING}"
        draft = path.with_suffix(".draft")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError:
            # An installation that cannot write here still starts; `hookline doctor` says so.
            return None
        _try_lock(handle)
        os.write(handle, json.dumps({"source": source, "mark": mark}).encode())
        os.fsync(handle)
        draft.rename(path)
        _sync_folder(self._folder)
        return path, handle

    def _is_of(self, path: Path, source: str) -> bool:
        with suppress(OSError, ValueError):
            said = self._read_abandoned(path)
            return said is not None and said.get("source") == source
        return False

    def _read_abandoned(self, path: Path) -> dict[str, str] | None:
        """What a crumb says; None while the process that laid it lives, or has just taken it away."""
        handle = os.open(path, os.O_RDWR)
        try:
            if not _try_lock(handle) or os.fstat(handle).st_nlink == 0:
                return None
            said: dict[str, str] = json.loads(os.read(handle, 10_000))
            return said
        finally:
            os.close(handle)


if sys.platform == "win32":

    def _try_lock(_handle: int) -> bool:
        # Windows does not let an open file be renamed or removed by others: what can be read was left.
        return True

    def _sync_folder(_folder: Path) -> None:
        return
else:
    import fcntl

    def _try_lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _sync_folder(folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
