"""The report to the owner of a property: the viewings of the last weeks, and what was said."""

import datetime as dt
from collections import Counter

from hookline_sdk import Act, Badge, Gate, Money, PageRequest, Panel, Redirect, Text, func, id_in, select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Property, Status
from hookline_real_estate.viewings.data import Liking, Viewing, ViewingState

_WEEKS = dt.timedelta(weeks=4)
_MOST = 100


@plugin.action(Property, "Report to the owner", icon="file-text")
def tell_owner(act: Act[Property], gate: Gate) -> Redirect:
    """Open what the owner is told: it can be printed."""
    return Redirect(f"/x/real_estate/owner_report/{act.record.id}")


@plugin.page("Report to the owner")
def owner_report(asked: PageRequest, gate: Gate) -> list[Panel]:
    """The viewings of the last four weeks, what buyers said, and how the price compares. Buyers are not named."""
    shown = gate.get(Property, id_in(asked.rest) or 0)
    found = select(Viewing.starts_at, Viewing.liking, Viewing.buyer_says).where(
        Viewing.property == shown.id,
        Viewing.state == ViewingState.done,
        Viewing.starts_at >= gate.now - _WEEKS,
    )
    rows = gate.rows(found.order_by(Viewing.starts_at.desc(), Viewing.id).limit(_MOST))
    liked = Counter(liking for _, liking, _ in rows)
    return [
        Panel(
            facts={
                "Address": shown.address,
                str(Text("Viewings in four weeks")): len(rows),
                **{each.label: liked[each.value] for each in Liking},
                "Price per m²": _per_m2(shown),
                str(Text("The others in its district, per m²")): _of_others(gate, shown),
            }
        ),
        Panel(
            columns=("Day", "Liking", Text("What the buyer says")),
            rows=[
                (at, Badge(Liking(liking).label, Liking(liking).tone) if liking else None, said)
                for at, liking, said in rows
            ],
            empty=Text("Nobody has seen it in the last four weeks."),
        ),
    ]


def _per_m2(shown: Property) -> Money | None:
    return Money(shown.price_per_m2) if shown.price_per_m2 is not None else None


def _of_others(gate: Gate, shown: Property) -> Money | None:
    """The mean of what is on the market in the same district, of the same kind."""
    if shown.district is None:
        return None
    number = func.count(Property.price_per_m2)
    others = select(func.sum(Property.price_per_m2), number).where(
        Property.district == shown.district,
        Property.kind == shown.kind,
        Property.purpose == shown.purpose,
        Property.status == Status.active,
        Property.id != shown.id,
    )
    for total, count in gate.rows(others):
        return Money(round(total / count, 2)) if count else None
    return None
