"""`hookline import`: files into records, rehearsed, resumable and undone as a whole."""

from pathlib import Path

import click
from sqlalchemy import select

from hookline.commands.installations import opened
from hookline.crm.access.users import User
from hookline.crm.imports import commands
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.installation import Installation

_PERSON = click.option(
    "--as", "email", metavar="EMAIL", help="Import with this person's rights; else with the house's."
)


@click.group("import")
def import_() -> None:
    r"""Import CSV and XLSX files, resume and undo imports.

    \b
    Example:
      hookline import run data/accounts.csv companies.toml --dry-run
    """


@import_.command("run")
@click.argument("data", type=click.Path(path_type=Path, exists=True))
@click.argument("mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--sheet", metavar="NAME", help="The sheet of a workbook; else its first one.")
@click.option("--encoding", metavar="NAME", help="The encoding of a text file; else it is found out.")
@click.option(
    "--delimiter", metavar="SIGN", help='What parts the cells, "tab" for a tab; else it is found out.'
)
@_PERSON
def run(
    data: Path,
    mapping: Path,
    dry_run: bool,
    sheet: str | None,
    encoding: str | None,
    delimiter: str | None,
    email: str | None,
) -> None:
    r"""Import a file by a mapping, or a folder of files by a plan.

    \b
    Example:
      hookline import run data/ examples/sales_opportunities/plan.toml
      hookline import run people.xlsx contacts.toml --sheet "New ones" --dry-run
    """
    sign = "\t" if delimiter in ("tab", "\\t") else delimiter
    given = {"sheet": sheet, "encoding": encoding, "delimiter": sign}
    opening = {name: value for name, value in given.items() if value}
    with opened() as home:
        commands.import_files(
            home, data, mapping, click.echo, user=_user(home, email), dry_run=dry_run, opening=opening
        )


@import_.command("resume")
@click.argument("number", type=int)
@click.option("--file", "path", type=click.Path(path_type=Path, exists=True), help="Where the file is now.")
def resume(number: int, path: Path | None) -> None:
    r"""Carry on an import that was stopped or killed.

    \b
    Example:
      hookline import resume 7
    """
    with opened() as home:
        commands.resume_import(home, number, click.echo, path=path)


@import_.command("undo")
@click.argument("number", type=int)
@_PERSON
def undo(number: int, email: str | None) -> None:
    r"""Take back everything an import did, except what people have changed since.

    \b
    Example:
      hookline import undo 7
    """
    with opened() as home:
        commands.undo_import(home, number, click.echo, user=_user(home, email))


@import_.command("list")
def list_() -> None:
    r"""List the latest imports.

    \b
    Example:
      hookline import list
    """
    with opened() as home:
        commands.show_imports(home, click.echo)


@import_.command("rejects")
@click.argument("number", type=int)
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
def rejects(number: int, target: Path) -> None:
    r"""Write the rows that an import refused into a file, each with the reason beside it.

    \b
    Example:
      hookline import rejects 7 refused.csv
    """
    with opened() as home:
        commands.save_rejects(home, number, target, click.echo)


def _user(home: Installation, email: str | None) -> int | None:
    if email is None:
        return None
    with home.house("import") as gate:
        found = gate.scalar(select(User.id).where(User.email == email.strip().lower()))
    if found is None:
        raise Invalid([Problem("as", Text("nobody here has the address %(email)s", email=email))])
    return int(found)
