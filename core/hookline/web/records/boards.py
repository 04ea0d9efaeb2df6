"""The board of any entity: cards in columns, by the stages of a pipeline or the values of a choice field."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from hookline.errors import Invalid, Text
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.lists.boards import count_lanes, fetch_lanes
from hookline.kernel.lists.listing import ListQuery
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import titles_of
from hookline.web.records import views
from hookline.web.records.addresses import read_query
from hookline.web.records.board_arrangements import arrangement_url
from hookline.web.records.board_columns import Paint, columns_of, summed_fields, written_total
from hookline.web.records.board_layout import (
    RECENT_DAYS,
    Board,
    fields_for_columns,
    may_move,
    read_board,
    with_unknown,
)
from hookline.web.records.cards import Face, card_form, card_painter, labels_for, read_along, read_face
from hookline.web.records.phrases import named_records
from hookline.web.records.toolbars import layouts, toolbar

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

CARDS: Final = 20
# The first of these that an entity has is the usual order.
_ORDERS: Final = (
    ("-stage_since", Text("Newest in the stage")),
    ("stage_since", Text("Longest in the stage")),
    ("next_activity", Text("Next activity")),
    ("-amount", Text("Largest amount")),
    ("expected_close", Text("Expected close")),
    ("due_at", Text("Due first")),
    ("-created_at", Text("Newest")),
    ("-updated_at", Text("Changed last")),
)


def show(visit: "Visit", entity: str) -> "Answer":
    """The board; one column of it going on, when the address names one."""
    info = visit.gate.schema[entity]
    try:
        board = read_board(visit, info)
        return (
            _go_on(visit, board) if visit.query.get("lane") else show_board(visit, board, moved=_moved(visit))
        )
    except Invalid as refusal:
        return _refused(visit, info, refusal)


def show_board(visit: "Visit", board: Board, *, moved: int | None = None) -> "Answer":
    """The whole board, or its block. A card that has just been moved is there, however far down its column it stands."""
    info = board.info
    face = read_face(visit, info, _chosen(board), board.by)
    query = _query(visit, board, face)
    layout = board.layout() if board.line else board.layout(())
    groups = count_lanes(visit.gate, info, query, visit.reader, layout, sums=summed_fields(visit, info))
    board = with_unknown(board, groups)
    unfolded = board.layout([spot for spot in board.spots if not spot.folded])
    labels = labels_for(visit, info, query.columns)
    pages = fetch_lanes(visit.gate, info, query, visit.reader, unfolded, labels=labels)
    if moved is not None and not any(row["id"] == moved for page in pages.values() for row in page.rows):
        one = replace(query, ids=[moved])
        found = fetch_lanes(visit.gate, info, one, visit.reader, unfolded, labels=labels)
        pages = {value: replace(p, rows=[*p.rows, *found[value].rows]) for value, p in pages.items()}
    made = columns_of(visit, board, groups, pages, _paint(visit, board, face))
    context = {
        **_frame(visit, board, query, face),
        "sum": written_total(visit, board, groups),
        "columns": [made[spot.key] for spot in board.spots if not (spot.folded and spot.is_closed)],
        "closed": [made[spot.key] for spot in board.spots if spot.folded and spot.is_closed],
        "move_url": f"{board.asked.base}/move{_parameters(board)}" if may_move(visit, board) else "",
    }
    return visit.page("records/board.html", block="board", **context)


def _go_on(visit: "Visit", board: Board) -> "Answer":
    """The next cards of one column: for htmx to hang below the others, or as a board of this column alone."""
    info = board.info
    spot = board.spot(visit.query["lane"])
    board = replace(board, spots=[replace(spot, folded=False)])
    face = read_face(visit, info, _chosen(board), board.by)
    query = replace(_query(visit, board, face), after=visit.query.get("after", ""))
    labels = labels_for(visit, info, query.columns)
    pages = fetch_lanes(visit.gate, info, query, visit.reader, board.layout(), labels=labels)
    hangs = visit.request.headers.get("hx-target", "").startswith("li#")
    sums = summed_fields(visit, info)
    groups = {} if hangs else count_lanes(visit.gate, info, query, visit.reader, board.layout(), sums=sums)
    column = columns_of(visit, board, groups, pages, _paint(visit, board, face))[spot.key]
    if hangs:
        number = visit.request.headers["hx-target"].partition("-")[2]
        return visit.page("records/cards.html", column=column, number=number)
    alone = replace(column, toggle_url=board.url, fold="")
    context = {
        **_frame(visit, board, query, face),
        "sum": "",
        "columns": [alone],
        "closed": [],
        "move_url": "",
    }
    return visit.page("records/board.html", block="board", **context)


def _moved(visit: "Visit") -> int | None:
    """The card that the address says was moved, for a board that is drawn again after a dialog."""
    return id_in(visit.query.get("moved", ""))


def _chosen(board: Board) -> list[str]:
    """The further fields for the cards: those in the address, or those that this person keeps for the view."""
    asked, kept = board.asked, board.arranged.cards
    return asked.all("card") or list(kept.get(asked.get("view"), kept.get("", ())))


def _query(visit: "Visit", board: Board, face: Face) -> ListQuery:
    """What the cards are, in which order, and what of them is read."""
    query = read_query(visit.gate, board.info, board.asked, read_along(visit, board.info, face))
    order = query.sort or _orders(visit, board)[0][0]
    return replace(query, sort=order, limit=CARDS, trash=False, offset=0)


def _frame(visit: "Visit", board: Board, query: ListQuery, face: Face) -> Mapping[str, Any]:
    """What stands above the columns."""
    info, asked = board.info, board.asked
    names = titles_of(visit.gate, named_records(info, board.conditions))
    bar = toolbar(visit, info, asked, board.conditions, names)
    title = visit.say(info.cls.plural)
    return {
        **bar,
        "views": [replace(tab, url=_kept(board, tab.url)) for tab in bar["views"]],
        "save_view_url": views.save_url(info, board.plain),
        "page_title": title,
        "title": title,
        "layouts": layouts(visit, info, "board", board.plain),
        "pipelines": _choices(visit, board),
        "pipeline": board.line.name if board.line else visit.say(board.by.label),
        "sorts": [
            {
                "label": visit.say(label),
                "url": asked.url(sort=order),
                "icon": "arrow-up-down",
                "current": order == query.sort,
            }
            for order, label in _orders(visit, board)
        ],
        "card_form": card_form(visit, info, face, board.by),
        "arrange_url": arrangement_url(info, asked.url(card=None), asked.get("view")),
        "page_size": CARDS,
        "closed_note": _closed_note(visit, board),
        "empty": None,
    }


def _closed_note(visit: "Visit", board: Board) -> str:
    """Which closed records are counted. What follows the sale is never too long ago."""
    if any(spot.stage is not None and spot.stage.kind == "after" for spot in board.spots):
        return visit.say(Text("won and lost: last %(days)s days", days=RECENT_DAYS))
    return visit.say(Text("last %(days)s days", days=RECENT_DAYS))


def _refused(visit: "Visit", info: EntityInfo, refusal: Invalid) -> "Answer":
    """What is wrong with the board's address, and the way back to one that can be shown."""
    title = visit.say(info.cls.plural)
    empty = {
        "icon": "triangle-alert",
        "title": visit.say("This board cannot be shown"),
        "text": " ".join(visit.say(problem.text) for problem in refusal.problems),
        "action": {"label": visit.say("Clear filters"), "url": f"/{info.cls.slug}/board", "icon": "x"},
    }
    nothing: dict[str, Any] = dict.fromkeys(
        ("views", "filters", "filter_fields", "sorts", "columns", "closed", "pipelines"), ()
    )
    nothing |= dict.fromkeys(
        ("sum", "pipeline", "save_view_url", "closed_note", "move_url", "arrange_url"), ""
    )
    nothing["page_size"] = CARDS
    nothing |= dict.fromkeys(("search", "filter_edit", "card_form"), None)
    context = {
        **nothing,
        "page_title": title,
        "title": title,
        "layouts": layouts(visit, info, "board"),
        "empty": empty,
    }
    return visit.page("records/board.html", block="board", status=422, **context)


