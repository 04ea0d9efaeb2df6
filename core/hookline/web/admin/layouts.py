"""/settings/layouts: where the fields of each kind of record stand, when they show, are asked for or may not be changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hookline.crm.custom_fields import PERMISSION
from hookline.crm.desks.layouts import MOST_FACTS, arrangeable, reset_layout, save_layout
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds.keys import number_in
from hookline.kernel.layouts import Layout, Placed, Section, layout_of
from hookline.kernel.schema import EntityInfo
from hookline.web.admin.home import trail
from hookline.web.doors import Doors
from hookline.web.records.arrangement import arranged
from hookline.web.records.controls import controls
from hookline.web.records.form_page import Section as Drawn
from hookline.web.records.forms import form_fields
from hookline.web.visit import Answer, Visit

door: Final = Doors()

NEEDS: Final = PERMISSION
LONGEST: Final = 1000
_MOST_SECTIONS: Final = 40
_WIDTHS: Final[Mapping[str, bool | None]] = {"": None, "half": False, "whole": True}


@dataclass(frozen=True)
class Row:
    """A field in the editor: where it stands, its conditions, and what is wrong with them."""

    placed: Placed
    label: str
    section: int
    place: int
    settable: bool
    errors: Mapping[str, str]
    # What holds where no condition is written.
    usual: Placed

    @property
    def width(self) -> str:
        """The width as the form says it."""
        return next(word for word, wide in _WIDTHS.items() if wide is self.placed.wide)


@door("GET", "/settings/layouts", needs=NEEDS)
def show_all(visit: Visit) -> Answer:
    """Each kind of record, and whether it has been arranged."""
    lines = [
        {
            "label": visit.say(info.cls.plural), "icon": info.cls.icon, "url": f"/settings/layouts/{info.name}",
            "main": bool(info.cls.menu), "own": bool(layout_of(visit.gate, info.name).places),
        }
        for info in _open(visit)
    ]  # fmt: skip
    lines.sort(key=lambda line: (not line["main"], line["label"]))
    return visit.page(
        "admin/layouts.html", page_title=visit.say("Layouts"), crumbs=trail(visit), entities=lines
    )


@door("GET", "/settings/layouts/{entity:str}", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """The editor, with the arrangement as it stands."""
    info = _info(visit)
    return _page(visit, info, _whole(visit, info, layout_of(visit.gate, info.name)))


@door("POST", "/settings/layouts/{entity:str}", needs=NEEDS)
def save(visit: Visit) -> Answer:
    """Save the arrangement; "preview" only shows what it would be."""
    info = _info(visit)
    layout = _read(visit, info)
    if visit.value("preview"):
        return _page(visit, info, layout)
    try:
        save_layout(visit.gate, info.name, layout)
    except Invalid as refusal:
        visit.take_back()
        return _page(visit, info, layout, refusal.problems)
    return visit.see(f"/settings/layouts/{info.name}", done=Text("Saved. It holds from now on."))


@door("POST", "/settings/layouts/{entity:str}/reset", needs=NEEDS)
def reset(visit: Visit) -> Answer:
    """Back to the standard."""
    info = _info(visit)
    reset_layout(visit.gate, info.name)
    return visit.see(f"/settings/layouts/{info.name}", done=Text("The fields stand as they usually do."))


def _open(visit: Visit) -> list[EntityInfo]:
    return [info for info in visit.gate.schema.entities.values() if not info.cls.own_door]


def _info(visit: Visit) -> EntityInfo:
    name = str(visit.request.path_params["entity"])
    found = next((info for info in _open(visit) if info.name == name), None)
    if found is None:
        raise NotFound
    return found


def _whole(visit: Visit, info: EntityInfo, layout: Layout) -> Layout:
    """The layout with a place for every field: those it does not name stand where they usually do."""
    groups = arranged(visit, info, arrangeable(info), layout)
    system = visit.say("System")
    sections = [
        Section(
            title=group.label or visit.say("Details"),
            collapsed=group.collapsed or (not layout.sections and group.label == system),
            fields=tuple(layout.of(f.name) for f in group.fields),
        )
        for group in groups
    ]
    return Layout(facts=layout.facts, sections=tuple(sections))


def _read(visit: Visit, info: EntityInfo) -> Layout:
    """The arrangement as it was sent. What is not here now, of a plugin that is switched off, keeps its place."""
    number = min(number_in(visit.value("sections")) or 0, _MOST_SECTIONS)
    rows: list[list[tuple[int, Placed]]] = [[] for _ in range(max(number, 1))]
    for spec in arrangeable(info):
        at = number_in(visit.value(f"section__{spec.name}")) or 0
        rows[min(at, len(rows) - 1)].append(
            (number_in(visit.value(f"place__{spec.name}")) or 0, _placed(visit, spec))
        )
    for at, section in enumerate(layout_of(visit.gate, info.name).sections):
        gone = [(len(info.fields), one) for one in section.fields if one.name not in info.fields]
        rows[min(at, len(rows) - 1)] += gone
    sections = [
        Section(
            title=visit.value(f"title__{at}").strip(),
            collapsed=bool(visit.value(f"collapsed__{at}")),
            fields=tuple(placed for _, placed in sorted(found, key=lambda pair: pair[0])),
        )
        for at, found in enumerate(rows)
    ]
    facts = dict.fromkeys(name for name in visit.values("facts") if name in info.fields)
    return Layout(facts=tuple(facts), sections=tuple(s for s in sections if s.fields))


def _placed(visit: Visit, spec: Field) -> Placed:
    said = {
        what: visit.value(f"{what}__{spec.name}").strip()[:LONGEST]
        for what in ("visible", "required", "locked")
    }
    return Placed(name=spec.name, wide=_WIDTHS.get(visit.value(f"wide__{spec.name}")), **said)


def _page(visit: Visit, info: EntityInfo, layout: Layout, problems: Sequence[Problem] = ()) -> Answer:
    beside = {problem.field: visit.say(problem.text) for problem in reversed(problems)}
    title = visit.say(info.cls.plural)
    readable = {f.name: visit.say(f.label) for f in arrangeable(info) if f.kind != "long_text"}
    return visit.page(
        "admin/layout.html", block="preview" if visit.is_htmx else None, status=422 if problems else 200, page_title=title,
        entity=info.name, slug=info.cls.slug, own=bool(layout_of(visit.gate, info.name).places),
        sections=[
            {"title": s.title, "collapsed": s.collapsed, "error": beside.get(f"title:{at}", ""), "rows": [*_rows(visit, info, s, at, beside)]}
            for at, s in enumerate(layout.sections)
        ],
        facts=[*layout.facts, *[""] * (MOST_FACTS - len(layout.facts))],
        fact_choices=sorted(readable.items(), key=lambda pair: pair[1]),
        problems=[text for name, text in beside.items() if ":" not in name],
        names=[*_names(visit, info)], preview=_preview(visit, info, layout), shown_facts=[readable[n] for n in layout.facts if n in readable],
        crumbs=trail(visit, (visit.say("Layouts"), "/settings/layouts")),
    )  # fmt: skip


def _rows(
    visit: Visit, info: EntityInfo, section: Section, at: int, beside: Mapping[str, str]
) -> Iterator[Row]:
    for place, placed in enumerate(section.fields):
        spec = info.fields.get(placed.name)
        if spec is None:
            continue
        usual = Placed(name=spec.name, visible=spec.shown_when, required=spec.required_when)
        errors = {what: beside.get(f"{what}:{spec.name}", "") for what in ("visible", "required", "locked")}
        yield Row(placed, visit.say(spec.label), at, place + 1, not spec.read_only, errors, usual)


def _names(visit: Visit, info: EntityInfo) -> Iterator[Mapping[str, str]]:
    """What conditions can name, with the values that a choice has."""
    for spec in sorted(arrangeable(info), key=lambda f: f.name):
        yield {
            "name": spec.name,
            "label": visit.say(spec.label),
            "values": ", ".join(_values(visit, info, spec)),
        }


def _values(visit: Visit, info: EntityInfo, spec: Field) -> list[str]:
    if spec.kind in ("choice", "multi_choice"):
        return [f'"{option.value}"' for option in spec.options.values()]
    known = visit.pipelines.of(info.name)
    if spec.kind == "stage":
        return [f"{s.id}: {p.name}, {s.name}" for p in known for s in p.stages]
    return [f"{p.id}: {p.name}" for p in known] if spec.target == "pipeline" else []


def _preview(visit: Visit, info: EntityInfo, layout: Layout) -> list[Drawn]:
    """The form as it would stand, empty."""
    fields = form_fields(visit, info, fresh=False)
    drawn = []
    for group in arranged(visit, info, fields, layout):
        made: list[Any] = controls(visit, info, group.fields, {}, {})
        for control in made:
            wide = layout.of(control.name).wide
            control.wide = control.wide if wide is None else wide
        drawn.append(Drawn(group.label, made, folded=group.collapsed))
    return drawn
