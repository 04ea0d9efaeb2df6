"""`hookline audit`: anchors of the audit log, to be kept outside, and looking through it."""

import sys
from itertools import chain
from pathlib import Path

import click

from hookline.commands.installations import assembled, opened
from hookline.crm.audit.anchors import add_anchor, read_anchors, take_anchor
from hookline.crm.audit.checks import Checked, check_log
from hookline.crm.audit.trail import audit, audit_head
from hookline.kernel.guards import missing_guards
from hookline.settings import Settings


@click.group("audit")
def audit_() -> None:
    r"""Keep the audit log provable, and look whether it is what was written.

    \b
    Example:
      hookline audit verify --anchor /mnt/elsewhere/hookline.anchors
    """


@audit_.command("anchor")
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file to add it to; else it is printed.",
)
def anchor(target: Path | None) -> None:
    r"""Say where the log ends now: time, number, hash. Keep it where nobody who can reach the database can.

    \b
    Example:
      hookline audit anchor --to /mnt/elsewhere/hookline.anchors
    """
    with opened() as home, home.database.read() as tx:
        taken = take_anchor(tx, home.clock())
    if target is None:
        click.echo(str(taken))
    else:
        add_anchor(target, taken)
        click.echo(f"{target}: anchor of entry {taken.number}")


@audit_.command("verify")
@click.option(
    "--anchor", "files", multiple=True, type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A file of anchors. May be repeated. HOOKLINE_AUDIT_ANCHORS is looked at by itself.",
)  # fmt: skip
def verify(files: tuple[Path, ...]) -> None:
    r"""Look through the whole log. Exit status 1, and the number of the entry, when one is not what was written.

    \b
    Example:
      hookline audit verify
    """
    settings = Settings.from_environment()
    own = settings.audit_anchors
    named = (*files, own) if own is not None and own.exists() else files
    anchors = list(chain.from_iterable(read_anchors(path) for path in set(named)))
    # Whoever took the triggers away must not keep anybody from looking.
    with assembled(settings) as home, home.database.read() as tx:
        unguarded = missing_guards(tx.connection, (audit, audit_head))
        checked = check_log(tx, anchors, _show if sys.stderr.isatty() else None)
    if unguarded:
        click.echo(
            "The database does not guard the log: triggers are missing. Run `hookline migrate`.", err=True
        )
    _tell(checked, len(anchors))
    sys.exit(0 if checked.broken is None else 1)


def _show(done: int, last: int) -> None:
    click.echo(f"\r{done} of {last}", nl=done == last, err=True)


def _tell(checked: Checked, anchors: int) -> None:
    if checked.broken is not None:
        click.echo(f"BROKEN at entry {checked.broken.number}: {checked.broken.how}")
        return
    click.echo(f"whole: {checked.number} entries, {anchors} anchors")
    if not anchors:
        click.echo(
            "Without an anchor, a log that was written anew as a whole, or cut short with its head, looks whole too."
        )
