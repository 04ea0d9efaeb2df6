"""`hookline doctor`: what is wrong with this installation, and how to mend it."""

import sys

import click

from hookline.commands.installations import assembled
from hookline.crm.health.house import look_inside
from hookline.crm.health.surroundings import look_around
from hookline.kernel.health import Finding, count_wrong
from hookline.settings import Settings


@click.command("doctor")
def doctor_() -> None:
    r"""Look for what is wrong: settings, database, migrations, plugins, parked work, disk. Exit status 1 when something is.

    \b
    Example:
      hookline doctor
    """
    settings = Settings.from_environment()
    findings = list(look_around(settings))
    with assembled(settings) as home:
        findings += look_inside(home)
    for finding in findings:
        _tell(finding)
    wrong = count_wrong(findings)
    click.echo(f"\n{wrong} to mend" if wrong else "\nAll is well.")
    sys.exit(1 if wrong else 0)


def _tell(finding: Finding) -> None:
    click.echo(f"{'ok  ' if finding.fine else 'MEND'}  {finding.what}: {finding.state}")
    if finding.mend:
        click.echo(f"      {finding.mend}")
