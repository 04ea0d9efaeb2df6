"""The rules as a table for the docs: `python -m hookline_sdk.check.tabled` prints it."""

from __future__ import annotations

import sys

from hookline_sdk.check.findings import LEVELS
from hookline_sdk.check.rules import RULES


def table() -> str:
    """Every rule with its level and what it asks, as Markdown."""
    lines = ["| Level | Rule | A plugin of this level |", "|---|---|---|"]
    for level in LEVELS:
        lines += [f"| {level} | `{rule.name}` | {rule.title} |" for rule in RULES if rule.level == level]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(f"{table()}\n")
