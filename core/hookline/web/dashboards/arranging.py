"""Doors that arrange a dashboard: add a widget, ask it something else, size, move and remove it."""

from collections.abc import Mapping
from typing import Any, Final

from hookline.crm.desks.dashboards import (
    Placed,
    arrange,
    change_widget,
    move_widget,
    place_widget,
    remove_widget,
)
from hookline.crm.desks.views import list_views
from hookline.crm.reports.asking import PERIODS
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.plugins.contributions import Contribution
from hookline.web.dashboards.pages import kept
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.plugins.shown import find_open, offered, words
from hookline.web.records.controls import Control
from hookline.web.records.form_page import FormPage, Section, show_form
from hookline.web.reports import asked
from hookline.web.visit import Answer, Visit

door = Doors()

_NEEDED: Final = ("view", "report")
_ASKED: Final = ("period", "whose", "pipeline", *_NEEDED)


@door("GET", "/dashboards/{id:int}/widgets/new", needs=SIGNED_IN)
def choose(visit: Visit) -> Answer:
    """Every widget there is; with `widget` the form of the one that was chosen."""
    board = kept(visit)
    if key := visit.query.get("widget"):
        return _form(visit, find_open(visit, "widget", key), Placed("", key), ())
    base = f"/dashboards/{board.id}"
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for widget in offered(visit, "widget"):
        takes = widget.options["takes"]
        line = {
            "label": visit.say(widget.label), "text": words(visit, widget), "icon": widget.options["icon"], "key": widget.key,
            "asks": any(name in takes for name in _NEEDED), "size": widget.options["size"],
            "url": f"{base}/widgets/new?widget={widget.key}",
        }  # fmt: skip
        groups.setdefault(visit.say(visit.gate.host.plugins[widget.plugin].plugin.label), []).append(line)
    return visit.page(
        "dashboards/gallery.html", block="gallery", page_title=visit.say("Add a widget"), action=f"{base}/widgets",
        groups=[{"label": label, "widgets": lines} for label, lines in groups.items()], in_dialog=visit.is_htmx,
        crumbs=[{"label": visit.say("Dashboards"), "url": "/dashboards"}, {"label": board.name, "url": base}],
    )  # fmt: skip


@door("POST", "/dashboards/{id:int}/widgets", needs=SIGNED_IN)
def add(visit: Visit) -> Answer:
    """Put one more at the end."""
    board, widget = kept(visit), find_open(visit, "widget", visit.value("widget"))
    placed = Placed("", widget.key, visit.value("size") or widget.options["size"], _sent(visit))
    try:
        _check(visit, widget, placed)
        place_widget(visit.gate, board.id, widget.key, placed.size, placed.given)
    except Invalid as refusal:
        return _form(visit, widget, placed, refusal.problems)
    return _back(visit)


@door("GET", "/dashboards/{id:int}/widgets/{key:int}/edit", needs=SIGNED_IN)
def edit(visit: Visit) -> Answer:
    """The form of what a widget is asked."""
    placed = _placed(visit)
    return _form(visit, find_open(visit, "widget", placed.widget), placed, ())


@door("POST", "/dashboards/{id:int}/widgets/{key:int}", needs=SIGNED_IN)
def change(visit: Visit) -> Answer:
    """Ask it something else, or give it another size; what the form does not hold stays."""
    placed, board = _placed(visit), kept(visit)
    size = visit.value("size") or placed.size
    given = _sent(visit) if "settings" in visit.form else placed.given
    widget = find_open(visit, "widget", placed.widget)
    try:
        _check(visit, widget, Placed(placed.key, widget.key, size, given))
        change_widget(visit.gate, board.id, placed.key, size=size, given=given)
    except Invalid as refusal:
        return _form(visit, widget, Placed(placed.key, widget.key, size, given), refusal.problems)
    return _back(visit)


@door("POST", "/dashboards/{id:int}/widgets/{key:int}/move", needs=SIGNED_IN)
def move(visit: Visit) -> Answer:
    """One place earlier or later."""
    move_widget(
        visit.gate, visit.path_id, visit.request.path_params["key"], -1 if visit.value("by") == "-1" else 1
    )
    return _back(visit)


