"""/settings/health: what `hookline doctor` says, for those who keep an installation from the browser."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from hookline.crm.health.findings import Finding, count_wrong
from hookline.crm.health.house import look_inside
from hookline.crm.health.surroundings import look_around
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "admin.jobs"


@door("GET", "/settings/health", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """Everything that is looked at, what has to be mended first."""
    site = visit.site
    findings = [*look_around(site.settings), *look_inside(site.installation)]
    return visit.page(
        "admin/health.html",
        page_title=visit.say("Health"),
        crumbs=trail(visit),
        wrong=count_wrong(findings),
        findings=[_line(visit, finding) for finding in sorted(findings, key=lambda f: f.fine)],
        version=version("hookline"),
    )


def _line(visit: Visit, finding: Finding) -> Mapping[str, Any]:
    return {
        "what": visit.say(finding.what),
        "state": finding.state if isinstance(finding.state, str) else visit.say(finding.state),
        "mend": visit.say(finding.mend) if finding.mend else "",
        "fine": finding.fine,
    }
