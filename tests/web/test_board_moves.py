"""What happens round a move on the board, and how people arrange their boards: dialogs, taking back, folding, fields of cards."""

import json

from hookline.crm.deals import Deal
from hookline.crm.pipelines import Stage
from hookline.crm.stages import list_stays
from hookline_sdk.testing.elements import read_html
from sqlalchemy import select

from tests.web.test_boards import BOARD, column, fill, move, stage_of, titles
from tests.web.visitor import Doors, words


def test_work_that_a_stage_asks_for_is_done_in_the_dialog_over_the_board(doors: Doors) -> None:
    town, boris = doors.town, doors.enter("boris")
    asks = {"required_tasks": "Visit", "required_kinds": ("meeting", "call"), "hint": "See them first."}
    with town.house() as gate:
        gate.update(Stage, town.ids["offer"], asks)
    form = move(boris, doors, "scanners", "offer")[2]["x-dialog"]
    dialog = read_html(boris.get(form, htmx=True).text)
    assert "See them first." in dialog.get_text()
    assert {str(box["value"]) for box in dialog.select("[type=checkbox]")} == {"Visit", "meeting", "call"}
    action = dialog.one("form")["action"]
    sent = {"stage": str(town.ids["offer"]), "version": "1", "task": "Visit", "kind": "meeting"}
    refused = boris.post(action, sent, htmx=True)
    assert refused.status_code == 422
    assert "Before Offer, this must have been done: Call." in refused.text
    assert stage_of(town, "scanners") == town.ids["new"]
    done = boris.post(action, {**sent, "kind": ["meeting", "call"], "outcome_of_call": "reached"}, htmx=True)
    told = json.loads(done.headers["hx-trigger"])["hookline:moved"]
    assert (told["id"], told["text"]) == (town.ids["scanners"], "Scanners: moved to Offer.")
    assert stage_of(town, "scanners") == town.ids["offer"]
    with town.as_("boris") as gate:
        table = gate.schema["activity"].table
        kinds = gate.run(select(table.c.kind, table.c.subject, table.c.outcome).order_by(table.c.id)).all()
    assert set(kinds) == {("task", "Visit", None), ("meeting", "Meeting", None), ("call", "Call", "reached")}


def test_a_move_is_taken_back_by_whoever_made_it_while_nothing_has_changed_since(doors: Doors) -> None:
    town, boris = doors.town, doors.enter("boris")
    told = json.loads(move(boris, doors, "scanners", "won")[2]["x-moved"])
    assert (told["text"], told["won"]) == ("Won: Scanners", True)
    assert doors.enter("ada").post(told["undo"], htmx=True).status_code == 422
    assert boris.post(told["undo"], htmx=True).status_code == 204
    with town.as_("ada") as gate:
        deal = gate.get(Deal, town.ids["scanners"])
        assert (deal.stage, deal.outcome, deal.closed_on) == (town.ids["new"], "open", None)
        stays = [stay.stage for stay in list_stays(gate, "deal", deal.id)]
    assert stays == [town.ids["new"]]
    assert "cannot be taken back" in boris.post(told["undo"], htmx=True).text
    with town.as_("boris") as gate:
        version = gate.update(Deal, town.ids["scanners"], {"stage": town.ids["offer"]})
    path = f"/deals/{town.ids['scanners']}/reversal?version={version}&back={BOARD}"
    assert titles(column(boris.walk(path), "New")) == ["Scanners"]
    assert doors.enter("clara").post(path, htmx=True).status_code == 404


def test_a_card_that_was_moved_stands_in_its_column_however_far_down(doors: Doors) -> None:
    town = doors.town
    fill(town, 25, stage=town.ids["qualified"])
    answer = doors.enter("ada").post(
        f"{BOARD}/move?sort=name",
        {"id": str(town.ids["scanners"]), "version": "1", "column": str(town.ids["qualified"])},
        htmx=True,
    )
    block = read_html(answer.text)
    assert titles(column(block, "Qualified"))[-1] == "Scanners"
    assert len(titles(column(block, "Qualified"))) == 21
    assert "Scanners" not in titles(column(block, "New"))
    filtered = doors.enter("ada").see(f"{BOARD}?q=deal&moved={town.ids['scanners']}")
    assert "Scanners" not in titles(filtered)


def test_a_board_stays_as_its_owner_arranged_it(doors: Doors) -> None:
    ada, ids = doors.enter("ada"), doors.town.ids
    page = ada.see(f"{BOARD}?view=open&outcome=open")
    form = next(f for f in page.select("form") if f.select_one("[name=cards]"))
    shown = ada.walk(str(form["action"]), {"cards": "1", "card": ["contact", "no_such"]})
    lines = [words(str(d)) for d in shown.select(f"#card-{ids['scanners']} dl > div")]
    assert lines == ["Contact Helen Marsh"]
    assert not ada.see(BOARD).select(".board-card dl")
    fold = next(b for b in ada.see(BOARD).select("[name=fold]") if "Qualified" in str(b["aria-label"]))
    action = str(fold.parent["action"])  # type: ignore[index]  # it stands in a form
    folded_up = ada.walk(action, {"fold": str(fold["value"])})
    assert [words(str(s)) for s in folded_up.select(".col.folded")] == ["0 Qualified"]
    assert len(doors.enter("boris").see(BOARD).select(".col.folded")) == 0
    assert not ada.walk(action, {"unfold": str(fold["value"])}).select(".col.folded")


def test_a_record_is_made_right_in_a_column(doors: Doors) -> None:
    boris, ids = doors.enter("boris"), doors.town.ids
    link = column(boris.see(BOARD), "Offer").select_one("a[data-dialog]")
    assert link is not None
    form = boris.see(str(link["href"]))
    assert form.select_one(f"[name=stage] option[value='{ids['offer']}'][selected]")
    assert not doors.enter("olga").see(BOARD).select(".col a[data-dialog]")
