"""The page of a cross-classification: people by two or three of their fields or segments; a cell can be kept as a segment."""

from hookline_sdk import Action, Gate, Page, PageRequest, Redirect, Text, select

from hookline_loyalty.plugin import INSIGHT, plugin
from hookline_loyalty.segments.asking import SUBJECTS
from hookline_loyalty.segments.data import Segment, SegmentKind, Subject
from hookline_loyalty.segments.dividing import divides, way_by
from hookline_loyalty.segments.matrix import matrix


@plugin.page("Cross-classification", menu=INSIGHT, icon="columns-3", order=26)
def cross(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """Choose what divides the rows, perhaps within them, and the columns; a cell can be kept as a segment."""
    said = asked.form if asked.is_post else asked.query
    of = said.get("of", "")
    of = of if of in SUBJECTS else Subject.contact.value
    if asked.is_post:
        return _keep(asked, gate, of)
    source = gate.source(of)
    ways = {
        place: way
        for place in ("rows", "within", "columns")
        if (way := way_by(asked, gate, of, source, said.get(place, "")))
    }
    ready = "rows" in ways and "columns" in ways
    order = [ways[place] for place in ("rows", "within", "columns") if place in ways]
    lines = matrix(gate, of, source, order, bought=said.get("show") == "bought") if ready else []
    choices = [(each.name, each.label) for each in asked.asking.fields(of) if divides(gate, of, each)]
    segments = select(Segment.id, Segment.name).where(Segment.of == of).order_by(Segment.name)
    return Page(
        "cross.html",
        {
            "of": of,
            "chosen": {place: said.get(place, "") for place in ("rows", "within", "columns")},
            "choices": choices,
            "segments": [(f"segment:{id}", name) for id, name in gate.rows(segments)],
            "subjects": [(one.value, one.label) for one in Subject],
            "columns": [each.label for each in ways["columns"].classes] if ready else [],
            "heads": [way.label for way in order[:-1]],
            "lines": lines,
            "show": "bought" if said.get("show") == "bought" else "count",
            "depth": len(order) - 1,
            "may_keep": gate.may("loyalty_segment", Action.create),
        },
    )


def _keep(asked: PageRequest, gate: Gate, of: str) -> Redirect:
    values = {
        "name": asked.form.get("name", "").strip() or "A part of the matrix", "of": of, "kind": SegmentKind.dynamic,
        "rule": asked.form.get("rule", ""),
    }  # fmt: skip
    return Redirect(f"loyalty_segment:{gate.create(Segment, values)}", Text("Kept as a segment."))
