"""Sentences that people see: written so that they can be translated, and translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from hookline_sdk import catalogs
from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject

# Calls whose first words are shown to people, and are looked up in the catalog as they stand in the code.
_SAYS: Final = frozenset(
    {"Text", "reject", "say", "gettext", "_", "permission", "report", "widget", "page", "menu"}
)
_SECOND: Final = frozenset({"panel", "column", "action", "activity_kind", "selection"})
_TEMPLATE: Final = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_SHOWN: Final = frozenset({"title", "placeholder", "aria-label", "alt"})
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")


def marked(subject: Subject) -> Iterator[Finding]:
    """Sentences that no catalog can hold: put together at run time, or written bare into a template."""
    for file in subject.files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Call) and _put_together(node):
                remedy = 'Write it whole, with places for what varies: Text("At most %(most)s", most=most).'
                yield Finding(file.path, node.lineno, "a sentence is put together at run time", remedy)
    for path in _templates(subject):
        for line, words in _Bare(path.read_text("utf-8")).found:
            yield Finding(
                path, line, f"bare words in a template: {words!r}", f'Mark them: {{{{ _("{words}") }}}}.'
            )


def russian(subject: Subject) -> Iterator[Finding]:
    """Sentences that have no Russian yet, and a catalog that is behind the code."""
    if subject.one_file:
        return
    plugin = subject.plugin
    place = catalogs.catalog_of(plugin)
    used = catalogs.used_texts(plugin)
    found = catalogs.update(catalogs.read_catalog(place, plugin.name), used, plugin.name)
    lines = place.read_text("utf-8").splitlines() if place.exists() else []
    for text in catalogs.untranslated(found):
        line = next((n for n, said in enumerate(lines, 1) if text.split("\n")[0][:60] in said), 1)
        remedy = f"`python -m hookline_sdk.catalogs {_shown(subject.project)}` adds its line; then write the Russian."
        yield Finding(place, line, f"no Russian for {text!r}", remedy)


def _put_together(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = 0 if name in _SAYS else 1 if name in _SECOND and isinstance(call.func, ast.Attribute) else None
    if place is None or len(call.args) <= place:
        return False
    said = call.args[place]
    formatted = (
        isinstance(said, ast.Call)
        and isinstance(said.func, ast.Attribute)
        and said.func.attr == "format"
        and isinstance(said.func.value, ast.Constant)
    )
    joined = isinstance(said, ast.BinOp) and any(
        isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(said)
    )
    return isinstance(said, ast.JoinedStr) or joined or formatted


def _templates(subject: Subject) -> list[Path]:
    return [] if subject.one_file else sorted((subject.place / "templates").rglob("*.html"))


def _shown(folder: Path) -> str:
    return "." if folder == Path.cwd() else folder.name


class _Bare(HTMLParser):
    """The words of a template that stand outside of Jinja's marks."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self._within: list[str] = []
        # Lines stay where they are.
        self.feed(_TEMPLATE.sub(lambda mark: "\n" * mark[0].count("\n"), text))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within.append(tag)
        for name, value in attrs:
            if name in _SHOWN:
                self._keep(value or "")

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "code", "svg"} & set(self._within):
            self._keep(data)

    def _keep(self, said: str) -> None:
        words = " ".join(said.split())
        if _WORDS.search(words):
            before = said[: len(said) - len(said.lstrip())]
            self.found.append((self.getpos()[0] + before.count("\n"), words))
