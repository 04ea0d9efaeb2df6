"""`quality.toml`: what the plugin's author says of each rule: "done", or exempt with the reason.

level = "silver"

[rules]
imports = "done"
russian = { exempt = "It is sold in Finland only." }
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from hookline_sdk.check.findings import LEVELS, Finding, Level

FILE: Final = "quality.toml"


@dataclass(frozen=True)
class Quality:
    """What a quality.toml says: the level that the plugin is to have, and why rules do not hold for it."""

    level: Level = "bronze"
    exempt: Mapping[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_quality(project: Path, known: Collection[str]) -> Quality:
    """The file beside the pyproject; where there is none, nothing is exempt."""
    path = project / FILE
    if not path.is_file():
        return Quality()
    text = path.read_text("utf-8")
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return Quality(
            findings=[Finding(path, 1, f"it cannot be read: {error}", "Write it as TOML.", "quality")]
        )
    exempt, findings = dict[str, str](), list[Finding]()
    level = said.get("level", "bronze")
    if level not in LEVELS:
        findings.append(
            _finding(path, text, "level", f"there is no level {level!r}", f"Write {', '.join(LEVELS)}.")
        )
        level = "bronze"
    for name, judged in said.get("rules", {}).items():
        complaint = _complaint(name, judged, known)
        if complaint:
            findings.append(_finding(path, text, name, *complaint))
        elif isinstance(judged, dict):
            exempt[name] = judged["exempt"]
    return Quality(level, exempt, findings)


def _complaint(name: str, judged: Any, known: Collection[str]) -> tuple[str, str] | None:
    if name not in known:
        return f"there is no rule {name!r}", "`hookline plugin check --rules` lists them."
    if judged == "done":
        return None
    if isinstance(judged, dict) and set(judged) == {"exempt"}:
        if isinstance(judged["exempt"], str) and len(judged["exempt"].split()) >= 3:
            return None
        return f"{name} is exempt without a reason", "Say in a sentence why it does not hold for this plugin."
    return f"{name} is neither done nor exempt", 'Write "done", or { exempt = "why it does not hold" }.'


def _finding(path: Path, text: str, word: str, what: str, remedy: str) -> Finding:
    lines = text.splitlines()
    line = next((n for n, said in enumerate(lines, 1) if said.strip().strip('"').startswith(word)), 1)
    return Finding(path, line, what, remedy, "quality")
