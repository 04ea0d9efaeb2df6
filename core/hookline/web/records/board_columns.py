"""The columns of a board as the page shows them: their cards, and what those come to."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from hookline.kernel.actor import Action
from hookline.kernel.lists.listing import Group, Page
from hookline.kernel.schema import EntityInfo
from hookline.web.records.board_layout import Board, Spot
from hookline.web.records.cards import Card, amount_field
from hookline.web.records.groups import written_sum

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_THOUSAND: Final = 1000
Paint = Callable[[Mapping[str, Any]], Card]


@dataclass(frozen=True)
class Column:
    """A column of the board. `id` tells columns apart in the page; sums and notes are text, "" for none.

    `fold` stands for a column that people fold up and open by hand, "" for the others; `new_url` makes a record in it.
    """

    id: int
    key: str
    label: str
    tone: str
    count: str
    sum: str
    weighted: str
    note: str
    cards: Sequence[Card]
    more_url: str | None
    list_url: str
    toggle_url: str
    fold: str
    folded: bool
    new_url: str
    empty_text: str


def summed_fields(visit: "Visit", info: EntityInfo) -> list[str]:
    """The amount of the cards, and the same weighted by its probability."""
    amount = amount_field(visit, info)
    weighted = next((f for f in visit.gate.readable(info) if f.name == "weighted" and f.is_number), None)
    return [spec.name for spec in (amount, weighted) if spec is not None and spec.summed]


def columns_of(
    visit: "Visit", board: Board, groups: Mapping[Any, Group], pages: Mapping[Any, Page], paint: Paint
) -> dict[str, Column]:
    """The columns by key. Without a page of cards there are none; without a group its figures are nought."""
    return {
        spot.key: _column(
            visit, board, spot, (groups.get(spot.lane.value), pages.get(spot.lane.value)), paint
        )
        for spot in board.spots
    }


def written_total(visit: "Visit", board: Board, groups: Mapping[Any, Group]) -> str:
    """How many records the open columns hold, and what they come to."""
    counted = [groups[s.lane.value] for s in board.spots if not s.is_closed and s.lane.value in groups]
    count = visit.fmt.number(sum(group.count for group in counted))
    name = next(iter(summed_fields(visit, board.info)), None)
    if name is None:
        return count
    together: dict[str, Decimal] = {}
    for group in counted:
        for currency, amount in group.sums.get(name, {}).items():
            together[currency] = together.get(currency, Decimal()) + amount
    text = _money(visit, together)
    return f"{count} · {text}" if text else count


def _column(
    visit: "Visit", board: Board, spot: Spot, found: tuple[Group | None, Page | None], paint: Paint
) -> Column:
    group, page = found
    sums = list(group.sums.items()) if group else []
    working = spot.stage is not None and not spot.is_closed
    return Column(
        id=board.spots.index(spot),
        key=spot.key,
        label=spot.label,
        tone=spot.tone,
        count=visit.fmt.number(group.count if group else 0),
        sum=_money(visit, sums[0][1]) if sums else "",
        weighted=_weighted(visit, spot, sums) if working else "",
        note=_note(visit, spot) if working else "",
        cards=[paint(row) for row in page.rows] if page else [],
        more_url=board.asked.url(lane=spot.key, after=page.next) if page and page.next else None,
        list_url=_list_url(board, spot),
        toggle_url=_toggle_url(board, spot),
        fold="" if spot.is_closed else f"{board.by.name}:{spot.key}",
        folded=spot.folded,
        new_url=_new_url(visit, board, spot),
        empty_text=visit.say("Nothing here"),
    )


def _money(visit: "Visit", by_currency: Mapping[str, Decimal]) -> str:
    """Sums as the head of a column has room for them: of thousands nobody reads the cents."""
    shown = {
        c: round(amount) if abs(amount) >= _THOUSAND else amount
        for c, amount in by_currency.items()
        if amount
    }
    return written_sum(visit, shown)


def _weighted(visit: "Visit", spot: Spot, sums: Sequence[tuple[str, Mapping[str, Decimal]]]) -> str:
    """The amounts as far as they may be expected: each record's own, or by the stage's probability."""
    if len(sums) > 1:
        return _money(visit, sums[1][1])
    if not sums or spot.stage is None:
        return ""
    share = Decimal(spot.stage.probability) / 100
    expected = {currency: amount * share for currency, amount in sums[0][1].items()}
    return _money(visit, expected)


def _note(visit: "Visit", spot: Spot) -> str:
    """How likely what stands here is won, and how long it may stand here."""
    if spot.stage is None:
        return ""
    chance, days = visit.fmt.percent(spot.stage.probability), spot.stage.expected_days
    if days is None:
        return chance
    written = visit.site.translations.catalog(visit.language).ngettext("%(num)d d", "%(num)d d", days)
    return f"{chance} · {written % {'num': days}}"


def _new_url(visit: "Visit", board: Board, spot: Spot) -> str:
    """Where a record is made that stands in a column from the beginning; "" where that is not for this person."""
    info, value = board.info, spot.lane.value
    if spot.is_closed or value is None or not visit.gate.may(info.name, Action.create):
        return ""
    if board.by not in visit.gate.writable(info):
        return ""
    return f"/{info.cls.slug}/new?{urlencode({board.by.name: value, 'back': board.url})}"


def _list_url(board: Board, spot: Spot) -> str:
    """The list of what stands in a column."""
    name, value, recent = board.by.name, spot.lane.value, spot.lane.recent
    if value is None:
        return board.plain.url(field=name, **{f"{name}.empty": "1"})
    since = {f"{recent[0]}.gte": str(recent[1])[:10]} if recent else {}
    return board.plain.url(field=name, **{name: str(value), **since})


def _toggle_url(board: Board, spot: Spot) -> str:
    """The board with a closed column opened or folded up again; "" for the others."""
    if not spot.is_closed:
        return ""
    opened = [s.key for s in board.spots if s.is_closed and not s.folded]
    changed = [*opened, spot.key] if spot.folded else [key for key in opened if key != spot.key]
    return board.asked.url(open=",".join(changed) or None)
