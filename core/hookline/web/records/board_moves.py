"""Moving cards on a board: by hand, by keys, and from each card's menu, which works without script."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hookline.crm import stages
from hookline.crm.pipelines import StageInfo, pipelines
from hookline.crm.reversals import take_back
from hookline.errors import Conflict, Forbidden, Invalid, NotFound, Refused, Text
from hookline.kernel.actor import Action
from hookline.kernel.kinds.keys import id_in
from hookline.kernel.whole import Whole, read_whole
from hookline.web.addresses import own_address
from hookline.web.records.board_layout import Board, Spot, may_be_empty, may_move, read_board
from hookline.web.records.board_notices import moved, reversal_url
from hookline.web.records.boards import show_board
from hookline.web.visit import Answer

if TYPE_CHECKING:
    from hookline.web.visit import Visit


def move(visit: "Visit", entity: str) -> Answer:
    """Give a card's record the value of another column. The answer is the board; of a plain form, the way back to it."""
    board = read_board(visit, visit.gate.schema[entity])
    try:
        return _moved(visit, board)
    except Invalid as refusal:
        return _refuse(
            visit, board, refusal, " ".join(visit.say(problem.text) for problem in refusal.problems)
        )
    except (Conflict, Forbidden, NotFound) as refusal:
        return _refuse(visit, board, refusal, visit.say(refusal.text))


def menu(visit: "Visit", entity: str) -> Answer:
    """Where a card can be moved to, and what else can be done with it: the items of its menu, or a page of them."""
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    board = read_board(visit, record.info, visit.query.get("board", ""))
    items = [*_places(visit, board, record), "-", *_more(visit, board, record)]
    target = visit.request.headers.get("hx-target", "")
    title = visit.say(Text("Move: %(what)s", what=record.title))
    context: dict[str, Any] = {
        "page_title": title, "title": title, "items": items if items[0] != "-" else items[1:],
        "crumbs": [{"label": visit.say(record.info.cls.plural), "url": board.url}, {"label": record.title, "url": record.url}],
    }  # fmt: skip
    return visit.page(
        "records/card_menu.html", block="items" if target.endswith("row-menu") else None, **context
    )


def reverse(visit: "Visit", entity: str) -> Answer:
    """Take back what this person has just done to a record, a move mostly. A script is told nothing but that it is done."""
    info = visit.gate.schema[entity]
    back = own_address(visit.query.get("back", ""), f"/{info.cls.slug}/{visit.path_id}")
    try:
        take_back(visit.gate, info.name, visit.path_id, _number(visit, "version") or 0)
    except Invalid as refusal:
        visit.take_back()
        text = refusal.problems[0].text
        return _plain(visit.say(text), 422, {}) if visit.is_htmx else visit.see(back, done=text, kind="bad")
    return Answer("", 204) if visit.is_htmx else visit.see(back, done=Text("Taken back."))


def _moved(visit: "Visit", board: Board) -> Answer:
    id, spot = _number(visit, "id") or 0, _target(board, visit.value("column") or visit.query.get("to", ""))
    if spot.stage is not None and _asks_first(visit, board, id, spot.stage):
        return _ask(visit, board, id, spot)
    try:
        version = _move(visit, board, id, spot)
    except Invalid as refusal:
        if spot.stage is None or not _may_be_met(visit, board, id, spot.stage, refusal):
            raise
        return _ask(visit, board, id, spot)
    title = visit.gate.titles(board.info.name, [id]).get(id) or f"#{id}"
    undo = reversal_url(f"/{board.info.cls.slug}/{id}", version, board.url)
    if not visit.is_htmx:
        text = Text("%(record)s: moved to %(stage)s.", record=title, stage=spot.label)
        return visit.see(board.url, done=text, undo=undo)
    won = spot.stage is not None and spot.stage.kind == "won"
    answer = show_board(visit, board, moved=id)
    answer.headers["X-Moved"] = json.dumps(moved(visit, id, title, spot.label, undo, won=won))
    return answer


def _may_be_met(visit: "Visit", board: Board, id: int, stage: StageInfo, refusal: Invalid) -> bool:
    """Whether a form can ask for what is missing: fields, and work that may have been done already."""
    said = sum(problem.field == "stage" for problem in refusal.problems)
    name = board.info.name
    work = stages.missing_tasks(visit.gate, name, id, stage) + stages.missing_kinds(
        visit.gate, name, id, stage
    )
    return said == len(work)


def _number(visit: "Visit", name: str) -> int | None:
    return id_in(visit.value(name) or visit.query.get(name, ""))


