"""Cells mean what a person sees in them, and what our exports write comes back as it was."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hookline.crm.exports.files import write_csv, write_xlsx
from hookline.crm.sheets.reading import open_sheet
from hookline.kernel.kinds.cells import safe_cell
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "upload"


@pytest.mark.parametrize(("top", "left"), [(0, 0), (3, 2)])
def test_cells_are_what_a_person_sees_in_them(place: Path, top: int, left: int) -> None:
    workbook = xlsxwriter.Workbook(str(place))
    sheet: Any = workbook.add_worksheet()
    sheet.write_row(top, left, ["Share", "Code", "Sum", "Literal", "Plain"])
    formats = [workbook.add_format({"num_format": code}) for code in ("0.00%", "00000", "0", '0 "%"')]
    for row, value in enumerate((0.25, 0.001, -1, 1.1), start=top + 1):
        for column, form in enumerate(formats, start=left):
            sheet.write(row, column, value if column == left else 12, form)
    sheet.write(top + 2, left, "none", formats[0])
    sheet.write_formula(top + 4, left + 4, "=1/0", None, "#DIV/0!")
    workbook.close()
    rows = [[str(cell) for cell in row.cells] for row in open_sheet(place).rows()]
    assert [row[0] for row in rows] == ["25%", "none", "-100%", "110%"]
    assert rows[0][1:] == ["00012", "12", "12", ""]
    assert rows[3][4] == "#"


@settings(max_examples=60)
@given(
    cells=st.lists(
        st.text(st.sampled_from("'=+-@＝＋－＠\t\u00a0\u200b a1;,\"é"), min_size=1, max_size=6).filter(lambda t: t.strip() == t),
        min_size=1, max_size=8,
    ),
    format=st.sampled_from(("csv-en", "csv-ru", "xlsx")),
)  # fmt: skip
def test_what_our_exports_write_comes_back_exactly(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], format: str
) -> None:
    """The mark before what looks like a formula is taken away again, that one and no other character."""
    rows = [[safe_cell(cell), "end"] for cell in cells]
    heads = ["Name", "Last"]
    pieces = write_xlsx(heads, rows) if format == "xlsx" else write_csv(heads, rows, format[-2:])
    path = tmp_path_factory.mktemp("export") / "file"
    path.write_bytes(b"".join(pieces))
    assert [str(row.cells[0]) for row in open_sheet(path).rows()] == cells
