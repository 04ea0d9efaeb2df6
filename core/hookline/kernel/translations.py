"""Translations: the catalogs of the core and of each plugin, merged per language.

What a plugin says itself, it says in its own words, whatever the others call the same. Its catalog is
`locale/<language>/LC_MESSAGES/<plugin>.po` in its package, read as it was written: nothing to compile.
"""

import gettext
import io
import logging
from collections.abc import Callable, Iterable, Mapping
from copy import copy
from pathlib import Path
from typing import Final

from hookline.errors import Label, Text

log = logging.getLogger("hookline.plugins")

LANGUAGES: Final = {"en": "English", "ru": "Русский"}
_CORE: Final = Path(__file__).parent.parent / "locale"


class Translations:
    """One catalog per language; what is not translated stays English."""

    def __init__(self, plugins: Iterable[tuple[str, Path]] = ()) -> None:
        plugins = list(plugins)
        own = [(name, language, folder) for name, folder in plugins for language in LANGUAGES]
        read = {
            (name, language): _read(_file(folder, language, name), language) for name, language, folder in own
        }
        self._own = {key: found for key, found in read.items() if found is not None}
        self._catalogs = {language: self._merged(language) for language in LANGUAGES}
        self._chains = {key: self._chain(*key) for key in self._own}
        self._packages = [(f"{folder.parent}/", name) for name, folder in plugins]
        self._writers: dict[str, str] = {}

    def catalog(self, language: str) -> gettext.NullTranslations:
        """The merged catalog of a language."""
        return self._catalogs.get(language, self._catalogs["en"])

    def own(self, language: str) -> Mapping[str, gettext.NullTranslations]:
        """By plugin, those that have words of their own: what each says, in its own words first."""
        return {plugin: chain for (plugin, of), chain in self._chains.items() if of == language}

    def say_in(self, template: str, text: str, language: str) -> str:
        """A sentence as it stands in a template, "<plugin>/page.html": in the plugin's own words, where it has some."""
        return self._spoken(template.partition("/")[0], language).gettext(text)

    def say(
        self,
        text: Text | str,
        language: str,
        *,
        by: str = "",
        write: Callable[[object], object] | None = None,
    ) -> str:
        """A sentence in a language, with its parameters filled in; in the words of the plugin that has written it.

        `by` is the plugin that speaks, for texts that do not tell themselves. `write` makes of a parameter what stands in
        the sentence: an amount or a day as somebody reads it.
        """
        if isinstance(text, str):
            plugin = text.plugin if isinstance(text, Label) else by
            return self._spoken(plugin, language).gettext(text) if text else ""
        catalog, forms = self._spoken(self._writer(text.file), language), text.forms
        found = catalog.ngettext(*forms) if forms else catalog.gettext(text.msgid)
        params = {
            name: self.say(value, language, write=write)
            if isinstance(value, Text)
            else (write(value) if write else value)
            for name, value in text.params.items()
        }
        return found % params if params else found

    def _spoken(self, plugin: str, language: str) -> gettext.NullTranslations:
        chain = self._chains.get((plugin, language)) if plugin else None
        return chain or self.catalog(language)

    def _writer(self, file: str) -> str:
        """The plugin in whose package a file lies; "" when in none."""
        found = self._writers.get(file)
        if found is None:
            found = next((name for package, name in self._packages if file.startswith(package)), "")
            self._writers[file] = found
        return found

    def _chain(self, plugin: str, language: str) -> gettext.NullTranslations:
        chain = copy(self._own[plugin, language])
        chain.add_fallback(self._catalogs[language])
        return chain

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
