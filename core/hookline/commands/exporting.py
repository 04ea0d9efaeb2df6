"""`hookline export`: the records of an entity as a file, written while it is read, however many there are."""

import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import click
from sqlalchemy import select

from hookline.commands.installations import opened
from hookline.crm.access.actors import load_actor
from hookline.crm.access.users import User
from hookline.crm.exports.choosing import (
    Export,
    heads,
    lines,
    may_be_read_along,
    must_export,
    note_export,
    read_page,
    written,
)
from hookline.crm.exports.files import FORMATS
from hookline.crm.listeners import reader_of
from hookline.errors import NotFound
from hookline.kernel.actor import Actor, house
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.filters import read_conditions
from hookline.kernel.lists.listing import ListQuery, count_all
from hookline.kernel.memory import configuration_version
from hookline.kernel.schema import EntityInfo

_OF_THE_LIST = ("q", "sort", "column", "trash")


@click.command("export")
@click.argument("entity")
@click.option("--format", "format", type=click.Choice(sorted(FORMATS)), default="csv", show_default=True)
@click.option(
    "--query", default="", help="What stands behind the ? of a list's address: filters, q, sort, column."
)
@click.option(
    "--as", "email", metavar="EMAIL", help="Export with this person's rights; else with the house's."
)
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file; else the standard output.",
)
def export_(entity: str, format: str, query: str, email: str | None, target: Path | None) -> None:
    r"""Write the records of an entity that are not in the trash, with all fields or those of --query. Nobody has to wait for it.

    \b
    Example:
      hookline export deal --query "amount.gte=5000&sort=-amount" --format xlsx --to deals.xlsx
    """
    with opened() as home:
        with home.database.read() as tx:
            export, reader, count = _read(home, tx, email, entity, format, query)
        with home.database.write() as tx:
            note_export(home.gate(tx, _actor(home, tx, email)), export, rows=count, asked=query)
        with home.database.read() as tx:
            gate = home.gate(tx, _actor(home, tx, email))
            pieces = written(export, heads(export, {}), _lines(gate, export, reader), reader.language)
            if target is None:
                sys.stdout.buffer.writelines(pieces)
            else:
                with target.open("wb") as file:
                    file.writelines(pieces)
                click.echo(f"{target}: {count} records")


def _read(
    home: Installation, tx: Transaction, email: str | None, entity: str, format: str, query: str
) -> tuple[Export, Reader, int]:
    gate = home.gate(tx, _actor(home, tx, email))
    info = _entity(gate, entity)
    asked = parse_qsl(query, keep_blank_values=True)
    of_list = {name: value for name, value in asked if name in _OF_THE_LIST}
    names = [value for name, value in asked if name == "column"] or _all_fields(gate, info)
    must_export(gate, info, [gate.field(info, name).name for name in names])
    found = ListQuery(
        conditions=read_conditions(gate, info, [pair for pair in asked if pair[0] not in _OF_THE_LIST]),
        words=of_list.get("q", ""), sort=of_list.get("sort", ""), trash=of_list.get("trash") == "1",
        columns=may_be_read_along(gate, info, names),
    )  # fmt: skip
    reader = reader_of(gate, gate.actor.user)
    return Export(info, names, found, format), reader, count_all(gate, info, found, reader)


def _all_fields(gate: Gate, info: EntityInfo) -> list[str]:
    return [f.name for f in gate.readable(info) if not f.hidden or f.name == "currency"]


def _lines(gate: Gate, export: Export, reader: Reader) -> Iterator[list[object]]:
    after = ""
    while True:
        page = read_page(gate, export, reader, after)
        yield from lines(gate, export, reader, page.rows, {})
        after = page.next
        if not after:
            return


def _actor(home: Installation, tx: Transaction, email: str | None) -> Actor:
    if email is None:
        return house("hookline export")
    known = home.gate(tx, house("hookline export"))
    user = known.scalar(select(User.id).where(User.email == email.strip().lower()))
    version = configuration_version(tx)
    actor = load_actor(tx, home.memory, version, user, home.clock()) if user is not None else None
    if actor is None:
        raise click.BadParameter(f"nobody who works here has the address {email}", param_hint="--as")
    return actor


def _entity(gate: Gate, name: str) -> EntityInfo:
    try:
        return gate.schema[name]
    except NotFound:
        known = ", ".join(sorted(gate.schema.entities))
        raise click.BadParameter(
            f"there is no entity {name!r}; there are {known}", param_hint="ENTITY"
        ) from None
