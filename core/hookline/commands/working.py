"""`hookline work`: delivers events, runs jobs and keeps the schedule, in a process of its own."""

from functools import partial

import click

from hookline.commands.guarding import Guard
from hookline.commands.installations import opened
from hookline.commands.logs import begin_log
from hookline.commands.workers import can_split, run_split, start_again
from hookline.kernel.background.worker import run_until_signalled
from hookline.kernel.installation import Installation
from hookline.start import create_keeper, create_worker, plugins_switched


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
    again = False
    with opened() as home:
        if once:
            click.echo(f"{create_worker(home).run_once()} done")
        elif can_split() and not home.settings.development:
            home.database.close()
            renewed = partial(plugins_switched, home)
            again = run_split(1, partial(_work, home), ready=_say_ready, guard=Guard(home), renewed=renewed)
        else:
            _say_ready()
            _work(home)
    if again:
        start_again()


def _work(home: Installation) -> None:
    with create_keeper(home).looking():
        run_until_signalled(create_worker(home))


def _say_ready() -> None:
    click.echo("The worker is ready.")
