"""What the board says after a move: which card went where, and the address that takes it back."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from hookline.errors import Text

if TYPE_CHECKING:
    from hookline.web.visit import Visit


def reversal_url(record_url: str, version: int, back: str) -> str:
    """Where a post takes back the change that made this version, and leads on to `back`."""
    return f"{record_url}/reversal?{urlencode({'version': version, 'back': back})}"


def moved(visit: "Visit", id: int, title: str, column: str, undo: str, *, won: bool) -> Mapping[str, Any]:
    """What the script of the board is told."""
    text = Text("Won: %(record)s", record=title) if won else Text("%(record)s: moved to %(stage)s.", record=title, stage=column)  # fmt: skip
    return {"id": id, "text": visit.say(text), "undo": undo, "won": won}
