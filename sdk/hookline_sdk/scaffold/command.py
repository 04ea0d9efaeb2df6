"""`hookline plugin new` writes a new plugin; `hookline plugin revision` the next step of its tables' history."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from hookline.crm.nouns import core
from hookline.kernel.migrations.revisions import make_revision
from hookline.kernel.plugins.host import PluginHost

from hookline_sdk import catalogs
from hookline_sdk.scaffold.baking import bake
from hookline_sdk.scaffold.drafts import Draft, DraftError, check_name, read_entity, read_extension
from hookline_sdk.scaffold.finishing import excuse
from hookline_sdk.scaffold.kinds import KINDS


@click.command("new")
@click.argument("name", required=False)
@click.option(
    "--entity", "entities", multiple=True, metavar="NAME:FIELD,FIELD:KIND", help="A kind of record it keeps."
)
@click.option(
    "--extend", "extensions", multiple=True, metavar="ENTITY:FIELD:KIND", help="Fields it adds to the core's."
)
@click.option("--label", default="", help="What people read; else made of the name.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder to write it in.",
)
def new_(
    name: str | None, entities: tuple[str, ...], extensions: tuple[str, ...], label: str, into: Path
) -> None:
    r"""Write a new plugin: declarations, a rule, a panel, a report, tests, catalog, docs, and what publishes it.

    Asks for what is not said. A field is a name, or name:kind; choices and references are name:choice=a|b and
    name:ref=contact. The first field of an entity names its records.

    \b
    Example:
      hookline plugin new real_estate --entity "Listing:address,price:money" --extend "Contact:budget:money"
    """
    asks = name is None
    name = check_name(name or click.prompt("Its name, such as real_estate"))
    drafts = [read_entity(text) for text in entities]
    additions = [read_extension(text) for text in extensions]
    if not drafts and not additions:
        drafts, additions = _asked()
    folder = bake(name, drafts, additions, into=into, label=label)
    place = next(folder.glob("hookline_*/locale/ru/LC_MESSAGES/*.po"))
    missing = _translated(place, name) if asks else catalogs.untranslated(catalogs.read_catalog(place, name))
    excuse(folder, bool(missing))
    click.echo(f"{folder} is there. Look at it:\n\n  cd {folder}\n  hookline dev .\n")
    if missing:
        click.echo(f"To be translated into Russian, in {place.relative_to(folder)}:")
        click.echo("".join(f"  {text}\n" for text in missing))


@click.command("revision")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("message")
def revision_(folder: Path, message: str) -> None:
    r"""Write the next revision of a plugin's tables, from what its declarations have beyond its last one.

    A field that was renamed looks like one that is gone and one that is new: read the file before you keep it.

    \b
    Example:
      hookline plugin revision . "Add the year"
    """
    for plugin in catalogs.load([str(folder)]):
        host = PluginHost(strict=True)
        host.load([core, plugin])
        click.echo(str(make_revision(host, plugin.name, message) or "nothing has changed"))


def _asked() -> tuple[list[Draft], list[Draft]]:
    click.echo(f"Kinds of fields: {', '.join(KINDS)}. Nothing typed ends the questions.\n")
    drafts = _each("A kind of record, such as Listing:address,price:money", read_entity)
    return drafts, _each("Fields for an entity of the core, such as Contact:budget:money", read_extension)


def _each(question: str, read: Callable[[str], Draft]) -> list[Draft]:
    """Ask again and again; what cannot be read is told at once."""
    found: list[Draft] = []
    while text := click.prompt(question, default="", show_default=False):
        try:
            found.append(read(text))
        except DraftError as error:
            click.echo(f"  {error}")
    return found


def _translated(place: Path, name: str) -> list[str]:
    """Ask for what nobody has translated yet; what is left."""
    catalog: Catalog = catalogs.read_catalog(place, name)
    for message in catalog:
        if isinstance(message.id, str) and message.id in catalogs.untranslated(catalog):
            message.string = click.prompt(f"In Russian, {message.id!r} is", default="", show_default=False)
    place.write_bytes(catalogs.written(catalog))
    return catalogs.untranslated(catalog)
