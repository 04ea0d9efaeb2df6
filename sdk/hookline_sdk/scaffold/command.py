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
from hookline_sdk.scaffold.kinds import KINDS
from hookline_sdk.scaffold.russian import fill_in


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
    "--russian", multiple=True, metavar="TEXT=RUSSIAN", help='What of it is in Russian: "Berth=Причал".'
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder to write it in.",
)
def new_(
    name: str | None,
    entities: tuple[str, ...],
    extensions: tuple[str, ...],
    label: str,
    russian: tuple[str, ...],
    into: Path,
) -> None:
    r"""Write a new plugin: declarations, a rule, a panel, a report, tests, catalog, docs, and what publishes it.

    Asks for what is not said. A field is a name, or name:kind; choices and references are name:choice=a|b and
    name:ref=contact. The first field of an entity names its records. The Russian of usual nouns is known; what is left is listed.

    \b
    Example:
      hookline plugin new real_estate --entity "Listing:address,price:money" --extend "Contact:budget:money"
    """
    asks = name is None
    name = check_name(name or click.prompt("Its name, such as real_estate"))
    drafts = [read_entity(text) for text in entities]
    additions = [read_extension(text) for text in extensions]
    said = dict(_read_russian(text) for text in russian)
    if not drafts and not additions:
        drafts, additions = _asked()
    folder = bake(name, drafts, additions, into=into, label=label)
    place = next(folder.glob("hookline_*/locale/ru/LC_MESSAGES/*.po"))
    missing = _translated(place, name, said, asks=asks)
    click.echo(f"{folder} is there. Look at it:\n\n  cd {folder}\n  hookline dev .\n")
    if missing:
        click.echo(
            f"To be translated into Russian, in {place.relative_to(folder)}; until then it is not silver:"
        )
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


def _read_russian(text: str) -> tuple[str, str]:
    english, sign, russian = (part.strip() for part in text.partition("="))
    if not (english and sign and russian):
        raise DraftError(f"{text!r} does not say what is what in Russian; write it like Berth=Причал")
    return english, russian


def _translated(place: Path, name: str, said: dict[str, str], *, asks: bool) -> list[str]:
    """Translate what was said, and ask for what nobody has translated yet; what is left."""
    catalog: Catalog = catalogs.read_catalog(place, name)
    for text in said:
        # The core may say it otherwise.
        catalog.add(text, catalog[text].string if text in catalog else "")
    fill_in(catalog, said)
    for text in catalogs.untranslated(catalog) if asks else ():
        # Another answer may have been all that was missing.
        if text in catalogs.untranslated(catalog) and isinstance(catalog[text].id, str):
            catalog[text].string = click.prompt(f"In Russian, {text!r} is", default="", show_default=False)
            fill_in(catalog, {})
    place.write_bytes(catalogs.written(catalog))
    return catalogs.untranslated(catalog)