def _target(board: Board, key: str) -> Spot:
    """The column that a move names. Where every record needs a value, there is no moving to nothing."""
    spot = board.spot(key)
    if spot.lane.value is None and not may_be_empty(board):
        raise NotFound
    return spot


def _asks_first(visit: "Visit", board: Board, id: int, stage: StageInfo) -> bool:
    """Whether a reason is asked for before the record goes there: what is lost should say why."""
    if stage.kind != "lost" or "lost_reason" not in {f.name for f in visit.gate.writable(board.info)}:
        return False
    found = visit.gate.values(board.info, id, action=Action.edit)
    return found is not None and found.get("lost_reason") is None


def _move(visit: "Visit", board: Board, id: int, spot: Spot) -> int:
    gate, info, version = visit.gate, board.info, _number(visit, "version")
    if spot.stage is None:
        return gate.update(info.name, id, {board.by.name: spot.lane.value}, version=version)
    known = pipelines(gate).stages
    now = known.get((gate.values(info, id) or {}).get("stage") or 0) if spot.is_closed else None
    closing = now is not None and not now.is_closed and "closed_on" in info.fields
    # The day it is where the person works; the gate knows only that of Greenwich.
    values = {"closed_on": visit.reader.today} if closing else {}
    return stages.move(gate, info.name, id, spot.stage.id, values, version=version)


def _ask(visit: "Visit", board: Board, id: int, spot: Spot) -> Answer:
    """The form that asks for what the stage wants. A script opens it as a dialog over the board."""
    visit.take_back()
    url = _stage_url(board, id, spot)
    if visit.is_htmx:
        text = visit.say(Text("%(target)s asks for something first.", target=spot.label))
        # Not refused: the move is waiting. A browser would note a refusal as an error of the page.
        return _plain(text, 200, {"X-Dialog": url})
    return visit.see(url)


def _refuse(visit: "Visit", board: Board, refusal: Refused, text: str) -> Answer:
    visit.take_back()
    if visit.is_htmx:
        return _plain(text, refusal.status, {})
    return visit.see(board.url, done=text, kind="bad")


def _plain(text: str, status: int, headers: dict[str, str]) -> Answer:
    return Answer(text, status, "text/plain", headers)


def _stage_url(board: Board, id: int, spot: Spot) -> str:
    return f"/{board.info.cls.slug}/{id}/stage?{urlencode({'stage': spot.key, 'back': board.url, 'over': 'board'})}"


def _places(visit: "Visit", board: Board, record: Whole) -> list[Any]:
    """The other columns: those that the stage leads to, each a form of its own."""
    if record.trashed or not record.may(Action.edit) or not may_move(visit, board):
        return []
    now = record.values.get(board.by.name)
    return [
        _place(visit, board, record, spot)
        for spot in board.spots
        if spot.lane.value != now and _leads_to(visit, board, now, spot)
    ]


def _leads_to(visit: "Visit", board: Board, now: Any, spot: Spot) -> bool:
    if spot.stage is None:
        return spot.lane.value is not None or may_be_empty(board)
    here = visit.pipelines.stages.get(now or 0)
    return here is None or not here.next_stages or spot.stage.id in here.next_stages


def _place(visit: "Visit", board: Board, record: Whole, spot: Spot) -> Mapping[str, Any]:
    label = visit.say(Text("Move to %(stage)s", stage=spot.label))
    icon = {"won": "thumbs-up", "lost": "thumbs-down"}.get(
        spot.stage.kind if spot.stage else "", "arrow-right"
    )
    if spot.stage is not None and _asks_first(visit, board, record.id, spot.stage):
        return {"label": label, "url": _stage_url(board, record.id, spot), "icon": icon, "dialog": True}
    sent = urlencode({"id": record.id, "version": record.version, "to": spot.key})
    query = board.url.partition("?")[2]
    url = f"{board.asked.base}/move?{'&'.join(part for part in (query, sent) if part)}"
    return {"label": label, "url": url, "icon": icon, "method": "post"}


def _more(visit: "Visit", board: Board, record: Whole) -> list[Any]:
    """Opening, editing and planning."""
    found: list[Any] = [{"label": visit.say("Open record"), "url": record.url, "icon": "arrow-up-right"}]
    if record.may(Action.edit) and not record.trashed:
        found.append(
            {
                "label": visit.say("Edit"),
                "url": f"{record.url}/edit?{urlencode({'back': board.url})}",
                "icon": "pencil",
                "dialog": True,
            }
        )
        if record.info.owned and record.may(Action.assign):
            back = urlencode({"back": board.url})
            found.append(
                {
                    "label": visit.say("Assign"),
                    "url": f"{record.url}/assignment?{back}",
                    "icon": "user-plus",
                    "dialog": True,
                }
            )
    return found
