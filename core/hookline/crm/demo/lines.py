"""The story's tables, which stand in CSV files beside this one."""

import csv
from pathlib import Path


def lines(name: str) -> list[dict[str, str]]:
    """The rows of a table by the names of their columns."""
    with (Path(__file__).parent / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
