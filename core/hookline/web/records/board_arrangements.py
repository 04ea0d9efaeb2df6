"""How somebody has arranged a board: which fields its cards show, view by view, and which columns are folded up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from hookline.crm.desks.arrangements import keep_arrangement
from hookline.kernel.actor import Action
from hookline.kernel.schema import EntityInfo
from hookline.web.addresses import own_address
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_MOST_FOLDED: Final = 300


@dataclass(frozen=True)
class Arrangement:
    """`cards` are field names by view ("" for none); `folded` are columns as "field:key"."""

    cards: Mapping[str, Sequence[str]] = field(default_factory=dict)
    folded: Sequence[str] = ()


def arranged(visit: "Visit", info: EntityInfo) -> Arrangement:
    """How this person has arranged the boards of an entity."""
    state = visit.arrangement(_page(info))
    return Arrangement(state.get("cards", {}), state.get("folded", ()))


def keep(visit: "Visit", entity: str) -> Answer:
    """Keep a choice of fields, or fold a column up or open it again; then back to the board."""
    info = visit.gate.schema[entity]
    visit.gate.must(info.name, Action.read)
    now, view = arranged(visit, info), visit.query.get("view", "")[:40]
    cards, folded = dict(now.cards), list(now.folded)
    if visit.value("cards"):
        chosen = [name for name in visit.values("card") if name in info.fields]
        cards = {**cards, view: chosen}
    if (up := visit.value("fold")[:200]) and up not in folded:
        folded = [*folded, up][-_MOST_FOLDED:]
    folded = [column for column in folded if column != visit.value("unfold")]
    keep_arrangement(visit.gate, _page(info), {"cards": cards, "folded": folded})
    return visit.see(own_address(visit.query.get("back", ""), f"/{info.cls.slug}/board"))


def arrangement_url(info: EntityInfo, board_url: str, view: str) -> str:
    """Where a board's arrangement is kept."""
    return f"/{info.cls.slug}/board/arrangement?{urlencode({'view': view, 'back': board_url})}"


def _page(info: EntityInfo) -> str:
    return f"board:{info.name}"
