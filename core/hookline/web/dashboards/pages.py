"""/dashboards: the pages of widgets that everybody may arrange, share and begin the day with."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from hookline.crm.desks.beginnings import start_with
from hookline.crm.desks.dashboard_starts import STARTS, starts_for
from hookline.crm.desks.dashboards import (
    Dashboard,
    Placed,
    change_dashboard,
    create_dashboard,
    delete_dashboard,
    find_dashboard,
    list_dashboards,
)  # fmt: skip
from hookline.crm.desks.offered import WAYS, ways_for
from hookline.errors import Invalid, NotFound, Text
from hookline.kernel.kinds.keys import id_in
from hookline.web.dashboards.widgets import widget_url
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.plugins.shown import offered
from hookline.web.records.controls import Control
from hookline.web.records.form_page import FormPage, Section, show_form
from hookline.web.reports import asked
from hookline.web.visit import Answer, Visit

door = Doors()

_TAKES: Final = ("period", "owner", "pipeline")
_USUAL: Final = "this_month"


@door("GET", "/dashboards", needs=SIGNED_IN)
def first(visit: Visit) -> Answer:
    """The dashboard that suits best: the first of one's own or shared ones, else one to begin with."""
    known = list_dashboards(visit.gate)
    if known:
        return _page(visit, known[0], known)
    return _start_page(visit, starts_for(visit.gate)[0], known)


@door("GET", "/dashboards/start/{name:str}", needs=SIGNED_IN)
def show_start(visit: Visit) -> Answer:
    """One of those that everybody begins with."""
    return _start_page(visit, visit.request.path_params["name"], list_dashboards(visit.gate))


