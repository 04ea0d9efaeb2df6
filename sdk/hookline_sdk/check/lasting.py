"""What a plugin uses of the SDK that is going to be taken away: by name where it is written, else as its start was told."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import hookline_sdk
from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import SourceFile, Subject

_REMEDY = "docs/policy.md says how long it stays."


def lasting(subject: Subject) -> Iterator[Finding]:
    """Names that are marked as going, and what was warned of while the plugin was imported and started."""
    for file in subject.files:
        yield from _named(file)
    own = {file.path.resolve() for file in subject.files}
    for path, line, text in subject.leaving:
        if Path(path).resolve() in own:
            yield Finding(Path(path), line, text.rstrip("."), _REMEDY)


def _named(file: SourceFile) -> Iterator[Finding]:
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and node.module == "hookline_sdk":
            for alias in node.names:
                said = getattr(getattr(hookline_sdk, alias.name, None), "__deprecated__", "")
                if said:
                    yield Finding(
                        file.path, alias.lineno, f"{alias.name} is going: {said.rstrip('.')}", _REMEDY
                    )
