"""`hookline export`: all records of an entity as a file."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from hookline.commands import opened
from hookline.crm.export_files import FORMATS, write_csv, write_json, write_xlsx
from hookline.crm.exports import file_value, json_value, remember_export
from hookline.crm.imports.runs import reader_of
from hookline.errors import NotFound
from hookline.kernel.gate import Gate
from hookline.kernel.listing import ListQuery, fetch
from hookline.kernel.schema import EntityInfo

_KNOWN = ("user", "team", "stage")


@click.command("export")
@click.argument("entity")
@click.option("--format", "format", type=click.Choice(sorted(FORMATS)), default="csv", show_default=True)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file; else the standard output.",
)
def export_(entity: str, format: str, target: Path | None) -> None:
    r"""Write every record of an entity that is not in the trash, with all its fields.

    \b
    Example:
      hookline export deal --format xlsx --to deals.xlsx
    """
    with opened() as home, home.house("export") as gate:
        info = _entity(gate, entity)
        names = [f.name for f in gate.readable(info) if not f.hidden or f.name == "currency"]
        lines = list(_lines(gate, info, names, as_json=format == "json"))
        pieces = _written(info, names, lines, format)
        if target is None:
            sys.stdout.buffer.writelines(pieces)
        else:
            with target.open("wb") as file:
                file.writelines(pieces)
            click.echo(f"{target}: {len(lines)} records")
        remember_export(gate, info, rows=len(lines), format=format, columns=names, query="")


def _entity(gate: Gate, name: str) -> EntityInfo:
    try:
        return gate.schema[name]
    except NotFound:
        known = ", ".join(sorted(gate.schema.entities))
        raise click.BadParameter(
            f"there is no entity {name!r}; there are {known}", param_hint="ENTITY"
        ) from None


def _lines(gate: Gate, info: EntityInfo, names: Sequence[str], *, as_json: bool) -> Iterator[list[object]]:
    fields, reader = [info.fields[name] for name in names], reader_of(gate)
    labels = [f.name for f in fields if f.is_reference and f.kind not in _KNOWN and f.target != "pipeline"]
    values: list[Any] = [lambda row: row["id"]] if as_json else []
    values += [json_value(f) if as_json else file_value(gate, f, reader) for f in fields]
    query = ListQuery(columns=names, limit=500)
    while True:
        page = fetch(gate, info, query, reader, labels=labels)
        yield from ([value(row) for value in values] for row in page.rows)
        if not page.next:
            return
        query = replace(query, after=page.next)


def _written(
    info: EntityInfo, names: Sequence[str], lines: list[list[object]], format: str
) -> Iterator[bytes]:
    if format == "json":
        return write_json(["id", *names], lines)
    heads = [info.fields[name].label for name in names]
    return write_csv(heads, lines, "en") if format == "csv" else write_xlsx(heads, lines)
