"""Files: kept outside the web root under random names, each belonging to one record."""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.crm.file_kinds import kind_of
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.entity import Entity
from hookline.kernel.fields import any_record, integer, text
from hookline.kernel.gate import Gate
from hookline.kernel.rules import BeforeSave

LARGEST: Final = 25 * 1024 * 1024
# Control characters, what turns the direction of writing, and what no file system takes.
_REFUSED: Final = re.compile(
    '[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff<>:"|?*]'
)
_LONGEST_NAME: Final = 180


class File(Entity, plugin=core, icon="paperclip"):
    """A file with a record. Seen by those who see the record. `key` is its random name in the store.

    Name and record can be changed; what the upload found out about the bytes cannot, nor be given by anybody.
    """

    own_door = True

    name: Mapped[str] = text("Name", search=True, list=True)
    about: Mapped[str | None] = any_record("With", list=True)
    content_type: Mapped[str] = text("Type", max_length=120, list=True, read_only=True)
    size: Mapped[int] = integer("Size in bytes", list=True, read_only=True)
    digest: Mapped[str] = text("SHA-256", max_length=64, hidden=True, read_only=True)
    key: Mapped[str] = text("Key", max_length=64, unique=True, hidden=True, read_only=True)


class _KeptName(str):
    """The name of a file whose bytes are kept, with what is known of them. No door makes one: only `keep_file`."""

    __slots__ = ("facts",)

    facts: Mapping[str, object]


@core.before_save(File)
def judge_file(event: BeforeSave[File]) -> None:
    """A file comes by its upload only, under a plain name, and stays what it is."""
    name = event.values.get("name")
    if isinstance(name, _KeptName):
        event.values.update({"name": str(name), **name.facts})
    elif event.before is None:
        event.reject("A file comes by its upload only.", "name")
    elif isinstance(name, str):
        event.values["name"] = clean_name(name)


def keep_file(
    gate: Gate,
    store: Path,
    name: str,
    content: bytes,
    about: str | None,
    *,
    further_types: Collection[str] = (),
) -> int:
    """Keep a file with a record and return its id. The bytes are on disk before the row is committed.

    `further_types` are endings that the installation takes besides the usual ones.
    """
    if len(content) > LARGEST:
        raise Invalid(
            [Problem("file", Text("This file is larger than %(limit)s MB.", limit=LARGEST // 1024 // 1024))]
        )
    kept = _KeptName(clean_name(name))
    content_type = kind_of(kept, content, further_types)
    key = secrets.token_hex(20)
    path = path_of(store, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    kept.facts = {
        "content_type": content_type, "size": len(content),
        "digest": hashlib.sha256(content).hexdigest(), "key": key,
    }  # fmt: skip
    try:
        return gate.create(File, {"name": kept, "about": about})
    except BaseException:
        path.unlink()
        raise


def clean_name(name: str) -> str:
    """A file's name without folders, and without what a screen or a file system would take for something else."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    clean = _REFUSED.sub("_", last).strip(" .") or "file"
    stem, dot, ending = clean.rpartition(".")
    if len(clean) > _LONGEST_NAME and dot and len(ending) <= 10:
        return stem[: _LONGEST_NAME - len(ending) - 1] + dot + ending
    return clean[:_LONGEST_NAME]


def open_file(gate: Gate, store: Path, id: int) -> tuple[File, Path]:
    """A file's record and where its bytes lie, for those who may see it."""
    file = gate.get(File, id)
    path = path_of(store, file.key)
    if not path.is_file():
        raise NotFound
    return file, path


def list_files(gate: Gate, about: str) -> list[File]:
    """The files of one record, newest first."""
    columns = (File.id, File.name, File.size, File.content_type, File.created_at)
    found = gate.rows(select(*columns).where(File.about == about).order_by(File.id.desc()))
    return [
        File(id=r.id, name=r.name, size=r.size, content_type=r.content_type, created_at=r.created_at)
        for r in found
    ]


def path_of(store: Path, key: str) -> Path:
    """Where the bytes of a file lie, by its key."""
    return store / key[:2] / key
