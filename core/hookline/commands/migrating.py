"""`hookline migrate`: brings the tables of the core and of every plugin up to date."""

import click

from hookline.commands.installations import assembled
from hookline.kernel.migrations import migrate
from hookline.start import bring_up_to_date


@click.command("migrate")
@click.option("--plan", is_flag=True, help="Only say what would be done.")
def migrate_(plan: bool) -> None:
    r"""Bring the database up to date, and lay down what every installation needs.

    Each owner (the core, then every plugin) is done in a transaction of its own. Safe to run again.

    \b
    Example:
      hookline migrate --plan
    """
    with assembled() as home:
        steps = migrate.plan(home.database, home.host) if plan else bring_up_to_date(home)
        for step in steps:
            click.echo(str(step))
        click.echo(f"{len(steps)} steps to do" if plan else f"{len(steps)} steps done")
