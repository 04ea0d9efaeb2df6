"""/reports: what the core and plugins report: a chart beside its table, compared with the days before, and as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlencode

from hookline.crm.audit.trail import note
from hookline.crm.desks.beginnings import mark_favourite
from hookline.crm.exports.files import FORMATS, write_csv, write_xlsx
from hookline.crm.reports.asking import read_asked
from hookline.crm.reports.files import may_take, table_lines
from hookline.crm.reports.schedules import list_schedules
from hookline.errors import Forbidden, NotFound, Refused
from hookline.kernel.attempts import attempt
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.shown import Asked, Report, Value
from hookline.web.addresses import own_address
from hookline.web.doors import Doors
from hookline.web.plugins.shown import find_open, offered, words
from hookline.web.reports import asked as asking
from hookline.web.reports.drawn import Change, changed, read_report
from hookline.web.reports.letters import next_words
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = "reports"
# These stand in one pipeline at a time.
_OF_ONE: Final = ("pipeline", "funnel", "time_in_stage")
_BESIDE: Final = 5


@door("GET", "/reports", needs=NEEDS)
def index(visit: Visit) -> Answer:
    """Every report, the favourites first, then by the plugin it comes from; and what goes out by e-mail."""
    kept = visit.desk.favourites
    groups: dict[str, list[Mapping[str, Any]]] = {}
    every = [_card(visit, report, kept) for report in offered(visit, "report")]
    for report, card in zip(offered(visit, "report"), every, strict=True):
        label = visit.gate.host.plugins[report.plugin].plugin.label
        groups.setdefault(visit.say(label), []).append(card)
    found = [{"label": label, "reports": cards} for label, cards in groups.items()]
    if favourites := [card for card in every if card["kept"]]:
        found.insert(0, {"label": visit.say("Favourites"), "reports": favourites})
    names = {report.key: visit.say(report.label) for report in offered(visit, "report")}
    letters = [
        {"label": names.get(s.report, s.report), "url": f"/reports/letters/{s.id}", "when": next_words(visit, s), "paused": s.paused}
        for s in list_schedules(visit.gate)
    ]  # fmt: skip
    return visit.page("reports/index.html", page_title=visit.say("Reports"), groups=found, letters=letters)


@door("GET", "/reports/{plugin:str}/{name:str}", needs=NEEDS)
def show_report(visit: Visit) -> Answer:
    """One report."""
    report = find_report(visit)
    asked = _asked(visit, report)
    found = _made(visit, report, asked)
    title, url, takes = visit.say(report.label), _address(report), report.options["takes"]
    compares = asked.before is not None and visit.query.get("compare") == "1"
    shown = None if isinstance(found, Failure) else found[1]
    return visit.page(
        "reports/report.html", block="report", page_title=title, title=title, formula=words(visit, report), report=shown,
        crumbs=[{"label": visit.say("Reports"), "url": "/reports"}], failure=found if isinstance(found, Failure) else None,
        controls=asking.controls(visit, takes, url, one_pipeline=report.name in _OF_ONE),
        asked_text=asking.in_words(visit, takes, asking.given(visit)),
        changes=_changes(visit, report, asked, found) if compares and not isinstance(found, Failure) else None,
        compare=_compare(visit, asked), days_before=asking.days_in_words(visit, asked.before) if asked.before else "",
        beside=shown is not None and shown.chart is not None and len(shown.columns) <= _BESIDE,
        tick=lambda value: visit.fmt.number(int(value) if value == int(value) else Decimal(str(value))),
        files=_files(visit) if may_take(visit.gate) and shown is not None and shown.rows else [],
        letter_url=f"/reports/letters/new?{urlencode({'report': report.key, 'query': _query(visit)})}",
        kept=report.key in visit.desk.favourites, star_url=visit.address(f"{url}/star"),
    )  # fmt: skip


@door("POST", "/reports/{plugin:str}/{name:str}/file", needs=NEEDS)
def take_report(visit: Visit) -> Answer:
    """Its figures as a CSV or Excel file. A post, because it is told the audit log."""
    if not may_take(visit.gate):
        raise Forbidden
    report = find_report(visit)
    kind = "xlsx" if visit.query.get("format") == "xlsx" else "csv"
    found = _made(visit, report, _asked(visit, report))
    if isinstance(found, Failure):
        raise NotFound
    heads, lines = table_lines(visit, found[0])
    note(visit.gate, "export.made", report=report.key, format=kind, rows=len(found[0].rows), filter=_query(visit))  # fmt: skip
    titles = [safe_cell(head) for head in heads]
    pieces = write_xlsx(titles, lines) if kind == "xlsx" else write_csv(titles, lines, visit.language)
    headers = {"Content-Disposition": f'attachment; filename="{report.plugin}-{report.name}.{kind}"'}
    return Answer(b"".join(pieces), media_type=FORMATS[kind], headers=headers)


@door("POST", "/reports/{plugin:str}/{name:str}/star", needs=NEEDS)
def star(visit: Visit) -> Answer:
    """Put it among the favourites, or take it away."""
    report = find_report(visit)
    mark_favourite(visit.gate, report.key, wanted=visit.value("wanted") == "1")
    return visit.see(own_address(visit.value("back"), visit.address(_address(report))))


def find_report(visit: Visit) -> Contribution:
    """The report of the address."""
    return find_open(visit, "report", "{plugin}.{name}".format_map(visit.request.path_params))


def _address(report: Contribution) -> str:
    return f"/reports/{report.plugin}/{report.name}"


def _asked(visit: Visit, report: Contribution) -> Asked:
    return read_asked(visit.gate, report.options["takes"], asking.given(visit), visit.reader)


def _made(visit: Visit, report: Contribution, asked: Asked) -> Failure | tuple[Report, Any]:
    """What it answers, and that as it is shown. Refused when it stands on what this person may not see."""
    given = (visit.gate, asked) if report.options["takes"] else (visit.gate,)
    read = read_report(visit)
    found = attempt(visit.gate, report, lambda answer: (answer, read(answer)), *given)
    if isinstance(found, Refused):
        raise found
    return found


def _card(visit: Visit, report: Contribution, kept: Sequence[str]) -> Mapping[str, Any]:
    url = _address(report)
    return {
        "label": visit.say(report.label), "text": words(visit, report), "url": url, "icon": report.options["icon"],
        "kept": report.key in kept, "star_url": f"{url}/star",
    }  # fmt: skip


def _query(visit: Visit) -> str:
    """The parameters that reproduce the report: relative days stay relative."""
    return urlencode(asking.given(visit))


def _files(visit: Visit) -> list[Mapping[str, str]]:
    base = f"{visit.request.url.path}/file"
    return [
        {"label": name, "url": visit.address(base, format=kind)}
        for kind, name in (("csv", "CSV"), ("xlsx", "Excel"))
    ]


def _compare(visit: Visit, asked: Asked) -> Mapping[str, Any] | None:
    """The switch of the comparison; None where there are no days before."""
    if asked.before is None:
        return None
    on = visit.query.get("compare") == "1"
    return {"on": on, "url": visit.address(compare=None if on else "1")}


def _changes(
    visit: Visit, report: Contribution, asked: Asked, found: tuple[Report, Any]
) -> Mapping[str, Sequence[Sequence[Change | None]]] | None:
    """How each figure has moved since the days before, by the row's first value; the totals by theirs."""
    assert asked.before is not None, "asked for by the caller"
    earlier = _made(visit, report, replace(asked.before, before=None))
    if isinstance(earlier, Failure):
        return None
    now, shown = found
    old = {line[0].text: row for line, row in zip(earlier[1].rows, earlier[0].rows, strict=True)}
    rows = [
        _moved(visit, row, old.get(line[0].text, ())) for line, row in zip(shown.rows, now.rows, strict=True)
    ]
    return {"rows": rows, "totals": [_moved(visit, now.totals, earlier[0].totals)]}


def _moved(visit: Visit, new: Sequence[Value], old: Sequence[Value]) -> list[Change | None]:
    before = [*old, *([None] * (len(new) - len(old)))]
    # Which way is good differs from column to column: only the way is said.
    return [changed(visit, value, was, "") for value, was in zip(new, before, strict=True)]
