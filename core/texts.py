"""Keeps the Russian catalog in step with the code: `python core/texts.py` adds what is new and drops what is gone.

Sentences stand in Python as `Text("...")`, `say("...")` or `reject("...")`, in templates as `_("...")` and
`ngettext("...", "...", n)`; labels of entities, fields and choices are asked of the declarations themselves.
A sentence that is not translated yet gets an empty translation, which `python3 run.py check` does not let pass.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from hookline.crm.nouns import core
from hookline.kernel.schema import build_schema
from jinja2.ext import babel_extract

HERE: Final = Path(__file__).resolve().parent / "hookline"
CATALOG: Final = HERE / "locale/ru/LC_MESSAGES/hookline.po"
_CALLS: Final = frozenset({"Text", "say", "reject", "gettext", "ngettext", "_"})

MsgId = str | tuple[str, str]


def main() -> int:
    """Bring the catalog up to date and say what is left to translate."""
    catalog = update(read_catalog(), used_texts())
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    with CATALOG.open("wb") as file:
        write_po(
            file,
            catalog,
            width=120,
            sort_output=True,
            omit_header=False,
            include_previous=False,
            no_location=True,
        )
    missing = untranslated(catalog)
    sys.stdout.write(f"{len(catalog)} sentences, {len(missing)} to translate\n")
    sys.stdout.writelines(f"  {text}\n" for text in missing)
    return 1 if missing else 0


def used_texts() -> set[MsgId]:
    """Every sentence that people can be shown; a pair is singular and plural."""
    return {*_in_templates(), *_in_python(), *_in_declarations()}


def read_catalog() -> Catalog:
    """The catalog as it stands; an empty one where there is none."""
    if not CATALOG.exists():
        return Catalog(locale="ru", domain="hookline", project="Hookline", fuzzy=False)
    with CATALOG.open("rb") as file:
        return read_po(file, locale="ru", domain="hookline")


def update(catalog: Catalog, used: Iterable[MsgId]) -> Catalog:
    """The same translations for exactly the sentences that are used."""
    renewed = Catalog(locale="ru", domain="hookline", project="Hookline", fuzzy=False)
    for text in used:
        known = catalog.get(text if isinstance(text, str) else text[0])
        fits = known is not None and isinstance(known.id, str) == isinstance(text, str)
        renewed.add(text, known.string if fits and known else "" if isinstance(text, str) else ("", "", ""))
    return renewed


def untranslated(catalog: Catalog) -> list[str]:
    """The sentences without a translation, or with one that is marked as a guess."""
    return [str(message.id) for message in catalog if message.id and (not _strings(message) or message.fuzzy)]


def _strings(message: Message) -> bool:
    found: object = message.string
    strings = [found] if isinstance(found, str) else list(found) if isinstance(found, tuple | list) else []
    return bool(strings) and all(strings)


def _in_templates() -> Iterator[MsgId]:
    for path in sorted((HERE / "web/templates").rglob("*.html")):
        with path.open("rb") as file:
            for _, _, texts, _ in babel_extract(file, ["_", "gettext", "ngettext"], [], {}):
                found = [texts] if isinstance(texts, str) else [text for text in texts or () if text]
                if found:
                    yield (found[0], found[1]) if len(found) > 1 else found[0]


def _in_python() -> Iterator[MsgId]:
    for path in sorted(HERE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in _CALLS:
                yield from _constants(node)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _constants(call: ast.Call) -> Iterator[MsgId]:
    """The sentence of a call, also where a condition chooses between two."""
    if _name(call.func) == "ngettext":
        texts = [a.value for a in call.args[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if len(texts) == 2:
            yield texts[0], texts[1]
        return
    for argument in call.args[:1]:
        for part in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.strip():
                yield part.value


def _in_declarations() -> Iterator[MsgId]:
    for info in build_schema(core.entities).entities.values():
        yield from (info.cls.label, info.cls.plural)
        for spec in info.fields.values():
            yield from (text for text in (spec.label, spec.help, spec.section) if text)
            yield from (option.label for option in spec.options.values())
    yield from (
        c.label
        for c in core.contributions
        if c.label != c.name and c.kind in ("panel", "column", "report", "activity_kind")
    )


if __name__ == "__main__":
    sys.exit(main())
