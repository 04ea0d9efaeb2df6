"""The pages of the reference, each made of the code that it describes."""

from pathlib import Path
from typing import Final

from docs.making import (
    about_api,
    about_commands,
    about_errors,
    about_fields,
    about_hooks,
    about_icons,
    about_points,
    about_sdk,
)
from docs.making.markdown import page
from docs.making.tree import REFERENCE

_PAGES: Final = {
    "points": about_points.written,
    "hooks": about_hooks.written,
    "fields": about_fields.written,
    "sdk": about_sdk.written,
    "icons": about_icons.written,
    "errors": about_errors.written,
    "commands": about_commands.written,
    "api": about_api.written,
}
_INDEX: Final = """
What there is, by name. Each page is made of the code, so it says what this version does; a check holds that it is up to date.

- [Contribution points](points.md): what a `Plugin` can add, with the function each takes.
- [Hooks](hooks.md): the same from below, for a module that wants every entity at once.
- [Fields](fields.md): the words with which fields are declared, and their kinds.
- [hookline_sdk](sdk.md): every name that a plugin may import.
- [Icons](icons.md): the names that `icon=` takes.
- [Errors](errors.md): what is raised on purpose, and who catches it.
- [Commands](commands.md): the command line.
- [API](api.md): addresses, filters and values of the JSON API.
- [Settings](../operations.md): the environment of an installation.
- [Slots](points.md#slots): the places on a page where panels stand.
"""


def reference_pages() -> dict[Path, str]:
    """Every page of the reference by its path."""
    pages = {REFERENCE / f"{name}.md": written() for name, written in _PAGES.items()}
    return {REFERENCE / "index.md": page("Reference", _INDEX), **pages}
