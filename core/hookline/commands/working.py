"""`hookline work`: delivers events, runs jobs and keeps the schedule, in a process of its own."""

import click

from hookline.commands import opened
from hookline.commands.logs import begin_log
from hookline.kernel.background.worker import run_until_signalled
from hookline.start import create_worker


@click.command("work")
@click.option("--once", is_flag=True, help="Do what is due now, then end.")
def work_(once: bool) -> None:
    r"""Work in the background until asked to end (Ctrl+C, SIGTERM). Any number of these may run side by side.

    `hookline serve` with one process has a worker inside already.

    \b
    Example:
      hookline work
    """
    begin_log()
    with opened() as home:
        worker = create_worker(home)
        if once:
            click.echo(f"{worker.run_once()} done")
            return
        click.echo("The worker is ready.")
        run_until_signalled(worker)
