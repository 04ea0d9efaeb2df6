"""Workbooks become records: each cell means what a person sees in it."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter
from hookline.crm.imports.commands import import_files
from hookline.crm.imports.drafts import open_again, receive_file
from hookline.crm.imports.execution import carry_on
from hookline.crm.imports.mappings import ImportMapping, Source
from hookline.crm.imports.rejects import write_run_rejects
from hookline.crm.imports.runs import get_run, prepare_run
from hookline.crm.sheets.reading import open_sheet

from tests.crm.importing import complaints, imported, mapped, rehearsed, rows_of
from tests.town import NOW, Town

HEADS = ("Deal", "Chance", "Amount", "Opened", "Closes", "Code", "Who won", "Note")
FIELDS = {
    "name": "Deal", "probability": "Chance", "amount": "Amount", "opened_on": "Opened", "expected_close": "Closes",
    "number": "Code", "competitor": "Who won", "description": "Note",
}  # fmt: skip


def deals(path: Path) -> Path:
    """A workbook as people make them: a title, formats, formulas, empty rows, a second and a hidden sheet."""
    book = xlsxwriter.Workbook(str(path))
    form = {
        name: book.add_format({"num_format": code})
        for name, code in {
            "share": "0.0%",
            "day": "dd.mm.yyyy",
            "zeros": "00000",
            "euro": '#,##0.00 "€"',
        }.items()
    }
    sheet: Any = book.add_worksheet("Deals")
    sheet.write(0, 0, "Deals of the spring")
    sheet.write_row(2, 1, HEADS)
    sheet.write_row(3, 1, ("One",))
    sheet.write(3, 2, 0.25, form["share"])
    sheet.write(3, 3, 84600.5, form["euro"])
    sheet.write(3, 4, dt.date(2026, 1, 13), form["day"])
    sheet.write(3, 5, dt.datetime.fromisoformat("2026-05-01T10:30"), form["day"])
    sheet.write(3, 6, 123, form["zeros"])
    sheet.write_formula(3, 7, '="Ac"&"me"', None, "Acme")
    sheet.write(3, 8, "'=1+1")
    sheet.write_row(5, 1, ("Two",))
    sheet.write_formula(5, 2, "=3/10", form["share"], 0.3)
    sheet.write_formula(5, 3, "=1000*2", None, 2000)
    sheet.write(5, 6, "00077")
    sheet.write(5, 8, 4711)
    sheet.write_row(6, 1, ("Three", 40))
    sheet.write_formula(6, 3, "=1/0", None, "#DIV/0!")
    sheet.write(6, 6, 42, form["zeros"])
    book.add_worksheet("More").write_column(0, 0, ("Deal", "Four"))
    book.add_worksheet("Secret").hide()
    book.close()
    return path


def test_each_cell_means_what_is_seen_in_it(town: Town, tmp_path: Path) -> None:
    run = imported(town, deals(tmp_path / "deals.xlsx"), mapped("deal", FIELDS))
    found = rows_of(
        town, "deal", "name", "probability", "amount", "opened_on", "expected_close", "number", "competitor", "description"
    )[-2:]  # fmt: skip
    assert found == [
        ("One", 25, Decimal("84600.50"), dt.date(2026, 1, 13), dt.date(2026, 5, 1), "00123", "Acme", "=1+1"),
        ("Two", 30, Decimal(2000), NOW.date(), None, "00077", None, "4711"),
    ]
    assert complaints(town, run) == [(7, "amount", "The formula in this cell has no value.")]
    with town.as_("ada") as gate:
        write_run_rejects(gate, run.id, tmp_path / "refused.csv")
    (row,) = open_sheet(tmp_path / "refused.csv").rows()
    assert row.cells[:7] == ["", "Three", "40", "#", "", "", "00042"]


def test_a_rehearsal_shows_the_same(town: Town, tmp_path: Path) -> None:
    found = rehearsed(town, deals(tmp_path / "deals.xlsx"), mapped("deal", FIELDS))
    assert (found.counts["created"], found.counts["rejected"]) == (2, 1)
    shown = {d.field.name: d.after for d in found.changes[0].differences}
    assert (shown["probability"], shown["number"], shown["opened_on"]) == ("25%", "00123", "13 Jan 2026")


def test_a_sheet_is_chosen_and_chosen_again(town: Town, tmp_path: Path) -> None:
    content = deals(tmp_path / "deals.xlsx").read_bytes()
    with town.as_("ada") as gate:
        id = receive_file(gate, tmp_path / "store", "deals.xlsx", content, "deal")
        first = get_run(gate, id)
        assert (first.opening, first.total, first.columns[1:3]) == ({"sheet": "Deals"}, 3, ["Deal", "Chance"])
        open_again(gate, id, {"sheet": "More"})
        again = get_run(gate, id)
        assert (again.opening, again.total, again.columns) == ({"sheet": "More"}, 1, ["Deal"])
        assert again.mapping.columns == {"Deal"}


def test_the_command_line_chooses_the_sheet(town: Town, tmp_path: Path) -> None:
    path, said = deals(tmp_path / "deals.xlsx"), list[str]()
    mapping = tmp_path / "deals.toml"
    mapping.write_text('entity = "deal"\n[fields]\nname = "Deal"\n')
    (run,) = import_files(town.installation, path, mapping, said.append, opening={"sheet": "More"})
    assert run.count("created") == 1
    assert rows_of(town, "deal", "name")[-1] == ("Four",)
    assert not import_files(town.installation, path, mapping, said.append, dry_run=True)
    assert "would be: 3 created" in said[-4]


def test_an_encoding_and_a_separator_are_chosen(town: Town, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes("Имя!Отрасль\nРомашка!Торговля\n".encode("koi8-r"))
    opening: Mapping[str, Any] = {"encoding": "koi8-r", "delimiter": "!"}
    mapping = ImportMapping(entity="company", fields={"name": "Имя", "industry": "Отрасль"})
    with town.as_("ada") as gate:
        id, _ = prepare_run(gate, path, path.name, mapping, opening)
    assert carry_on(town.installation, id).opening == opening
    assert rows_of(town, "company", "name", "industry")[-1] == ("Ромашка", "Торговля")


def test_what_was_refused_of_a_workbook_is_the_same_after_a_pause(town: Town, tmp_path: Path) -> None:
    """Rows that wait for others are kept in the database meanwhile, and mean the same when they come back."""
    book = xlsxwriter.Workbook(str(tmp_path / "firms.xlsx"))
    sheet, zeros = book.add_worksheet(), book.add_format({"num_format": "000"})
    sheet.write_row(0, 0, ("Name", "Of", "Kind"))
    sheet.write_row(1, 0, ("Leaf", "Root"))
    sheet.write(1, 2, 7, zeros)
    sheet.write_row(2, 0, ("Root",))
    book.close()
    fields = {"name": "Name", "industry": "Kind", "parent": Source(column="Of", find="name")}
    mapping = mapped("company", fields)
    imported(town, tmp_path / "firms.xlsx", mapping)
    assert rows_of(town, "company", "name", "industry")[-2:] == [("Root", None), ("Leaf", "007")]
