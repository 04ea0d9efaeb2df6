"""/settings/health: what `hookline doctor` says, for those who keep an installation from the browser."""

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any, Final

from hookline.crm.health.house import look_inside
from hookline.crm.health.surroundings import look_around
from hookline.errors import Text
from hookline.kernel.health import Finding, count_wrong
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
        "what": _said(visit, finding.what),
        "state": _said(visit, finding.state),
        "mend": _said(visit, finding.mend) if finding.mend is not None else "",
        "fine": finding.fine,
    }


def _said(visit: Visit, text: Text | str) -> str:
    """A sentence in the reader's language; a value as it is."""
    return text if isinstance(text, str) else visit.say(text)
