"""`hookline backup` and `hookline restore`."""

from datetime import UTC, datetime
from pathlib import Path

import click

from hookline.commands.installations import assembled, opened
from hookline.crm.audit.trail import note
from hookline.kernel.backups import backup
from hookline.settings import Settings
from hookline.start import bring_up_to_date


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path, dir_okay=False))
def backup_(target: Path | None) -> None:
    r"""Write the database and all files into one archive, while people go on working.

    \b
    Example:
      hookline backup /backups/monday.zip
    """
    settings = Settings.from_environment()
    path = target or Path(f"hookline-{datetime.now(UTC):%Y-%m-%d-%H%M%S}.zip")
    with opened(settings) as home:
        manifest = backup.backup(home.database, settings.files_dir, path)
        with home.house("hookline backup") as gate:
            note(gate, "backup.made", file=path.name, rows=sum(manifest.tables.values()))
    click.echo(
        f"{path}: {sum(manifest.tables.values())} rows of {len(manifest.tables)} tables, {len(manifest.files)} files"
    )


@click.command("restore")
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--verify", is_flag=True, help="Only read the archive to its end and say whether it is whole.")
def restore_(path: Path, verify: bool) -> None:
    r"""Put a backup into an empty database and bring that up to date. A damaged one is refused before anything changes.

    \b
    Example:
      hookline restore --verify /backups/monday.zip
    """
    if verify:
        manifest = backup.verify(path)
        click.echo(
            f"whole: {sum(manifest.tables.values())} rows, {len(manifest.files)} files, made {manifest.made_at}"
        )
        return
    settings = Settings.from_environment()
    with assembled(settings) as home:
        manifest = backup.restore(path, home.database, settings.files_dir, home.host)
        steps = bring_up_to_date(home)
        with home.house("hookline restore") as gate:
            note(gate, "backup.restored", file=path.name, made_at=manifest.made_at)
    click.echo(
        f"restored {sum(manifest.tables.values())} rows and {len(manifest.files)} files; {len(steps)} migration steps"
    )
