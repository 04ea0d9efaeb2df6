"""Translations: the catalogs of the core and of each plugin, merged per language."""

import gettext
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hookline.errors import Text

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
        merged.add_fallback(gettext.translation(name, folder, [language], fallback=True))
    return merged
