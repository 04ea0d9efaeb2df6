"""`hookline demo`: a CRM with a story in it, served from here."""

import runpy
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from sqlalchemy.exc import DBAPIError

from hookline.bundles import find_bundle, find_plugin, read_bundle
from hookline.commands.serving import serve
from hookline.crm import demo
from hookline.errors import SettingsError
from hookline.kernel.backups.clearing import clear, is_empty
from hookline.kernel.installation import Installation
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation

_FOLDER: Final = Path("var/demo")


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--reset", is_flag=True, help="Start the story again from the beginning.")
@click.option("--bundle", metavar="NAME", help="A bundle of plugins: its folder, or its name in examples/.")
@click.option(
    "--with",
    "plugins",
    metavar="PLUGIN",
    multiple=True,
    help="A plugin besides: its folder or file, module, or its name in plugins/ or examples/.",
)
@click.option("--postgres", metavar="URL", help="An empty PostgreSQL database instead of a SQLite file.")
def demo_(port: int, reset: bool, bundle: str | None, plugins: tuple[str, ...], postgres: str | None) -> None:
    r"""Serve a CRM filled with a demo story. Nothing to set up, everything lies in var/demo.

    \b
    Example:
      hookline demo --port 8080
      hookline demo --bundle margins --reset
      hookline demo --with real_estate
    """
    settings = _settings(bundle, [find_plugin(name) for name in plugins], postgres, port)
    home = create_installation(settings)
    if reset:
        _forget(settings, home)
    bring_up_to_date(home)
    demo.tell_once(home, _story(settings))
    for part in demo.tell_parts(home):
        click.echo(f"The plugin {part.plugin} failed to tell its part of the story.", err=True)
    serve(settings, home, host="127.0.0.1", port=port, ready=_introduce)


def _settings(bundle: str | None, plugins: Sequence[str], postgres: str | None, port: int) -> Settings:
    given = Settings.from_environment()
    settings = given.with_bundle(str(find_bundle(bundle))) if bundle else given
    settings = replace(settings, plugins=tuple(dict.fromkeys((*settings.plugins, *plugins))))
    name = read_bundle(Path(settings.bundle)).name if settings.bundle else "house"
    # Each set of plugins has a house of its own: nothing of one stands in the tables of another.
    folder = _FOLDER / "-".join([name, *(Path(plugin).stem for plugin in plugins)])
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    return replace(
        settings,
        database_url=postgres or f"sqlite:///{folder / 'hookline.db'}",
        data_dir=folder,
        base_url=f"http://127.0.0.1:{port}",
        sms_carrier=settings.sms_carrier or "folder",
        messenger_carrier=settings.messenger_carrier or "folder",
    )


def _story(settings: Settings) -> Callable[[Installation], None]:
    """What fills the empty house: the bundle's own story, else that of the core."""
    story = read_bundle(Path(settings.bundle)).story if settings.bundle else None
    return runpy.run_path(str(story))["tell"] if story else demo.tell


def _forget(settings: Settings, home: Installation) -> None:
    """Empty the database and the files. Of a database that holds something other than the story nothing is taken."""
    if not is_empty(home.database) and not _has_story(home):
        raise SettingsError("the database holds something other than the demo story; --reset leaves it alone")
    clear(home.database)
    shutil.rmtree(settings.files_dir, ignore_errors=True)


def _has_story(home: Installation) -> bool:
    """Whether the story, or its beginning, is in this database."""
    try:
        return demo.is_begun(home)
    except DBAPIError:
        return False


def _introduce(address: str) -> None:
    click.echo(
        f"\nHookline is ready: {address}\n\nSign in as one of these; the password is {demo.PASSWORD}\n"
    )
    for account in demo.list_accounts():
        click.echo(f"  {account.email:<22} {account.role:<14} {account.name}, {account.job_title}")
    click.echo("\nCtrl+C ends it. The story stays; start it anew with --reset.")
