"""Blocks that plugins put on pages of the house: each is a fragment of its own, asked for when the page stands."""

from dataclasses import dataclass
from urllib.parse import urlencode

from hookline.kernel.actor import Action
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.schema import EntityInfo
from hookline.kernel.screens import Place
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.plugins.shown import ask, find_open, is_open
from hookline.web.reports.drawn import read_widget, scale
from hookline.web.visit import Answer, Visit

door = Doors()


@dataclass(frozen=True)
class Block:
    """One of them, as `macros/widgets.html` draws it before it is there."""

    id: str
    label: str
    url: str


def blocks(visit: Visit, slot: str, info: EntityInfo | None = None) -> list[Block]:
    """What stands in a slot of this page for this person, in its order."""
    entity = info.name if info else None
    found = [
        c
        for c in visit.gate.host.contributions("block", entity)
        if c.options["slot"] == slot and c.entity == entity and is_open(visit, c)
    ]
    found.sort(key=lambda c: (c.options["order"], c.plugin))
    query = f"?{urlencode(visit.query)}" if visit.query else ""
    return [
        Block(f"block-{c.plugin}-{c.name}", visit.say(c.label), f"/blocks/{c.plugin}/{c.name}{query}")
        for c in found
    ]


@door("GET", "/blocks/{plugin:str}/{name:str}", needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """One block: the fragment for htmx, and a page of its own for people without script."""
    block = _meant(visit)
    at = Place(
        slot=block.options["slot"], entity=block.entity or "", url=_page_of(visit, block), query=visit.query, reader=visit.reader
    )  # fmt: skip
    found = ask(visit, block, read_widget(visit), at, visit.gate)
    failure = found if isinstance(found, Failure) else None
    kind, shown = (None, None) if isinstance(found, Failure) else found
    label = visit.say(block.label)
    return visit.page(
        "dashboards/widget.html", block="widget", page_title=label, label=label, asked="", crumbs=(), failure=failure,
        problem="", kind=kind, found=shown, tick=scale(visit),
    )  # fmt: skip


def _meant(visit: Visit) -> Contribution:
    """A block that is paused is found too: it says that it failed."""
    found = find_open(visit, "block", "{plugin}.{name}".format_map(visit.request.path_params))
    if found.entity is not None:
        visit.gate.must(found.entity, Action.read)
    return found


def _page_of(visit: Visit, block: Contribution) -> str:
    if block.entity is None:
        return "/my-day"
    return f"/{visit.gate.schema[block.entity].cls.slug}"
