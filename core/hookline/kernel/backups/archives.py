"""Archives: one zip file with a backup's parts, and last in it the manifest that says what each must be."""

import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Final

from hookline.errors import BackupError

FORMAT: Final = 1
FILES: Final = "files/"
_MANIFEST: Final = "manifest.json"
_PIECE: Final = 1 << 20


@dataclass(frozen=True)
class Part:
    """What one part of an archive must be."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an archive holds: from which engine and version, made when (ISO, UTC), rows by table, parts by name."""

    engine: str
    version: str
    made_at: str
    tables: Mapping[str, int]
    parts: Mapping[str, Part]

    @property
    def rows(self) -> int:
        """How many rows all tables have together."""
        return sum(self.tables.values())

    @property
    def files(self) -> list[str]:
        """The files of records in it, by their paths below the folder of files."""
        return [name.removeprefix(FILES) for name in self.parts if name.startswith(FILES)]


class ArchiveWriter:
    """Writes parts one after the other, noting size and digest of each."""

    def __init__(self, zipped: zipfile.ZipFile) -> None:
        self._zipped = zipped
        self.parts: dict[str, Part] = {}

    def add(self, name: str, pieces: Iterable[bytes | bytearray | memoryview]) -> None:
        """Write one part from its pieces."""
        digest, size = hashlib.sha256(), 0
        with self._zipped.open(name, "w", force_zip64=True) as part:
            for piece in pieces:
                part.write(piece)
                digest.update(piece)
                size += len(piece)
        self.parts[name] = Part(size, digest.hexdigest())

    def add_file(self, name: str, path: Path) -> None:
        """Write one part from a file; nothing when it has just been removed."""
        with suppress(FileNotFoundError), path.open("rb") as source:
            self.add(name, _pieces(source))

    def finish(self, *, engine: str, version: str, made_at: str, tables: Mapping[str, int]) -> Manifest:
        """Write the manifest. What has none is no archive."""
        manifest = Manifest(engine, version, made_at, tables, self.parts)
        self._zipped.writestr(_MANIFEST, json.dumps({"format": FORMAT, **asdict(manifest)}, indent=1))
        return manifest


class Archive:
    """An archive that is open for reading."""

    def __init__(self, zipped: zipfile.ZipFile, manifest: Manifest) -> None:
        self._zipped = zipped
        self.manifest = manifest

    def check(self) -> None:
        """BackupError when a part is missing, changed, or one too many."""
        there = set(self._zipped.namelist()) - {_MANIFEST}
        wrong = sorted(there ^ set(self.manifest.parts))
        if wrong:
            raise BackupError(
                f"{wrong[0]} is {'not listed' if wrong[0] in there else 'missing'} in the archive"
            )
        for name in self.manifest.parts:
            for _ in self.read(name):
                """Reading compares."""

    def read(self, name: str) -> Iterator[bytes]:
        """One part in pieces. BackupError at its end when it is not what the manifest says."""
        digest, size = hashlib.sha256(), 0
        try:
            with self._zipped.open(name) as part:
                for piece in _pieces(part):
                    digest.update(piece)
                    size += len(piece)
                    yield piece
        except (zipfile.BadZipFile, KeyError, OSError, EOFError) as error:
            raise BackupError(f"{name} cannot be read: {error}") from error
        if Part(size, digest.hexdigest()) != self.manifest.parts.get(name):
            raise BackupError(f"{name} is not what was backed up")

    def unpack(self, name: str, path: Path) -> None:
        """Write one part into a file."""
        with path.open("wb") as target:
            for piece in self.read(name):
                target.write(piece)


@contextmanager
def write_archive(target: Path) -> Iterator[ArchiveWriter]:
    """Write an archive that stands under its name only once it is whole. It holds secrets: only its owner may read it."""
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.touch(mode=0o600)
    try:
        with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as zipped:
            yield ArchiveWriter(zipped)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def open_archive(path: Path) -> Iterator[Archive]:
    """Open an archive. BackupError when it is none, or of a format that this version does not know."""
    try:
        zipped = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        raise BackupError(f"{path} is not a backup: {error}") from error
    with zipped:
        yield Archive(zipped, _manifest(zipped, path))


def _manifest(zipped: zipfile.ZipFile, path: Path) -> Manifest:
    try:
        found: dict[str, Any] = json.loads(zipped.read(_MANIFEST))
        known = found.pop("format")
        if known != FORMAT:
            raise BackupError(f"{path} has format {known}; this version reads {FORMAT}")
        parts = {name: Part(**part) for name, part in found.pop("parts").items()}
        return Manifest(**found, parts=parts)
    except (KeyError, ValueError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise BackupError(f"{path} is not a backup of Hookline: its manifest cannot be read") from error


def _pieces(source: IO[bytes]) -> Iterator[bytes]:
    while piece := source.read(_PIECE):
        yield piece
