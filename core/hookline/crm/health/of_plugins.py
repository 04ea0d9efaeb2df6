"""What plugins' health checks say, and the core's own of the same kind. A check that fails is a finding itself."""

import traceback
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from hookline.errors import Text
from hookline.kernel.actor import house
from hookline.kernel.gate import Gate
from hookline.kernel.health import Finding
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.contributions import Contribution


def look_with_plugins(home: Installation) -> Iterator[Finding]:
    """Ask every check, each in a transaction of its own."""
    for check in home.host.all():
        if check.kind == "health":
            yield from _ask(home, check)


def _ask(home: Installation, check: Contribution) -> list[Finding]:
    if home.host.paused(check):
        text = Text("the check of the plugin %(plugin)s is paused", plugin=check.plugin)
        return [Finding(Text(check.label), text, _SEE)]
    try:
        with home.database.read() as tx:
            asked = home.host.watched(check, partial(_answer, check))
            found: list[Finding] = asked.call(home.gate(tx, house(f"health {check.key}")))
            return found
    except Exception:
        if check.plugin == "core":
            raise
        failure = home.host.failed(check, traceback.format_exc(limit=-20))
        text = Text(
            "the check of the plugin %(plugin)s failed, reference %(reference)s",
            plugin=check.plugin, reference=failure.reference,
        )  # fmt: skip
        return [Finding(Text(check.label), text, _SEE)]


def _answer(check: Contribution, gate: Gate) -> list[Finding]:
    answer = check.call(gate)
    return [_named(check, each) for each in ([answer] if isinstance(answer, Finding) else answer)]


def _named(check: Contribution, finding: Finding) -> Finding:
    if not isinstance(finding, Finding):
        raise TypeError(f"it answered {type(finding).__name__} and no Finding")
    return finding if str(finding.what) else replace(finding, what=Text(check.label))


_SEE = Text("See /-/plugins: what fails there, and why.")
