"""The start tags of a page, one after the other: all that a walk through pages looks at, for a fraction of a tree's price."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple


class StartTag(NamedTuple):
    """One element as it begins: its name, its attributes as they are meant, and how it was written."""

    name: str
    attributes: dict[str, str]
    text: str


def start_tags(html: str) -> list[StartTag]:
    """Every element of a page, as a browser would meet them."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[StartTag] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.found.append(StartTag(tag, values, self.get_starttag_text() or ""))
