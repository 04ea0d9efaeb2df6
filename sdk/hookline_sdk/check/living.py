"""The life of the plugin: added, switched off, switched on, taken out, brought back, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject
from hookline_sdk.life import prove_life


def life(subject: Subject) -> Iterator[Finding]:
    """The first stage of its life that does not hold."""
    folder = subject.scratch / "life"
    folder.mkdir(exist_ok=True)
    # Its processes find a project by its folder; nothing else says where its package is.
    in_project = not subject.one_file and (subject.project / "pyproject.toml").is_file()
    source = str(subject.project) if in_project else subject.source
    for stage in prove_life(source, f"sqlite:///{folder / 'life.db'}", folder):
        if not stage.ok:
            what = f"its life ends at {stage.name!r}: {stage.detail}"
            yield Finding(subject.place, 1, what, "docs/plugins-life.md says what each stage must show.")