def _choices(visit: "Visit", board: Board) -> list[Any]:
    """The pipelines, and the other fields that a board can be made by. Empty when there is only this one."""
    asked, offered = board.asked, fields_for_columns(visit, board.info)
    lines: list[Any] = [
        {
            "label": line.name,
            "url": asked.url(by=None, pipeline=line.id, open=None),
            "current": line == board.line,
            "icon": "kanban",
        }
        for line in (visit.pipelines.of(board.info.name) if offered[0].kind == "stage" else ())
    ]
    fields: list[Any] = [
        {"label": visit.say(f.label), "url": asked.url(by=f.name, open=None), "current": f == board.by, "icon": "columns-3"}
        for f in offered if f.kind == "choice" and not f.read_only
    ]  # fmt: skip
    choices = [*lines, *(["-"] if lines and fields else []), *fields]
    return choices if len(choices) > 1 else []


def _orders(visit: "Visit", board: Board) -> list[tuple[str, Text]]:
    """The orders of cards that this entity can have, the usual one first."""
    readable = {f.name for f in visit.gate.readable(board.info)}
    found = [(order, label) for order, label in _ORDERS if order.removeprefix("-") in readable]
    if board.by.kind != "stage":
        found = [(order, label) for order, label in found if "stage_since" not in order]
        found.sort(key=lambda pair: pair[0].removeprefix("-") != board.info.cls.sort.removeprefix("-"))
    return [*found, (board.info.title.name, Text("By name"))]


def _paint(visit: "Visit", board: Board, face: Face) -> Paint:
    """What draws the cards. Their menus know the board that they lead back to."""
    back = _parameters(board).removeprefix("?")
    return card_painter(visit, board.info, face, f"?{urlencode({'board': back})}" if back else "")


def _kept(board: Board, url: str) -> str:
    """A view's address with the pipeline or the field that the board shows now."""
    base, _, query = url.partition("?")
    kept = [
        (n, board.asked.get(n)) for n in ("by", "pipeline") if board.asked.get(n) and f"{n}=" not in query
    ]
    joined = "&".join(part for part in (query, urlencode(kept)) if part)
    return base + (f"?{joined}" if joined else "")


def _parameters(board: Board) -> str:
    return board.url.removeprefix(board.asked.base)