@door("GET", "/dashboards/{id:int}", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """A dashboard. With `arrange=1`, for those who may, with what it takes to arrange it."""
    known = list_dashboards(visit.gate)
    found = next((board for board in known if board.id == visit.path_id), None)
    if found is None:
        raise NotFound
    return _page(visit, found, known)


@door("GET", "/dashboards/new", needs=SIGNED_IN)
def new(visit: Visit) -> Answer:
    """The form of a new one."""
    return _form(visit, None, "", "private", visit.query.get("start", ""))


@door("POST", "/dashboards", needs=SIGNED_IN)
def create(visit: Visit) -> Answer:
    """Make one: empty, or with what a start or another dashboard holds."""
    name, shared_with, start = visit.value("name"), visit.value("shared_with"), visit.value("start")
    try:
        id = create_dashboard(
            visit.gate,
            name or _name_of(visit, start),
            shared_with or "private",
            _widgets_of(visit, start),
        )
    except Invalid as refusal:
        return _form(visit, None, name, shared_with, start, refusal)
    return visit.see(f"/dashboards/{id}?arrange=1")


@door("GET", "/dashboards/{id:int}/edit", needs=SIGNED_IN)
def edit(visit: Visit) -> Answer:
    """The form that renames it or shares it with others."""
    board = kept(visit)
    return _form(visit, board, board.name, board.shared_with, "")


@door("POST", "/dashboards/{id:int}", needs=SIGNED_IN)
def update(visit: Visit) -> Answer:
    """Rename it or share it with others."""
    board, name, shared_with = kept(visit), visit.value("name"), visit.value("shared_with")
    try:
        change_dashboard(visit.gate, board.id, name, shared_with)
    except Invalid as refusal:
        return _form(visit, board, name, shared_with, "", refusal)
    return visit.see(f"/dashboards/{board.id}", done=Text("Saved."))


@door("POST", "/dashboards/{id:int}/deletion", needs=SIGNED_IN)
def delete(visit: Visit) -> Answer:
    """Remove it. What its widgets show stays where it is."""
    delete_dashboard(visit.gate, visit.path_id)
    return visit.see("/dashboards", done=Text("The dashboard is deleted."))


@door("POST", "/dashboards/{id:int}/start", needs=SIGNED_IN)
def begin_with(visit: Visit) -> Answer:
    """Begin the day with this dashboard, or with My day again."""
    if find_dashboard(visit.gate, visit.path_id) is None:
        raise NotFound
    wanted = visit.query.get("on") != "0"
    start_with(visit.gate, visit.path_id if wanted else None)
    done = Text("You begin with this page now.") if wanted else Text("You begin with My day now.")
    return visit.see(f"/dashboards/{visit.path_id}", done=done)


def kept(visit: Visit) -> Dashboard:
    """The dashboard of the address, if it is this person's to change."""
    found = find_dashboard(visit.gate, visit.path_id)
    if found is None or not found.is_kept_by(visit.gate.actor):
        raise NotFound
    return found


def sharing_choices(visit: Visit) -> Sequence[tuple[str, str]]:
    """With whom this person may share."""
    return [(way, visit.say(label)) for way, label in ways_for(visit.gate.actor)]


def _start_page(visit: Visit, name: str, known: Sequence[Dashboard]) -> Answer:
    if name not in STARTS:
        raise NotFound
    label, widgets = STARTS[name]
    arrange = {"url": "/dashboards", "hidden": {"start": name}}
    return _show(
        visit, visit.say(label), widgets, known, current=f"/dashboards/start/{name}", arrange=arrange
    )


def _page(visit: Visit, board: Dashboard, known: Sequence[Dashboard]) -> Answer:
    url = f"/dashboards/{board.id}"
    mine = board.is_kept_by(visit.gate.actor)
    arranging = mine and visit.query.get("arrange") == "1"
    return _show(
        visit, board.name, board.widgets, known, current=url, board=board if mine else None, arranging=arranging,
        tools=_tools(visit, board, mine=mine), shared="" if board.shared_with == "private" else visit.say(WAYS[board.shared_with]),
    )  # fmt: skip


def _show(
    visit: Visit, title: str, widgets: Sequence[Placed], known: Sequence[Dashboard], *, current: str, board: Dashboard | None = None,
    arranging: bool = False, tools: Sequence[Any] = (), arrange: Mapping[str, Any] | None = None, shared: str = "",
) -> Answer:  # fmt: skip
    whole = {"period": _USUAL, **asked.given(visit)}
    if visit.query.get("from") or visit.query.get("to"):
        whole.pop("period") if "period" not in visit.query else None
    controls = asked.controls(visit, _TAKES, current)
    if not any(name in visit.query for name in ("period", "from", "to")):
        controls = {
            **controls,
            "periods": [{**p, "current": p["name"] == _USUAL} for p in controls["periods"]],
        }
    return visit.page(
        "dashboards/show.html", page_title=title, title=title, tabs=_tabs(visit, known, current), controls=controls,
        widgets=[_slot(visit, placed, whole, board, arranging=arranging) for placed in widgets],
        url=current, arranging=arranging, arrange_url=f"{current}?arrange=1" if board else "", start_form=arrange,
        tools=tools, shared=shared, sizes=_sizes(visit), add_url=f"{current}/widgets/new" if board else "",
    )  # fmt: skip


def _slot(
    visit: Visit, placed: Placed, whole: Mapping[str, str], board: Dashboard | None, *, arranging: bool
) -> Mapping[str, Any]:
    """A widget's place on the page. One whose plugin is away says so and waits."""
    widget = next((c for c in offered(visit, "widget") if c.key == placed.widget), None)
    own = dict(placed.given)
    if "from" in own or "to" in own or "period" in own:
        # Days of its own are not mixed with those of the page.
        whole = {name: value for name, value in whole.items() if name not in ("period", "from", "to")}
    given = {**whole, **own}
    base = f"/dashboards/{board.id}/widgets/{placed.key}" if board and arranging else ""
    found = {"key": placed.key, "size": placed.size, "base": base}
    if widget is None:
        return {**found, "label": placed.widget, "icon": "plug", "url": "", "asked": ""}
    label, takes = visit.say(widget.label), widget.options["takes"]
    if "report" in takes and given.get("report"):
        chosen = next((c for c in offered(visit, "report") if c.key == given["report"]), None)
        label = visit.say(chosen.label) if chosen is not None else label
        takes = chosen.options["takes"] if chosen is not None else takes
    return {
        **found, "label": label, "icon": widget.options["icon"], "url": widget_url(widget, given),
        "asked": asked.in_words(visit, takes, given),
    }  # fmt: skip


def _tabs(visit: Visit, known: Sequence[Dashboard], current: str) -> list[Mapping[str, Any]]:
    names = [(board.name, f"/dashboards/{board.id}") for board in known]
    names += [(visit.say(STARTS[name][0]), f"/dashboards/start/{name}") for name in starts_for(visit.gate)]
    return [{"label": label, "url": url, "current": url == current} for label, url in names]


def _tools(visit: Visit, board: Dashboard, *, mine: bool) -> list[Mapping[str, Any] | str]:
    url = f"/dashboards/{board.id}"
    begins = visit.desk.start == board.id
    label = Text("Begin with My day") if begins else Text("Begin the day here")
    found: list[Mapping[str, Any] | str] = [
        {"label": visit.say(label), "url": f"{url}/start?on={0 if begins else 1}", "icon": "sun", "method": "post"},
        {"label": visit.say("Copy…"), "url": f"/dashboards/new?start={board.id}", "icon": "copy", "dialog": True},
    ]  # fmt: skip
    if not mine:
        return found
    question = visit.say(Text("Delete the dashboard “%(name)s”?", name=board.name))
    rename = {
        "label": visit.say("Rename or share…"),
        "url": f"{url}/edit",
        "icon": "pencil",
        "dialog": True,
    }
    gone = {
        "label": visit.say("Delete dashboard"), "url": f"{url}/deletion", "icon": "trash-2", "method": "post", "danger": True,
        "confirm": question,
    }  # fmt: skip
    return [*found, rename, "-", gone]


def _sizes(visit: Visit) -> Sequence[tuple[str, str]]:
    texts = {"small": Text("Small"), "medium": Text("Medium"), "large": Text("Large"), "wide": Text("Whole width")}  # fmt: skip
    return [(name, visit.say(text)) for name, text in texts.items()]


def _widgets_of(visit: Visit, start: str) -> Sequence[Placed]:
    if start in STARTS:
        return STARTS[start][1]
    id = id_in(start)
    found = find_dashboard(visit.gate, id) if id else None
    return found.widgets if found is not None else ()


def _name_of(visit: Visit, start: str) -> str:
    """A start that somebody arranges at once keeps its name."""
    return visit.say(STARTS[start][0]) if start in STARTS else ""


def _sharing_control(visit: Visit, shared_with: str, problems: Mapping[str, str]) -> Control:
    made = Control("radio", "shared_with", visit.say("Who sees it"), shared_with or "private")
    made.choices, made.error = sharing_choices(visit), problems.get("shared_with", "")
    return made


def _form(
    visit: Visit, board: Dashboard | None, name: str, shared_with: str, start: str, refusal: Invalid | None = None
) -> Answer:  # fmt: skip
    problems = {p.field: visit.say(p.text) for p in reversed(refusal.problems)} if refusal else {}
    starts = [(key, visit.say(label)) for key, (label, _) in STARTS.items()]
    boards = [(str(b.id), b.name) for b in list_dashboards(visit.gate)] if board is None else []
    fields = [
        Control("text", "name", visit.say("Name"), name, error=problems.get("name", ""), required=True),
        _sharing_control(visit, shared_with, problems),
    ]
    if board is None:
        empty = ("", visit.say("Nothing yet"))
        choices = [empty, *starts, *boards]
        fields.insert(
            1,
            Control("select", "start", visit.say("Begin with"), start, choices=choices, blank=None),
        )
    url = f"/dashboards/{board.id}" if board else "/dashboards"
    page = FormPage(
        title=visit.say("Rename or share" if board else "New dashboard"), action=url, sections=[Section("", fields)],
        submit=visit.say("Save" if board else "Create"), cancel_url=url,
        crumbs=[{"label": visit.say("Dashboards"), "url": "/dashboards"}],
        text=visit.say("Everybody sees in it only what the own rights show."),
        problems=[text for field, text in problems.items() if field not in ("name", "shared_with")],
        status=422 if refusal else 200,
    )  # fmt: skip
    return show_form(visit, page)
