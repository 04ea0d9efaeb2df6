"""Whether anything was written: a digest of every table, of the files, and how many statements went out."""

import hashlib
from pathlib import Path

from hookline.kernel.entity import Base
from sqlalchemy import select

from tests.access.world import World

# Written by every request of a session or token: when it was last used. By refusals: that there was one.
NOT_COUNTED = frozenset({"session", "api_token"})


def tables_of(world: World) -> dict[str, str]:
    """The digest of every table's rows, by its name."""
    owners = {"core", "warden"}
    found = {}
    with world.installation.database.read() as tx:
        for name, table in sorted(Base.metadata.tables.items()):
            if table.info.get("owner") not in owners or name in NOT_COUNTED:
                continue
            columns = [c for c in table.c if c.info.get("owner", table.info["owner"]) in owners]
            rows = sorted(repr(tuple(row)) for row in tx.run(select(*columns), why="test"))
            found[name] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def files_of(folder: Path) -> dict[str, int]:
    """Every file that was kept, with its size; the database itself aside."""
    kept = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("world.db"))
    return {str(path.relative_to(folder)): path.stat().st_size for path in kept}
