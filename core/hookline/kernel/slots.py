"""Slots: the places on pages of the house where what plugins show can stand, by name.

A panel of a record stands in one of RECORD_SLOTS, a block in one of PAGE_SLOTS. The core's own panels are declared the same way.
"""

from typing import Final, Literal, TypeAlias, get_args

RecordSlot: TypeAlias = Literal["record.side", "record.main"]
PageSlot: TypeAlias = Literal["list.top", "my_day.top", "my_day.side"]

RECORD_SLOTS: Final[tuple[str, ...]] = get_args(RecordSlot)
PAGE_SLOTS: Final[tuple[str, ...]] = get_args(PageSlot)
# Where each is, for whoever looks for a place.
SLOTS: Final = {
    "record.side": "At the right of a record, above the related lists; of order 200 and more below them.",
    "record.main": "In the middle of a record, above what has happened.",
    "list.top": "Above the rows of an entity's list, below its filters.",
    "my_day.top": "Above everything of My day.",
    "my_day.side": "Beside the agenda of My day, below its own parts.",
}
