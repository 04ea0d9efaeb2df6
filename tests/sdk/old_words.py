"""Words that are going: one as a whole, one in one of its arguments."""

from hookline_sdk import Leaving, leaving
from typing_extensions import deprecated


@deprecated("Write new_word() instead.", category=Leaving)
def old_word() -> int:
    """What is called otherwise now."""
    return 1


def word(*, loud: bool | None = None) -> int:
    """What is asked otherwise now."""
    if loud is not None:
        leaving("word(loud=)", instead="word(volume=)", since="0.3")
    return 2
