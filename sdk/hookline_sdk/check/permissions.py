"""Rights of its own: each one that is asked for is declared, and each one that is declared is asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject


def permissions(subject: Subject) -> Iterator[Finding]:
    """Rights that nobody declares are rights that nobody has; one that nothing asks for promises what is not kept."""
    with subject.crm() as crm:
        known = set(crm.home.host.permissions)
    asked = {name for _, _, name in _asked(subject)}
    for path, line, name in _asked(subject):
        if name not in known:
            remedy = f'Declare it: plugin.permission("{name.rpartition(".")[2]}", "Label", "What it allows.")'
            yield Finding(path, line, f"the right {name!r} is asked for, and nobody declares it", remedy)
    used = asked | {c.options.get("needs", "") for c in subject.plugin.contributions} | _by_name(subject)
    for contribution in subject.plugin.contributions:
        if contribution.kind == "permission" and contribution.key not in used:
            path, line = subject.line_with(f'"{contribution.name}"')
            remedy = "Ask for it with needs= or gate.actor.may(), or take it out."
            yield Finding(path, line, f"nothing asks for the right {contribution.key!r}", remedy)


def _asked(subject: Subject) -> Iterator[tuple[Path, int, str]]:
    """Rights that are named as they are, in `may("...")` and `needs="..."`."""
    for file in subject.files:
        for node in ast.walk(file.tree):
            if not isinstance(node, ast.Call):
                continue
            named = getattr(node.func, "attr", getattr(node.func, "id", ""))
            places = [k.value for k in node.keywords if k.arg == "needs"]
            if named == "may" and len(node.args) == 1:
                places += node.args
            for each in places:
                if isinstance(each, ast.Constant) and isinstance(each.value, str) and "." in each.value:
                    yield file.path, node.lineno, each.value


def _by_name(subject: Subject) -> AbstractSet[str]:
    """Rights whose full name was kept under a name that is used again: `SIGNS = plugin.permission(...)`."""
    found = set()
    for file in subject.files:
        for node in ast.walk(file.tree):
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
                call = node.value
                if getattr(call.func, "attr", "") != "permission" or not call.args:
                    continue
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                said = call.args[0]
                names = {getattr(target, "id", "") for target in targets}
                if isinstance(said, ast.Constant) and isinstance(said.value, str) and _used(subject, names):
                    found.add(f"{subject.plugin.name}.{said.value}")
    return found


def _used(subject: Subject, names: AbstractSet[str]) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)
        for file in subject.files
        for node in ast.walk(file.tree)
    )
