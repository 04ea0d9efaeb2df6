"""Keeps a plugin's catalog in step with its code: `python -m hookline_sdk.catalogs real_estate` adds what is new and drops what is gone.

The plugin is named as in HOOKLINE_PLUGINS: its project's folder, a module, a file. Its catalog is
`locale/ru/LC_MESSAGES/<plugin>.po` in its package. Sentences that the core's catalog has need no line in it; a line that says one
otherwise stays, and holds for what the plugin says. One that is not translated yet gets an empty translation, is shown in English
until then, and is listed at the end.
"""

import gettext
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import hookline
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from hookline.crm.nouns import core
from hookline.errors import PluginError
from hookline.kernel.fields import Field
from hookline.kernel.forms import Form
from hookline.kernel.plugins.admitting.breadcrumbs import Breadcrumbs
from hookline.kernel.plugins.admitting.loader import find_sources, import_plugins
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin

from hookline_sdk.sentences import MsgId, in_python, in_templates

LANGUAGE: Final = "ru"
# What a contribution says to people beside its label.
_SAID: Final = ("label", "text", "help", "description", "confirm", "menu")
_UNSAID: Final = (
    b"# ",
    b"#\n",
    *(
        f'"{name}:'.encode()
        for name in (
            "Project-Id-Version",
            "Report-Msgid-Bugs-To",
            "POT-Creation-Date",
            "PO-Revision-Date",
            "Last-Translator",
            "Language-Team",
            "Generated-By",
        )
    ),
)


def main(arguments: Sequence[str]) -> int:
    """Bring the catalogs of these plugins up to date and say what is left to translate; 1 when there is something."""
    left = 0
    for plugin in load(arguments):
        place = catalog_of(plugin)
        catalog = update(read_catalog(place, plugin.name), used_texts(plugin), plugin.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(written(catalog))
        missing = untranslated(catalog)
        left += len(missing)
        sys.stdout.write(f"{place}: {len(catalog)} sentences, {len(missing)} to translate\n")
        sys.stdout.writelines(f"  {text}\n" for text in missing)
    return 1 if left else 0


def load(sources: Sequence[str]) -> list[Plugin]:
    """The plugins of these sources, admitted beside the core in this process."""
    with TemporaryDirectory() as scratch:
        found = import_plugins(find_sources(sources), Breadcrumbs(Path(scratch)))
    for name, reason in found.broken.items():
        raise PluginError(name, "import", reason)
    PluginHost(strict=True).load([core, *found.plugins])
    return found.plugins


def used_texts(plugin: Plugin) -> set[MsgId]:
    """Every sentence of a plugin that runs which people can be shown, without those that the core's catalog says as well.

    What its own catalog says otherwise than the core's is among them.
    """
    package, own = Path(plugin.file).parent, read_catalog(catalog_of(plugin), plugin.name)
    known = gettext.translation(
        "hookline", Path(hookline.__file__).parent / "locale", [LANGUAGE], fallback=True
    )
    found = {
        *in_templates(package),
        *in_python(package),
        *_in_declarations(plugin),
        *_in_contributions(plugin),
    }
    return {text for text in found if not _is_known(text, known) or _is_otherwise(text, known, own)}


def catalog_of(plugin: Plugin) -> Path:
    """Where a plugin's catalog is, or would be."""
    return Path(plugin.file).parent / "locale" / LANGUAGE / "LC_MESSAGES" / f"{plugin.name}.po"


def read_catalog(place: Path, domain: str) -> Catalog:
    """The catalog as it stands; an empty one where there is none."""
    if not place.exists():
        return _empty(domain)
    with place.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain=domain)


def update(catalog: Catalog, used: Iterable[MsgId], domain: str) -> Catalog:
    """The same translations for exactly the sentences that are used."""
    renewed = _empty(domain)
    for text in used:
        known = catalog.get(text if isinstance(text, str) else text[0])
        fits = known is not None and isinstance(known.id, str) == isinstance(text, str)
        renewed.add(text, known.string if fits and known else "" if isinstance(text, str) else ("", "", ""))
    return renewed


def written(catalog: Catalog) -> bytes:
    """The catalog as a file; without the date and the blanks of babel's header, which would change with each run."""
    file = io.BytesIO()
    write_po(file, catalog, width=120, sort_output=True, no_location=True)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_UNSAID)).lstrip(b"\n")


def untranslated(catalog: Catalog) -> list[str]:
    """The sentences without a translation, or with one that is marked as a guess."""
    return [
        str(message.id) for message in catalog if message.id and (not _strings_of(message) or message.fuzzy)
    ]


def _empty(domain: str) -> Catalog:
    return Catalog(locale=LANGUAGE, domain=domain, project=domain, fuzzy=False)


def _strings_of(message: Message) -> list[str]:
    """What it is translated with; nothing when a form is missing."""
    found: object = message.string
    strings = [found] if isinstance(found, str) else list(found) if isinstance(found, tuple | list) else []
    return strings if all(strings) else []


def _is_known(text: MsgId, known: gettext.NullTranslations) -> bool:
    if isinstance(text, str):
        return known.gettext(text) != text
    return known.ngettext(*text, 5) not in text


def _is_otherwise(text: MsgId, known: gettext.NullTranslations, own: Catalog) -> bool:
    """Whether the plugin's catalog translates it, and not as the core's does."""
    message = own.get(text if isinstance(text, str) else text[0])
    if message is None or not (strings := _strings_of(message)):
        return False
    if isinstance(text, str):
        return strings != [known.gettext(text)]
    return strings != [known.ngettext(*text, number) for number in (1, 2, 5)]


def _in_declarations(plugin: Plugin) -> Iterator[MsgId]:
    yield plugin.label
    for cls in plugin.entities:
        yield from (text for text in (cls.label, cls.plural, cls.menu) if text)
    yield from (group.group_label for group in plugin.groups)
    for spec in _fields(plugin):
        yield from (text for text in (spec.label, spec.help, spec.section, spec.back) if text)
        yield from (option.label for option in spec.options.values())


def _fields(plugin: Plugin) -> Iterator[Field]:
    """The fields that it declares, on its own entities and on others'."""
    host = PluginHost(strict=True)
    host.load([core, plugin])
    for info in host.schema().entities.values():
        yield from (spec for spec in info.fields.values() if spec.owner == plugin.name)


def _in_contributions(plugin: Plugin) -> Iterator[MsgId]:
    for contribution in plugin.contributions:
        if contribution.label not in ("", contribution.name):
            yield contribution.label
        yield from (
            text for step in contribution.options.get("stages", ()) for text in (step.name, step.hint) if text
        )
        # A report's docstring says beside it how its figures are made, a widget's what it shows, that of settings what they are for.
        if contribution.kind in ("report", "widget", "settings") and contribution.call.__doc__:
            yield " ".join(contribution.call.__doc__.split())
        for name, said in contribution.options.items():
            if name in _SAID and isinstance(said, str) and said:
                yield said
            elif isinstance(said, type) and issubclass(said, Form):
                yield from (text for spec in said.fields.values() for text in (spec.label, spec.help) if text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
