"""/widgets: one widget, asked as its address says: the fragment that a dashboard loads, and a page of its own without script."""

from collections.abc import Mapping
from urllib.parse import urlencode

from hookline.crm.reports.asking import NAMES, read_asked
from hookline.errors import Invalid, Refused
from hookline.kernel.attempts import attempt
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.plugins.shown import find_open
from hookline.web.reports import asked
from hookline.web.reports.drawn import read_widget, scale
from hookline.web.visit import Answer, Visit

door = Doors()


@door("GET", "/widgets/{plugin:str}/{name:str}", needs=SIGNED_IN)
def show_widget(visit: Visit) -> Answer:
    """One widget. What fails in it, or may not be seen, is said in its place; the dashboard stands."""
    widget = find_open(visit, "widget", "{plugin}.{name}".format_map(visit.request.path_params))
    label = visit.say(widget.label)
    failure, problem, kind, found = None, "", "", None
    try:
        answer = _made(visit, widget)
        if isinstance(answer, Failure):
            failure = answer
        else:
            kind, found = answer
    except Invalid as refusal:
        problem = " ".join(visit.say(each.text) for each in refusal.problems)
    except Refused:
        # What it is about is gone, or lies outside of what this person may see.
        problem = visit.say("There is nothing here that you may see.")
    return visit.page(
        "dashboards/widget.html", block="widget", page_title=label, label=label, failure=failure, problem=problem, kind=kind,
        found=found, asked=asked.in_words(visit, widget.options["takes"], asked.given(visit)),
        crumbs=[{"label": visit.say("Dashboards"), "url": "/dashboards"}],
        tick=scale(visit),
    )  # fmt: skip


def widget_url(widget: Contribution, given: Mapping[str, str]) -> str:
    """Where a widget is asked this; of what it does not take nothing is said."""
    takes = {"owner": ("whose",), "period": ("period", "from", "to")}
    names = {name for each in widget.options["takes"] for name in takes.get(each, (each,))}
    query = urlencode([(name, given[name]) for name in NAMES if name in names and given.get(name)])
    return f"/widgets/{widget.plugin}/{widget.name}" + (f"?{query}" if query else "")


def _made(visit: Visit, widget: Contribution) -> Failure | tuple[str, object]:
    takes = widget.options["takes"]
    given = (read_asked(visit.gate, takes, asked.given(visit), visit.reader),) if takes else ()
    found = attempt(visit.gate, widget, read_widget(visit), visit.gate, *given)
    if isinstance(found, Refused):
        raise found
    return found
