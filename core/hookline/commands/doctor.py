"""`hookline doctor`: what is wrong with this installation, and how to mend it."""

import sys

import click

from hookline.commands import assembled
from hookline.commands.checkup import Finding, look_at_installation, look_at_settings
from hookline.settings import Settings


@click.command("doctor")
def doctor_() -> None:
    r"""Look for what is wrong: settings, database, migrations, plugins, parked work, disk. Exit status 1 when something is.

    \b
    Example:
      hookline doctor
    """
    settings = Settings.from_environment()
    findings = list(look_at_settings(settings))
    with assembled(settings) as home:
        findings += look_at_installation(home)
    for finding in findings:
        _tell(finding)
    wrong = sum(not finding.fine for finding in findings)
    click.echo(f"\n{wrong} to mend" if wrong else "\nAll is well.")
    sys.exit(1 if wrong else 0)


def _tell(finding: Finding) -> None:
    click.echo(f"{'ok  ' if finding.fine else 'MEND'}  {finding.what}: {finding.state}")
    if finding.mend:
        click.echo(f"      {finding.mend}")