@door("POST", "/dashboards/{id:int}/widgets/{key:int}/removal", needs=SIGNED_IN)
def remove(visit: Visit) -> Answer:
    """Take it off the dashboard."""
    remove_widget(visit.gate, visit.path_id, visit.request.path_params["key"])
    return _back(visit)


@door("POST", "/dashboards/{id:int}/order", needs=SIGNED_IN)
def order(visit: Visit) -> Answer:
    """All of them in the order in which they were dropped: `keys`, with commas."""
    arrange(visit.gate, visit.path_id, visit.value("keys").split(",")[:100])
    return Answer("", 204) if visit.is_htmx else _back(visit)


def _placed(visit: Visit) -> Placed:
    key = visit.request.path_params["key"]
    found = next((placed for placed in kept(visit).widgets if placed.key == key), None)
    if found is None:
        raise NotFound
    return found


def _sent(visit: Visit) -> dict[str, str]:
    return {name: visit.value(name) for name in _ASKED if visit.value(name)}


def _check(visit: Visit, widget: Contribution, placed: Placed) -> None:
    choices = _choices(visit)
    for name in _NEEDED:
        if name in widget.options["takes"] and placed.given.get(name) not in dict(choices[name]):
            raise Invalid([Problem(name, Text("Please fill this in."))])


def _choices(visit: Visit) -> Mapping[str, list[tuple[str, str]]]:
    views = []
    for info in visit.gate.schema.entities.values():
        plural = visit.say(info.cls.plural)
        views += [(str(view.id), f"{plural}: {view.name}") for view in list_views(visit.gate, info.name)]
    reports = offered(visit, "report") if visit.gate.actor.may("reports") else []
    return {"view": views, "report": [(report.key, visit.say(report.label)) for report in reports]}


def _form(visit: Visit, widget: Contribution, placed: Placed, problems: tuple[Problem, ...]) -> Answer:
    """What a widget is asked: only what it takes."""
    board, takes, given = kept(visit), widget.options["takes"], placed.given
    beside = {p.field: visit.say(p.text) for p in problems}
    choices = _choices(visit)
    page_wide = visit.say("As the page")
    controls = {
        "view": Control("select", "view", visit.say("View"), given.get("view", ""), choices=choices["view"]),
        "report": Control("select", "report", visit.say("Report"), given.get("report", ""), choices=choices["report"]),
        "period": Control("select", "period", visit.say("Period"), given.get("period", ""), blank=page_wide,
                          choices=[(name, visit.say(text)) for name, text in PERIODS if name]),
        "owner": Control("select", "whose", visit.say("Whose"), given.get("whose", ""), blank=page_wide,
                         choices=asked.whose_choices(visit)),
        "pipeline": Control("select", "pipeline", visit.say("Pipeline"), given.get("pipeline", ""), blank=page_wide,
                            choices=asked.pipeline_choices(visit)),
    }  # fmt: skip
    fields = [controls[name] for name in controls if name in takes]
    for control in fields:
        control.error, control.required = beside.get(control.name, ""), control.name in _NEEDED
    base = f"/dashboards/{board.id}"
    hidden = [Control("hidden", "settings", value="1"), Control("hidden", "widget", value=widget.key)]
    page = FormPage(
        title=visit.say(widget.label), text=words(visit, widget),
        action=f"{base}/widgets/{placed.key}" if placed.key else f"{base}/widgets", sections=[Section("", [*fields, *hidden])],
        submit=visit.say("Save" if placed.key else "Add"), cancel_url=f"{base}?arrange=1",
        crumbs=[{"label": visit.say("Dashboards"), "url": "/dashboards"}, {"label": board.name, "url": base}],
        problems=[text for field, text in beside.items() if field not in _ASKED], status=422 if problems else 200,
    )  # fmt: skip
    return show_form(visit, page)


def _back(visit: Visit) -> Answer:
    return visit.see(f"/dashboards/{visit.path_id}?arrange=1")
