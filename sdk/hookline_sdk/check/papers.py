"""What a plugin's readers find: a README that says what it does and how to start, docs, and what has changed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject


def papers(subject: Subject) -> Iterator[Finding]:
    """Missing or empty papers. A plugin of one file says in its docstring what it does."""
    if subject.one_file:
        if not ast.get_docstring(subject.files[0].tree):
            yield Finding(
                subject.place,
                1,
                "the file does not say what it is",
                "Begin it with a docstring of a sentence.",
            )
        return
    project = subject.project
    readme = next(iter(sorted(project.glob("README*"))), None)
    if readme is None or len(readme.read_text("utf-8").split()) < 20:
        path = readme or project / "README.md"
        yield Finding(
            path,
            1,
            "there is no README to speak of",
            "Say what the plugin does, and how to install and try it.",
        )
    if not any(_says_something(path) for path in (project / "docs").glob("*.md")):
        yield Finding(
            project / "docs" / "index.md", 1, "there are no docs", "Tell its users what they will find where."
        )
    if not (project / "CHANGELOG.md").is_file():
        yield Finding(project / "CHANGELOG.md", 1, "there is no changelog", "Say what each version brought.")
    module = next((file for file in subject.files if file.path == subject.place / "__init__.py"), None)
    if module is not None and not ast.get_docstring(module.tree):
        what, remedy = "the package does not say what is where", "Begin __init__.py with a table of contents."
        yield Finding(module.path, 1, what, remedy)


def _says_something(path: Path) -> bool:
    lines = [
        line for line in path.read_text("utf-8").splitlines() if line.strip() and not line.startswith("#")
    ]
    return bool(lines)
