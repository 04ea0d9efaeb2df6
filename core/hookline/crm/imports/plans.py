"""Plans: several files of one folder with their mappings, imported one after the other."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from hookline.crm.imports.mappings import ImportMapping, read_mapping_file, unreadable


class PlanStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file and the mapping beside the plan that it is imported by."""

    file: str
    mapping: str


class Plan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in a plan's TOML file."""

    imports: tuple[PlanStep, ...]


def read_plan(path: Path, data: Path) -> Sequence[tuple[Path, ImportMapping]]:
    """The files to import, in their order. `path` is a plan or a single mapping, `data` the folder or the file it is about."""
    if not data.is_dir():
        return [(data, read_mapping_file(path))]
    try:
        plan = msgspec.toml.decode(path.read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise unreadable(path.name, error) from error
    return [(data / step.file, read_mapping_file(path.parent / step.mapping)) for step in plan.imports]
