"""Notes of what tests have reached, for `hookline plugin check`: a file that HOOKLINE_TEST_NOTES names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import exists, select

if TYPE_CHECKING:
    from hookline_sdk.testing.crm import Crm

NOTES: Final = "HOOKLINE_TEST_NOTES"


def leave_notes(crm: Crm) -> None:
    """Write down what was called in this installation, and which entities have records, where somebody wants to know."""
    place = os.environ.get(NOTES)
    if not place:
        return
    found = {f"{call.kind} {call.entity} {call.plugin}.{call.name}" for call in crm.hooks.calls}
    names = {plugin.name for plugin in crm.plugins}
    with crm.home.database.read() as tx:
        for info in crm.home.host.schema().entities.values():
            if info.owner in names and tx.run(select(exists(select(info.table.c.id))), why="test").scalar():
                found.add(f"entity {info.name}")
    with Path(place).open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in sorted(found))
