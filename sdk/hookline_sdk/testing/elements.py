"""`Element`: a part of an answer's markup, read as a browser without script reads it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, overload

from selectolax.lexbor import LexborHTMLParser, LexborNode

# Parts of a table are nothing without one; an answer that replaces a row begins with them.
_OF_A_TABLE: Final = re.compile(r"\s*<(?:tr|td|th|tbody|thead|tfoot|caption|colgroup|col)\b", re.IGNORECASE)
_NOT_READ: Final = frozenset({"script", "style"})


class Element:
    """One element of a page. Two of them are equal when they are the same element of the same page."""

    __slots__ = ("_node",)

    def __init__(self, node: LexborNode) -> None:
        self._node = node

    def __getitem__(self, name: str) -> str:
        """An attribute; one without a value is "". KeyError names what there is instead."""
        if name not in self.attrs:
            raise KeyError(f"{self!r} has no {name!r}")
        return self.attrs[name]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Element) and self._node.mem_id == other._node.mem_id

    def __hash__(self) -> int:
        return self._node.mem_id

    def __bool__(self) -> bool:
        """True: `assert page.one("#stream")` is a sentence."""
        return True

    def __str__(self) -> str:
        """Its markup."""
        return self._node.html or ""

    def __repr__(self) -> str:
        return str(self).partition(">")[0] + ">"

    @property
    def name(self) -> str:
        """What it is: "div"."""
        return self._node.tag or ""

    @property
    def attrs(self) -> dict[str, str]:
        """Its attributes; those without a value are ""."""
        return {name: value or "" for name, value in self._node.attributes.items()}

    @property
    def classes(self) -> list[str]:
        """The words of its attribute `class`."""
        return self.get("class", "").split()

    @property
    def parent(self) -> Element | None:
        """The element around it."""
        return None if self._node.parent is None or self.name == "html" else Element(self._node.parent)

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """An attribute, or something else where it has none of that name."""
        return self.attrs.get(name, default)

    @property
    def text(self) -> str:
        """The texts within it, one after the other; `words` puts spaces between them."""
        return self.get_text()

    def has_attr(self, name: str) -> bool:
        """Whether it has an attribute of that name."""
        return name in self._node.attributes

    def get_text(self, separator: str = "", *, strip: bool = False) -> str:
        """The texts within it, in their order. What a browser runs or paints with is no text, unless it is asked itself."""
        if not strip:
            return separator.join(self.texts())
        return separator.join(filter(None, (text.strip() for text in self.texts())))

    def texts(self) -> Iterator[str]:
        """Each text within it, as it is written."""
        hidden = _NOT_READ - {self.name}
        for node in self._node.traverse(include_text=True):
            around = node.parent
            if node.is_text_node and around is not None and around.tag not in hidden:
                yield node.text_content or ""

    def own_texts(self) -> Iterator[str]:
        """Each text that stands in it, but in no element within."""
        for node in self._node.iter(include_text=True):
            if node.is_text_node:
                yield node.text_content or ""

    def select(self, selector: str) -> list[Element]:
        """Every element within it that a CSS selector names, in the order of the page."""
        return [Element(node) for node in self._node.css(selector) if node.mem_id != self._node.mem_id]

    def one(self, selector: str) -> Element:
        """The one element within it that a CSS selector names."""
        __tracebackhide__ = True
        found = self.select(selector)
        assert len(found) == 1, f"{len(found)} elements of {self!r} are {selector!r}"
        return found[0]

    def select_one(self, selector: str) -> Element | None:
        """The first element within it that a CSS selector names."""
        return next(iter(self.select(selector)), None)

    def templates(self) -> list[Element]:
        """What stands in each `<template>` within it: no selector finds that, and a browser does not show it by itself."""
        return [Element(node) for node in self._node.template_fragments()]

    def closest(self, selector: str) -> Element | None:
        """The nearest element that a CSS selector names: itself, or one around it."""
        named = {Element(node) for node in self._node.parser.css(selector)}
        found: Element | None = self
        while found is not None and found not in named:
            found = found.parent
        return found

    def replace(self, markup: str) -> None:
        """Put other markup in its place."""
        body = _parsed(markup).body
        for node in body.iter(include_text=True) if body is not None else ():
            self._node.insert_before(node)
        self._node.decompose()

    def fill(self, markup: str) -> None:
        """Put other markup into it."""
        self._node.inner_html = markup


def read_html(markup: str) -> Element:
    """A page, or a part of one, which stands in the body of an empty page then."""
    root = _parsed(markup).root
    assert root is not None, "every page has an element that holds all others"
    return Element(root)


def words(element: Element) -> str:
    """The text of an element, in one line."""
    return " ".join(element.get_text(" ").split())


def _parsed(markup: str) -> LexborHTMLParser:
    return LexborHTMLParser(f"<table>{markup}</table>" if _OF_A_TABLE.match(markup) else markup)
