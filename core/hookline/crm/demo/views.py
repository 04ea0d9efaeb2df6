"""The views that the demo's people keep, and the relations that they know of."""

from typing import Final

from sqlalchemy import select

from hookline.crm.demo.play import Play
from hookline.crm.relations import Relation, RelationKind
from hookline.crm.views import save_view
from hookline.kernel.gate import Gate

# Entity, name, who sees it, query.
_VIEWS: Final = (
    ("deal", "Above €50,000", "all", "outcome=open&amount.gte=50000&sort=-amount"),
    ("deal", "Lost this year", "all", "outcome=lost&closed_on.within=this_year&sort=-closed_on"),
    ("lead", "From the fair", "all", "campaign.contains=fair"),
)
_RELATIONS: Final = (
    ("shelf", "recommended", "wind", "Сканеры для рейсов"),
    ("harbour", "supplies", "vanterpool", "Night transport"),
    ("marlowe", "knows", "ashdown", "Same investor"),
)


def keep_views(play: Play) -> None:
    """Views for everybody, kept by the administrator, and a few relations."""
    gate = play.home.gate(play.tx, play.actor("Anna"))
    for entity, name, shared, query in _VIEWS:
        save_view(gate, entity, name, shared, query)
    _relate(play, gate)


def _relate(play: Play, gate: Gate) -> None:
    kinds = {name: id for id, name in gate.rows(select(RelationKind.id, RelationKind.name))}
    for company, kind, other, note in _RELATIONS:
        about, to = f"company:{play.ids[company]}", f"company:{play.ids[other]}"
        gate.create(Relation, {"about": about, "kind": kinds[kind], "other": to, "note": note})
