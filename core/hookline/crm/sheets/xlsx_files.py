"""Tables in XLSX workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from hookline.crm.sheets.rows import Cell, Row, Sheet, bad_sheet, trimmed
from hookline.crm.sheets.workbook_checks import check_workbook
from hookline.crm.sheets.workbook_forms import Forms
from hookline.errors import Text

_PEEK: Final = 20


class XlsxSheet(Sheet):
    """One sheet of a workbook. A title may stand above its header, but no row half as full as the fullest."""

    def __init__(
        self, path: Path, name: str, sheets: tuple[str, ...], content: CalamineSheet, forms: Forms
    ) -> None:
        self.path = path
        self.name = name
        self.sheets = sheets
        self._content = content
        self._forms = forms
        # The rows of the reader begin with the first column that has anything in it.
        self._left = content.start[1] if content.start else 0

    def _find_header(self) -> Row:
        first = [Row(number, trimmed(cells)) for number, cells in islice(self._all_rows(), _PEEK)]
        fullest = max((_filled(row) for row in first), default=0)
        if not fullest:
            raise bad_sheet(Text("The sheet %(name)s is empty.", name=self.name))
        return next(row for row in first if _filled(row) * 2 >= fullest)

    def _all_rows(self) -> Iterator[Row]:
        for number, cells in enumerate(self._content.iter_rows(), 1):
            plain = [cell.isoformat() if isinstance(cell, time) else cell for cell in cells]
            yield Row(number, self._as_shown(number, plain))

    def _as_shown(self, row: int, cells: list[Cell]) -> list[Cell]:
        for column in self._forms.runs:
            place = column - 1 - self._left
            if 0 <= place < len(cells):
                cells[place] = self._forms.shown(row, column, cells[place])
        return cells


def open_xlsx(path: Path, name: str | None) -> XlsxSheet:
    """A sheet of a workbook, the first visible one if none is named. Raises Invalid for no sound workbook."""
    seen = check_workbook(path)
    try:
        # By its name from_path might take the file for another format, which was not checked.
        book = CalamineWorkbook.from_filelike(BytesIO(path.read_bytes()))
        names = tuple(
            sheet.name
            for sheet in book.sheets_metadata
            if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
        )
        if not names or (name is not None and name not in names):
            raise bad_sheet(
                Text(
                    "There is no sheet %(name)s. There are: %(names)s.",
                    name=name or 1,
                    names=", ".join(names),
                )
            )
        chosen = name or names[0]
        sheet = XlsxSheet(path, chosen, names, book.get_sheet_by_name(chosen), seen.forms_of(chosen))
    except (CalamineError, OSError, ValueError) as error:
        raise bad_sheet(Text("The workbook cannot be read: %(why)s.", why=str(error)[:200])) from None
    sheet.check()
    return sheet


def _filled(row: Row) -> int:
    return sum(1 for cell in row.cells if cell != "")
