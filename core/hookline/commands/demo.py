"""`hookline demo`: a CRM with a story in it, served from here."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import click
from sqlalchemy.engine import make_url

from hookline.commands.serving import serve
from hookline.crm import demo
from hookline.settings import Settings
from hookline.start import bring_up_to_date, create_installation

_FOLDER: Final = Path("var/demo")


@click.command("demo")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--reset", is_flag=True, help="Start the story again from the beginning.")
@click.option("--bundle", metavar="NAME", help="A bundle of plugins from examples/, with its own story.")
@click.option("--postgres", metavar="URL", help="An empty PostgreSQL database instead of a SQLite file.")
def demo_(port: int, reset: bool, bundle: str | None, postgres: str | None) -> None:
    r"""Serve a CRM filled with a demo story. Nothing to set up, everything lies in var/demo.

    \b
    Example:
      hookline demo --port 8080
    """
    settings = _settings(bundle, postgres, port)
    if reset:
        _forget(settings)
    home = create_installation(settings)
    bring_up_to_date(home)
    if not demo.is_told(home):
        demo.tell(home)
    serve(settings, home, host="127.0.0.1", port=port, ready=_introduce)


def _settings(bundle: str | None, postgres: str | None, port: int) -> Settings:
    folder = _FOLDER / (bundle or "house")
    folder.mkdir(parents=True, exist_ok=True)
    return replace(
        Settings.from_environment(),
        database_url=postgres or f"sqlite:///{folder / 'hookline.db'}",
        data_dir=folder,
        base_url=f"http://127.0.0.1:{port}",
    )


def _forget(settings: Settings) -> None:
    database = make_url(settings.database_url)
    if database.get_backend_name() == "sqlite" and database.database:
        for ending in ("", "-wal", "-shm"):
            Path(database.database + ending).unlink(missing_ok=True)


def _introduce(address: str) -> None:
    click.echo(
        f"\nHookline is ready: {address}\n\nSign in as one of these; the password is {demo.PASSWORD}\n"
    )
    for account in demo.list_accounts():
        click.echo(f"  {account.email:<22} {account.role:<14} {account.name}, {account.job_title}")
    click.echo("\nCtrl+C ends it. The story stays; start it anew with --reset.")
