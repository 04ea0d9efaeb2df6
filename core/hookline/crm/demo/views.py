"""The views and tags that the demo's people keep, and the relations that they know of."""

from typing import Final

from sqlalchemy import select

from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.crm.demo.play import Play
from hookline.crm.desks.views import save_view
from hookline.crm.relations import Relation, RelationKind
from hookline.crm.tags import Tag
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
# Name, colour, what it is kept for.
_TAGS: Final = (
    ("Key account", "violet", "company"),
    ("Partner", "teal", "company"),
    ("Pilot", "blue", "deal"),
    ("Renewal", "green", "deal"),
    ("At risk", "red", None),
    ("Newsletter", "amber", "contact"),
)
_MARKED: Final = (
    ("company", ("Harbour & Pine Logistics", "Falkenrath Werkzeuge GmbH"), ("Key account",)),
    ("company", ("Silverbrook Foods",), ("Key account", "At risk")),
    ("deal", ("Counter pilot", "Night depot, ring scanners"), ("Pilot",)),
    ("deal", ("Cold chain labels",), ("Renewal", "At risk")),
)


def keep_views(play: Play) -> None:
    """Views for everybody, kept by the administrator, and a few relations."""
    gate = play.home.gate(play.tx, play.actor("Anna"))
    for entity, name, shared, query in _VIEWS:
        save_view(gate, entity, name, shared, query)
    _relate(play, gate)
    _mark(play, gate)


def _mark(play: Play, gate: Gate) -> None:
    made = {
        name: gate.create(Tag, {"name": name, "tone": tone, **({"only_for": only} if only else {})})
        for name, tone, only in _TAGS
    }
    for entity, names, marks in _MARKED:
        noun: type[Company | Deal] = Company if entity == "company" else Deal
        for (id,) in gate.rows(select(noun.id).where(noun.name.in_(names))):
            gate.update(noun, id, {"tags": tuple(made[mark] for mark in marks)})


def _relate(play: Play, gate: Gate) -> None:
    kinds = {name: id for id, name in gate.rows(select(RelationKind.id, RelationKind.name))}
    for company, kind, other, note in _RELATIONS:
        about, to = f"company:{play.ids[company]}", f"company:{play.ids[other]}"
        gate.create(Relation, {"about": about, "kind": kinds[kind], "other": to, "note": note})
