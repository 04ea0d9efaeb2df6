"""How Sphinx makes the site: `python3 run.py docs`. Nothing in it is fetched from elsewhere when somebody reads it."""

import re
from importlib.metadata import version as version_of
from typing import Any

project = "Hookline"
author = "Hookline contributors"
project_copyright = "Hookline contributors"
version = release = version_of("hookline")

extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["making"]
nitpicky = True
myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a fragment of a page may begin with a lower heading

html_theme = "furo"
html_title = "Hookline"
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None

_LINK = re.compile(r"^(?:-|\d+\.) \[[^\]]*\]\((?!https?:)([^)#]+)\.md\)", re.MULTILINE)


def setup(app: Any) -> None:
    """An index page is a map; the order of its links is that of the site."""
    app.connect("source-read", _add_contents)


def _add_contents(_app: Any, name: str, source: list[str]) -> None:
    if name.rpartition("/")[2] != "index":
        return
    for part in re.split(r"^## ", source[0], flags=re.MULTILINE):
        heading, _, text = part.partition("\n")
        pages = [page for page in dict.fromkeys(_LINK.findall(text)) if not page.startswith("..")]
        caption = "" if heading.startswith("#") or "<!--" in heading else f":caption: {heading}\n"
        if pages:
            source[0] += f"\n```{{toctree}}\n:hidden:\n{caption}\n" + "\n".join(pages) + "\n```\n"
