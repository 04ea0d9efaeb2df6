"""`hookline plugin check`: the command."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import click

from hookline_sdk.check.findings import LEVELS, Finding, Level

if TYPE_CHECKING:
    from hookline_sdk.check.checking import Checked

_MARKS: Final = {True: "ok", False: "no"}


@click.command("check")
@click.argument("plugin", default=".", metavar="[NAME|PATH]")
@click.option("--level", type=click.Choice(LEVELS), help="Else the one that quality.toml names, else bronze.")
@click.option("--rule", "only", multiple=True, help="Only this rule. May be repeated.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    help="How many rules are asked at once; else one for each processor.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.option("--rules", is_flag=True, help="List the rules, and check nothing.")
def check_(
    plugin: str,
    level: str | None,
    only: tuple[str, ...],
    processes: int | None,
    *,
    as_json: bool,
    rules: bool,
) -> None:
    r"""Check whether a plugin is built as it should be. Exit status 1 when something is to be done.

    \b
    Example:
      hookline plugin check . --level silver
    """
    from hookline_sdk.check.rules import RULES  # noqa: PLC0415  # --help need not load the test kit

    if rules:
        for rule in RULES:
            click.echo(f"{rule.level:<7} {rule.name:<16} {rule.title}")
        return
    unknown = set(only) - {rule.name for rule in RULES}
    if unknown:
        raise click.BadParameter(f"there is no rule {', '.join(sorted(unknown))}", param_hint="--rule")
    at_once = processes or os.cpu_count() or 1
    raise SystemExit(_check(plugin, cast(Level | None, level), only, at_once, as_json=as_json))


def _check(plugin: str, level: Level | None, only: tuple[str, ...], processes: int, *, as_json: bool) -> int:
    from hookline_sdk.check.checking import check  # noqa: PLC0415  # as above

    # What migrations and requests say of themselves is of no use here: what matters is found and told.
    logging.disable(logging.CRITICAL)
    report = check(plugin, level, only=only, tell=_mute if as_json else _tell, processes=processes)
    if as_json:
        click.echo(json.dumps(_as_json(report.findings, report.reached), ensure_ascii=False, indent=2))
        return 1 if report.findings else 0
    for finding in report.quality:
        click.echo(f"no  {_told(finding)}")
    reached = "asked in part" if only else report.reached or "no level yet"
    click.echo(f"\n{report.name}: {reached}; {len(report.findings)} to do for {report.level}")
    return 1 if report.findings else 0


def _tell(each: Checked) -> None:
    state = "--" if each.exempt or each.left_out else _MARKS[each.passed]
    took = f"{each.seconds:>6.1f} s" if state != "--" else " " * 8
    said = each.exempt or each.left_out or each.rule.title
    click.echo(f"{state}  {each.rule.level:<7} {each.rule.name:<13} {took}  {said}")
    for finding in each.findings:
        click.echo(f"    {_told(finding)}")


def _mute(_each: Checked) -> None:
    """Programs read the end."""


def _told(finding: Finding) -> str:
    return str(Finding(_near(finding.path), finding.line, finding.what, finding.remedy, finding.rule))


def _near(path: Path) -> Path:
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _as_json(findings: list[Finding], reached: str | None) -> dict[str, object]:
    listed = [
        {"rule": f.rule, "file": str(_near(f.path)), "line": f.line, "what": f.what, "remedy": f.remedy}
        for f in findings
    ]
    return {"reached": reached, "findings": listed}
