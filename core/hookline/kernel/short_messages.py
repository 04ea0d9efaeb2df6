"""Short messages: what a carrier is given, and the one that needs no network: a folder."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote


@dataclass(frozen=True)
class ShortMessage:
    """A text for a telephone, as an SMS or by a messenger that knows people by their numbers.

    `key` is the same each time it is tried again: a carrier sends what has one key once.
    """

    to: str
    text: str
    key: str
    by: Literal["sms", "messenger"] = "sms"


class Carrier(ABC):
    """What hands short messages on. A plugin brings one with `@plugin.provides("core.carrier")`."""

    @abstractmethod
    def send(self, message: ShortMessage) -> None:
        """Return when it was taken, also when it was taken before; raise when it was not. Called outside of transactions."""


class FolderCarrier(Carrier):
    """Lays each message down as a file, for trying out and for tests: nobody is written to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: ShortMessage) -> None:
        """One file for each key, however often it is sent."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = quote(message.key, safe="")
        draft = self.folder / f"{name}.part"
        draft.write_text(f"{message.to}\n\n{message.text}\n", encoding="utf-8")
        draft.replace(self.folder / f"{name}.txt")
