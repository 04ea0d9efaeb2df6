"""Translations: the catalogs of the core and of each plugin, merged per language.

A plugin's catalog is `locale/<language>/LC_MESSAGES/<plugin>.po` in its package, read as it was written: nothing to compile.
"""

import gettext
import io
import logging
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hookline.errors import Text

log = logging.getLogger("hookline.plugins")

LANGUAGES: Final = {"en": "English", "ru": "Русский"}
_CORE: Final = Path(__file__).parent.parent / "locale"


class Translations:
    """One catalog per language; what is not translated stays English."""

    def __init__(self, plugins: Iterable[tuple[str, Path]] = ()) -> None:
        self._catalogs = {language: _load(language, plugins) for language in LANGUAGES}

    def catalog(self, language: str) -> gettext.NullTranslations:
        """The merged catalog of a language."""
        return self._catalogs.get(language, self._catalogs["en"])

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


def _load(language: str, plugins: Iterable[tuple[str, Path]]) -> gettext.NullTranslations:
    merged = gettext.translation("hookline", _CORE, [language], fallback=True)
    for name, folder in plugins:
        if (found := _read(folder / language / "LC_MESSAGES" / f"{name}.po", language)) is not None:
            merged.add_fallback(found)
    return merged


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
