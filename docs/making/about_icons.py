"""The icons, by their names."""

from typing import Final

from hookline.web.icons import ICONS

from docs.making.markdown import page

_ABOUT: Final = """
What `icon=` of an entity, a page, a menu's link, an action or a widget may be: these names of [Lucide](https://lucide.dev/icons/), which Hookline
serves in one file. For a name that is not here nothing is drawn; `/-/plugins` and `hookline plugin check` say so, with the names
that come near. A plugin's own templates may show pictures of their own from its `static` folder.
"""


def written() -> str:
    """The page."""
    return page("Icons", _ABOUT, ", ".join(f"`{name}`" for name in ICONS) + "\n")
