"""How an entry of the audit log is tied to the one before it. Pure: the same for writing and for looking through."""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

START: Final = "0" * 64


def canonical(facts: Mapping[str, Any]) -> str:
    """Facts as the one text that stands for them."""
    told = json.dumps(
        facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=str
    )
    # Half a character pair is nothing that a database keeps.
    return told.encode("utf-8", "replace").decode("utf-8")


def new_salt() -> str:
    """What keeps a digest from being guessed once its text is gone."""
    return secrets.token_hex(16)


def digest(salt: str, text: str) -> str:
    """What stays of a text that may vanish."""
    return hashlib.sha256(f"{salt}:{text}".encode()).hexdigest()


def link(previous: str, entry: Mapping[str, Any]) -> str:
    """The hash of an entry, over that of the one before and all of itself that never vanishes."""
    said = [
        previous, entry["number"], moment(entry["at"]), entry["actor"], entry["seen_as"], entry["by"],
        entry["address_digest"], entry["what"], entry["about"], entry["digest"],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()


def moment(at: datetime) -> str:
    """A time as it is hashed and written into anchors."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def as_ranges(numbers: Iterable[int]) -> list[str]:
    """Numbers as "3" and "7-19", so that many take little room."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return [f"{first}-{last}" if last > first else str(first) for first, last in found]


def from_ranges(ranges: Iterable[str]) -> list[range]:
    """The ranges that `as_ranges` wrote; ValueError for anything else."""
    found = []
    for each in ranges:
        first, _, last = each.partition("-")
        found.append(range(int(first), int(last or first) + 1))
    return found
