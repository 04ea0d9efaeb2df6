"""Panels that plugins put on a record's page: each is a fragment of its own, asked for when the page stands."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from hookline.errors import Refused, Text
from hookline.kernel.attempts import attempt
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.host import Failure
from hookline.kernel.schema import EntityInfo
from hookline.kernel.shown import Panel
from hookline.web.plugins.asking import Filters
from hookline.web.plugins.shown import find_open, is_open
from hookline.web.reports.drawn import read_panel

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_LATE: Final = 200


@dataclass(frozen=True)
class Slot:
    """The place of a panel on a page, as `macros/record.html` draws a panel of kind "lazy".

    A `late` one stands below the related lists: panels of order 200 and more.
    """

    id: str
    label: str
    url: str
    kind: str = "lazy"
    late: bool = False


def slots(visit: "Visit", info: EntityInfo, id: int, slot: str = "record.side") -> list[Slot]:
    """The panels that belong into a slot of this record's page, in their order."""
    found = [
        c
        for c in visit.gate.host.contributions("panel", info.name)
        if c.options["slot"] == slot and is_open(visit, c)
    ]
    found.sort(key=lambda c: (c.options["order"], c.plugin))
    return [
        Slot(
            _id(c),
            visit.say(c.label),
            f"/{info.cls.slug}/{id}/panel/{c.plugin}/{c.name}",
            late=c.options["order"] >= _LATE,
        )
        for c in found
    ]


def panel(visit: "Visit", entity: str) -> "Answer":
    """One panel of one record: the fragment for htmx, and a page of its own for people without script."""
    info = visit.gate.schema[entity]
    record = visit.gate.get(info.cls, visit.path_id)
    key = "{plugin}.{name}".format_map(visit.request.path_params)
    contribution = find_open(visit, "panel", key, info.name)
    title, label = str(getattr(record, info.cls.title) or f"#{record.id}"), visit.say(contribution.label)
    read = read_panel(visit)
    asking = (Filters(visit),) if contribution.options["takes"] else ()
    found = attempt(visit.gate, contribution, read, record, visit.gate, *asking)
    if isinstance(found, Refused):
        # It stands on what this person may not see, which is no failure.
        found = read(Panel(text=Text("There is nothing here that you may see.")))
    return visit.page(
        "records/panel.html",
        block="panel",
        page_title=f"{label} · {title}",
        crumbs=[
            {"label": visit.say(info.cls.plural), "url": f"/{info.cls.slug}"},
            {"label": title, "url": f"/{info.cls.slug}/{record.id}"},
        ],
        label=label,
        failure=found if isinstance(found, Failure) else None,
        panel=None if isinstance(found, Failure) else found,
        url=f"/{info.cls.slug}/{record.id}/panel/{contribution.plugin}/{contribution.name}",
    )


def _id(contribution: Contribution) -> str:
    return f"panel-{contribution.plugin}-{contribution.name}"
