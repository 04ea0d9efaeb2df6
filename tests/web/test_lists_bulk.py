"""Bulk changes from a list: each record through the gate, the refused ones named, large ones in the background."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime

from hookline.crm.access.actors import load_actor
from hookline.crm.bulk import AT_ONCE
from hookline.crm.deals import Deal
from hookline.kernel.actor import Actor
from hookline.kernel.background.runs import run_next
from hookline.kernel.db import Transaction
from hookline.kernel.memory import configuration_version
from sqlalchemy import select

from tests.town import NOW, Town
from tests.web.visitor import Doors, words


def deals(town: Town, count: int, owner: str = "boris") -> list[int]:
    with town.house() as gate:
        team = town.ids["south" if owner == "clara" else "north"]
        return gate.create_many(
            Deal, [{"name": f"bulk {n:04}", "owner": town.ids[owner], "team": team} for n in range(count)]
        )


def read(town: Town, *columns: str) -> list[tuple[object, ...]]:
    with town.house() as gate:
        statement = (
            select(*(getattr(Deal, name) for name in columns))
            .where(Deal.name.startswith("bulk"))
            .order_by(Deal.id)
        )
        return [tuple(row) for row in gate.rows(statement)]


def form(ids: Sequence[int], **more: str) -> dict[str, str | list[str]]:
    return {"id": [str(id) for id in ids], "query": "", **more}


def work(town: Town) -> None:
    def actor(tx: Transaction, user: int) -> Actor | None:
        return load_actor(tx, town.installation.memory, configuration_version(tx), user, NOW)

    while run_next(town.installation, actor, "test", threading.Event()):
        pass


def test_ticked_records_go_to_the_trash_and_come_back_by_one_button(doors: Doors) -> None:
    boris, ids = doors.enter("boris"), deals(doors.town, 3)
    page = boris.walk("/deals/bulk/trash", form(ids[:2]))
    assert "2 records are in the trash." in words(str(page))
    assert len(read(doors.town, "id")) == 1
    undo = page.select_one("#flash form")
    assert undo is not None
    back = boris.walk(str(undo["action"]))
    assert "2 records are restored." in words(str(back))
    assert len(read(doors.town, "id")) == 3


def test_a_field_is_chosen_then_its_value_then_all_have_it(doors: Doors) -> None:
    boris, ids = doors.enter("boris"), deals(doors.town, 2)
    first = boris.post("/deals/bulk/edit", form(ids))
    assert 'value="competitor"' in first.text
    assert 'value="owner"' not in first.text
    second = boris.post("/deals/bulk/edit", form(ids, field="competitor"))
    assert second.text.count('name="id"') == 2
    boris.walk("/deals/bulk/edit", form(ids, field="competitor", competitor="The others", go="1"))
    assert read(doors.town, "competitor") == [("The others",)] * 2


def test_a_value_that_cannot_be_read_is_said_beside_it(doors: Doors) -> None:
    boris, ids = doors.enter("boris"), deals(doors.town, 1)
    answer = boris.post("/deals/bulk/edit", form(ids, field="amount", amount="many", go="1"))
    assert answer.status_code == 422
    assert "many" in answer.text
    assert answer.text.count('name="id"') == 1


def test_records_are_given_to_somebody_and_moved_to_a_stage(doors: Doors) -> None:
    ada, ids, town = doors.enter("ada"), deals(doors.town, 2), doors.town
    assert "Choose a stage" in ada.post("/deals/bulk/stage", form(ids)).text
    assert ada.post("/deals/bulk/stage", form(ids, go="1", stage="")).status_code == 422
    ada.walk("/deals/bulk/stage", form(ids, go="1", stage=str(town.ids["offer"])))
    ada.walk("/deals/bulk/owner", form(ids, go="1", owner=str(town.ids["clara"])))
    assert (
        read(town, "stage", "owner", "team")
        == [(town.ids["offer"], town.ids["clara"], town.ids["south"])] * 2
    )
    with town.house() as gate:
        assert gate.get(Deal, ids[0]).version == 3


def test_those_that_are_refused_are_named_with_the_reason(doors: Doors) -> None:
    mine, others = deals(doors.town, 1), deals(doors.town, 1, "clara")
    vera = doors.enter("vera")
    with doors.town.house() as gate:
        gate.update(Deal, others[0], {"owner": doors.town.ids["ada"], "team": None})
    page = vera.post("/deals/bulk/trash", form([*mine, *others, 999_999]))
    text = words(page.text)
    assert page.status_code == 200
    assert "1 record is in the trash." in text
    assert "2 records were left as they are:" in text
    assert f'href="/deals/{others[0]}"' in page.text
    assert "together with others" in text
    assert "There is nothing here" in text


def test_what_one_may_not_see_is_neither_changed_nor_told(doors: Doors) -> None:
    others = deals(doors.town, 1, "clara")
    answer = doors.enter("boris").post("/deals/bulk/trash", form(others))
    assert "bulk 0000" not in answer.text
    assert len(read(doors.town, "id")) == 1


def test_without_the_right_there_is_no_bar_and_no_door(doors: Doors) -> None:
    olga, ids = doors.enter("olga"), deals(doors.town, 1)
    assert olga.see("/deals").select_one(".bulk") is None
    for way in ("trash", "edit", "owner", "stage", "restore"):
        assert olga.post(f"/deals/bulk/{way}", form(ids, go="1")).status_code == 403, way


def test_nothing_ticked_is_said(doors: Doors) -> None:
    answer = doors.enter("ada").post("/deals/bulk/trash", {"query": ""})
    assert answer.status_code == 422
    assert "Tick at least one record first." in words(answer.text)


def test_everything_found_is_changed_after_a_question(doors: Doors) -> None:
    ada = doors.enter("ada")
    deals(doors.town, 60)
    page = ada.see("/deals?q=bulk")
    assert "All 60 found" in words(str(page))
    asked = ada.post("/deals/bulk/trash", {"all": "1", "query": "q=bulk"})
    assert "60 chosen" in words(asked.text)
    assert len(read(doors.town, "id")) == 60
    ada.walk("/deals/bulk/trash", {"all": "1", "query": "q=bulk", "go": "1"})
    assert read(doors.town, "id") == []
    assert "Scanners" in words(ada.get("/deals").text)


def test_a_large_change_is_a_job_that_shows_how_far_it_is(doors: Doors) -> None:
    boris, town = doors.enter("boris"), doors.town
    ids = deals(town, AT_ONCE + 30)
    deals(town, 2, "clara")
    sent = {
        "all": "1",
        "query": "name.contains=bulk",
        "go": "1",
        "field": "competitor",
        "competitor": "The others",
    }
    answer = boris.post("/deals/bulk/edit", sent)
    place = answer.headers["location"]
    assert "0 of 230 are done" in words(boris.get(place).text)
    later = deals(town, 1)
    work(town)
    text = words(boris.get(place).text)
    assert "230 records are changed." in text
    with town.house() as gate:
        changed = gate.rows(select(Deal.id).where(Deal.competitor == "The others").order_by(Deal.id))
    assert [row[0] for row in changed] == ids
    assert later[0] not in ids
    assert doors.enter("ada").get(place).status_code == 404


def test_a_job_names_what_it_left_as_it_was(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    deals(town, AT_ONCE + 1)
    lost = town.ids["lost"]
    answer = ada.post(
        "/deals/bulk/stage", {"all": "1", "query": "name.contains=bulk", "go": "1", "stage": str(lost)}
    )
    work(town)
    text = words(ada.get(answer.headers["location"]).text)
    stages = {row[0] for row in read(town, "stage")}
    assert ("were left as they are" in text) == (lost not in stages)
    assert "The work has stopped" not in text
    assert datetime.now(UTC) > NOW
