"""How the reference is written: docstrings, signatures and tables as Markdown."""

import ast
import inspect
import textwrap
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Final

MADE: Final = "<!-- Made of the code by `python -m docs.making`; a change made here is lost. -->\n"


def page(title: str, about: str, *parts: str) -> str:
    """A page of the reference."""
    return "\n".join([MADE, f"# {title}\n", f"{textwrap.dedent(about).strip()}\n", *parts]).rstrip() + "\n"


def section(title: str, *parts: str, level: int = 2) -> str:
    """A heading and what stands under it; empty parts are left out."""
    return "\n".join([f"{'#' * level} {title}\n", *(f"{part.strip()}\n" for part in parts if part.strip())])


def prose(docstring: str | None) -> str:
    """A docstring as Markdown: what is indented is code."""
    lines = inspect.cleandoc(docstring or "").splitlines()
    blocks = []
    for is_code, found in groupby(_told_apart(lines), key=lambda line: line[0]):
        text = "\n".join(line for _, line in found).strip("\n")
        blocks.append(code(textwrap.dedent(text)) if is_code and text.strip() else text)
    return "\n\n".join(block for block in blocks if block.strip())


def _told_apart(lines: Sequence[str]) -> Iterable[tuple[bool, str]]:
    """Each line, and whether it is part of an example; an empty line is what the line before it is."""
    inside = False
    for line in lines:
        if line.strip():
            inside = line.startswith("    ")
        yield inside, line


def code(text: str) -> str:
    """A block of Python; of what is written like Python, as a signature is; else of plain text."""
    try:
        ast.parse(text)
    except SyntaxError:
        return f"```{'text' if '─' in text else 'py'}\n{text}\n```"
    return f"```python\n{text}\n```"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; what would end a cell is written so that it does not."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
