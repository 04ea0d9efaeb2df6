"""What became of a row, as it is kept: cells and complaints as JSON, so that a refused row can be given back much later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from hookline.crm.imports.batches import Outcome, Result
from hookline.crm.imports.columns import Cells
from hookline.crm.sheets.workbook_forms import Broken, Padded, Share
from hookline.errors import Problem, Text

_READ: Final[Mapping[str, Any]] = {
    "datetime": datetime.fromisoformat, "date": date.fromisoformat, "time": time.fromisoformat, "decimal": Decimal,
    "seconds": lambda seconds: timedelta(seconds=seconds), "share": Share, "broken": Broken,
    "padded": lambda both: Padded(*both),
}  # fmt: skip


def _iso(cell: Any) -> str:
    return str(cell.isoformat())


def _share(cell: Any) -> float:
    return float(cell)


def _digits(cell: Any) -> list[int]:
    return [int(cell), cell.width]


def _seconds(cell: Any) -> float:
    return float(cell.total_seconds())


# A datetime is a date too, so it comes before.
_WRITTEN: Final = (
    (Share, "share", _share), (Padded, "padded", _digits), (Broken, "broken", str), (datetime, "datetime", _iso),
    (timedelta, "seconds", _seconds), (date, "date", _iso), (time, "time", _iso), (Decimal, "decimal", str),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One row's outcome as it was kept. `undone` is reversed, kept or errored, `reason` says why."""

    id: int
    row: int
    result: Result
    entity: str
    record: int | None
    version: int | None
    cells: Cells
    problems: Sequence[Problem]
    undone: str | None
    reason: Text | None


def line_of(row: Mapping[str, Any]) -> Line:
    """A line from its row."""
    data = row["data"] or {}
    return Line(
        row["id"], row["row"], Result(row["result"]), row["entity"], row["record"], row["version"],
        [_cell(c) for c in data.get("cells", ())], [Problem(p["field"], text_of(p)) for p in data.get("problems", ())],
        row["undone"], text_of(row["reason"]) if row["reason"] else None,
    )  # fmt: skip


def as_row(run: int, outcome: Outcome) -> dict[str, Any]:
    """What is kept of an outcome."""
    data = None
    if outcome.result in (Result.rejected, Result.waiting):
        problems = [{"field": p.field, **text_data(p.text)} for p in outcome.problems]
        data = {"cells": [_cell_data(c) for c in outcome.cells], "problems": problems}
    return {
        "run": run, "row": outcome.row, "result": outcome.result.value, "entity": outcome.entity, "record": outcome.record,
        "version": outcome.version, "data": data,
    }  # fmt: skip


def text_data(text: Text) -> dict[str, Any]:
    """A sentence as JSON, so that it can still be translated."""
    return {"msgid": text.msgid, "params": {name: _param_data(value) for name, value in text.params.items()}}


def text_of(data: Mapping[str, Any]) -> Text:
    """A sentence from its JSON."""
    return Text(
        data["msgid"],
        **{n: text_of(v) if isinstance(v, dict) else v for n, v in data.get("params", {}).items()},
    )


def _param_data(value: object) -> object:
    if isinstance(value, Text):
        return text_data(value)
    return value if isinstance(value, str | int) else str(value)


def _cell_data(cell: object) -> object:
    for kind, name, written in _WRITTEN:
        if isinstance(cell, kind):
            return [name, written(cell)]
    return cell


def _cell(data: Any) -> Any:
    return _READ[data[0]](data[1]) if isinstance(data, list) else data
