"""Translations: the catalogs of the core and of each plugin, merged per language.

A plugin's catalog is `locale/<language>/LC_MESSAGES/<plugin>.po` in its package, read as it was written: nothing to compile.
"""

import gettext
import io
import logging
from collections.abc import Iterable
from copy import copy
from pathlib import Path
from typing import Final

from hookline.errors import Text

log = logging.getLogger("hookline.plugins")

LANGUAGES: Final = {"en": "English", "ru": "Русский"}
_CORE: Final = Path(__file__).parent.parent / "locale"


class Translations:
    """One catalog per language; what is not translated stays English."""

    def __init__(self, plugins: Iterable[tuple[str, Path]] = ()) -> None:
        own = [(name, language, folder) for name, folder in plugins for language in LANGUAGES]
        read = {
            (name, language): _read(_file(folder, language, name), language) for name, language, folder in own
        }
        self._own = {key: found for key, found in read.items() if found is not None}
        self._catalogs = {language: self._merged(language) for language in LANGUAGES}

    def catalog(self, language: str) -> gettext.NullTranslations:
        """The merged catalog of a language."""
        return self._catalogs.get(language, self._catalogs["en"])

    def say_in(self, template: str, text: str, language: str) -> str:
        """A sentence as it stands in a template, "<plugin>/page.html": in the plugin's own words, where it has some."""
        own = self._own.get((template.partition("/")[0], language))
        found = own.gettext(text) if own is not None else text
        return found if found != text else self.catalog(language).gettext(text)

    def say(self, text: Text | str, language: str) -> str:
        """A sentence in a language, with its parameters filled in."""
        if isinstance(text, str):
            return self.catalog(language).gettext(text) if text else ""
        found = self.catalog(language).gettext(text.msgid)
        params = {
            name: self.say(value, language) if isinstance(value, Text) else value
            for name, value in text.params.items()
        }
        return found % params if params else found

    def _merged(self, language: str) -> gettext.NullTranslations:
        merged = gettext.translation("hookline", _CORE, [language], fallback=True)
        for (_, of), found in self._own.items():
            if of == language:
                # A copy: each falls back on those that come after it, and its own pages ask it alone.
                merged.add_fallback(copy(found))
        return merged


def _file(folder: Path, language: str, plugin: str) -> Path:
    return folder / language / "LC_MESSAGES" / f"{plugin}.po"


def _read(path: Path, language: str) -> gettext.GNUTranslations | None:
    """A plugin's catalog. One that cannot be read leaves its plugin in English."""
    if not path.exists():
        return None
    from babel.messages.mofile import write_mo  # noqa: PLC0415  # they take long to load; most catalogs are the core's
    from babel.messages.pofile import PoFileError, read_po  # noqa: PLC0415  # as above

    compiled = io.BytesIO()
    try:
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=language, abort_invalid=True))
    except (OSError, PoFileError, ValueError):
        log.exception("the catalog %s cannot be read", path)
        return None
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
