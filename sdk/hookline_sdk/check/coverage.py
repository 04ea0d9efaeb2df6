"""Whether the plugin's own tests reach what it declares: every function called, every entity with a record in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject

# What is only a name, or is called by nobody but an administrator's command.
_WITHOUT: Final = frozenset(
    {"permission", "activity_kind", "menu", "point", "sequence", "pipeline", "settings", "view"}
)


def covered(subject: Subject) -> Iterator[Finding]:
    """What no test has called or filled."""
    if subject.tested is None:
        return
    reached = subject.tested.reached
    for contribution in subject.plugin.contributions:
        if contribution.kind in _WITHOUT:
            continue
        if f"{contribution.kind} {contribution.entity} {contribution.key}" not in reached:
            path, line = subject.line_of(contribution.call)
            what = f"no test calls the {contribution.kind} {contribution.name}"
            yield Finding(
                path, line, what, "Write one that sees what it does: on a page, in an answer, in a record."
            )
    for cls in subject.plugin.entities:
        if f"entity {cls.__tablename__}" not in reached:
            path, line = subject.line_of(cls)
            yield Finding(
                path, line, f"no test makes a {cls.__name__}", f"Write one with make({cls.__name__})."
            )
