"""What a plugin declares: names, signatures, and that it starts."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from hookline.errors import PluginError
from hookline.kernel.plugins.admitting.loader import GROUP
from hookline.kernel.plugins.contributions import Contribution
from hookline.web.icons import misnamed

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing.crm import Crm

_NO_ICON: Final = "Name one of those in docs/reference/icons.md."
_SINGULAR: Final = re.compile(r"(ss|us|is|series|news)$")


def starts(subject: Subject) -> Iterator[Finding]:
    """Why it does not start beside the core, with the line that it stops at."""
    if not subject.trouble:
        with closing(Crm(subject.nowhere, subject.scratch, subject.plugins)) as crm:
            for said in crm.home.host.notes.get(subject.plugin.name, ()):
                yield Finding(subject.place, 1, str(said), "Name what there is, or take it out.")
        return
    at = re.search(r"\(?([\w./-]+\.py)[:,] ?(?:line )?(\d+)", subject.trouble)
    path, line = subject.place, 1
    if at:
        path = next((f.path for f in subject.files if f.path.name == at[1].rpartition("/")[2]), path)
        line = int(at[2])
    yield Finding(
        path,
        line,
        f"it does not start: {subject.trouble}",
        "Mend that line; `hookline dev` shows it at once.",
    )


def names(subject: Subject) -> Iterator[Finding]:
    """Names that people or programs would stumble over."""
    plugin = subject.plugin
    points = subject.pyproject.get("project", {}).get("entry-points", {}).get(GROUP, {})
    if points and plugin.name not in points:
        path, line = subject.project / "pyproject.toml", _line(subject, GROUP)
        what = f"the entry point is called {', '.join(points)} and the plugin {plugin.name}"
        yield Finding(
            path,
            line,
            what,
            f"Call both {plugin.name}: it is switched off by the one and known by the other.",
        )
    for cls in plugin.entities:
        path, line = subject.line_of(cls)
        if cls.__name__.endswith("s") and not _SINGULAR.search(cls.__name__):
            yield Finding(
                path,
                line,
                f"the entity {cls.__name__} is named for many",
                "Name it for one: Listing, not Listings.",
            )
        if not cls.__doc__ or cls.__doc__ == cls.__bases__[0].__doc__:
            yield Finding(
                path, line, f"{cls.__name__} has no docstring", "Say in one sentence what a record of it is."
            )
    yield from _misnamed_icons(subject)
    for contribution in _own(subject):
        if contribution.call.__name__ == "<lambda>":
            path, line = subject.line_of(contribution.call)
            if line > 1:
                yield Finding(
                    path,
                    line,
                    f"a {contribution.kind} without a name",
                    "Write it as a def: its name is its address.",
                )


def signatures(subject: Subject) -> Iterator[Finding]:
    """Contributions whose parameters or answers have no type: neither checker would see a mistake in them."""
    for contribution in _own(subject):
        function = inspect.unwrap(contribution.call)
        if not inspect.isfunction(function) or function.__name__ == "<lambda>":
            continue
        parameters = inspect.signature(function).parameters.values()
        bare = [p.name for p in parameters if p.annotation is inspect.Parameter.empty]
        if "return" not in function.__annotations__:
            bare.append("the answer")
        if bare:
            path, line = subject.line_of(function)
            what = f"{contribution.kind} {function.__name__} has no type for {', '.join(bare)}"
            shape = _shape(contribution.kind)
            yield Finding(path, line, what, f"Write it as {shape}." if shape else "Write the types out.")


def _misnamed_icons(subject: Subject) -> Iterator[Finding]:
    for icon in misnamed(subject.plugin):
        path, line = subject.line_of(icon.of)
        remedy = f"Name one of docs/reference/icons.md, perhaps {icon.near}." if icon.near else _NO_ICON
        yield Finding(path, line, icon.said, remedy)


def _own(subject: Subject) -> list[Contribution]:
    """What it contributes, as it was declared, each function once."""
    found = {id(inspect.unwrap(c.call)): c for c in subject.plugin.contributions}
    inside = str(subject.place if subject.one_file else subject.place.parent)
    return [c for c in found.values() if str(subject.line_of(c.call)[0]).startswith(inside)]


def _shape(kind: str) -> str:
    """The shape of such a function, from the docstring of the decorator."""
    from hookline.kernel.plugins.plugin import Plugin  # noqa: PLC0415  # only where something is wrong

    said = re.search(r"`(def [^`]+)`", getattr(Plugin, kind, PluginError).__doc__ or "")
    return f"`{said[1]}`" if said else ""


def _line(subject: Subject, text: str) -> int:
    path = subject.project / "pyproject.toml"
    return next((n for n, line in enumerate(path.read_text("utf-8").splitlines(), 1) if text in line), 1)
