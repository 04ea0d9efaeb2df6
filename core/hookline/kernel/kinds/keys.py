"""Which record is meant: "7" where its entity is known, "deal:7" where it is not.

Addresses and forms are written by anybody: whatever no record can have means none, and never reaches the database.
"""

from typing import Final, NamedTuple, TypeGuard

LARGEST_ID: Final = 2**63 - 1
_DIGITS: Final = len(str(LARGEST_ID))


class RecordKey(NamedTuple):
    """Which record of which entity; written "deal:7"."""

    entity: str
    id: int

    @classmethod
    def of(cls, written: str) -> "RecordKey":
        """The key in a field that holds nothing else. ValueError for anything else."""
        if (key := key_in(written)) is None:
            raise ValueError(f"{written!r} is not the key of a record")
        return key

    def __str__(self) -> str:
        return f"{self.entity}:{self.id}"


def number_in(written: str, least: int = 0, most: int = LARGEST_ID) -> int | None:
    """The whole number that stands here in plain digits; None for anything else, and beyond these bounds."""
    if not (written.isascii() and written.isdecimal() and len(written) <= _DIGITS):
        return None
    number = int(written)
    return number if least <= number <= most else None


def is_id(number: int | None) -> TypeGuard[int]:
    """Whether a record can have this number; none has None, which stands in a reference that is empty."""
    return number is not None and 0 < number <= LARGEST_ID


def id_in(written: str) -> int | None:
    """The number of a record as it stands in a form or an address; None for what no record can have."""
    return number_in(written, least=1)


def key_in(written: str | None) -> RecordKey | None:
    """The two halves of "deal:7"; None where nothing of this shape stands."""
    entity, _, digits = (written or "").partition(":")
    id = id_in(digits) if entity else None
    return RecordKey(entity, id) if id is not None else None
