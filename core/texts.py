"""Keeps the Russian catalog in step with the code: `python core/texts.py` adds what is new and drops what is gone.

Sentences stand in Python as `Text("...")`, `say("...")` or `reject("...")`, in templates as `_("...")` and
`ngettext("...", "...", n)`; labels of entities, fields and choices are asked of the declarations themselves.
A sentence that is not translated yet gets an empty translation, which `python3 run.py check` does not let pass.
"""

import ast
import io
import sys
from collections.abc import Collection, Iterable, Iterator
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
# Parts of pages and of data that are given their label, or their singular and plural, after other things.
_PARTS: Final = {
    "_action": 1, "_button": 1, "_item": 1, "_permissions": 1, "_tab": 2, "Template": 1, "StageDraft": 0,
}  # fmt: skip
_COUNTS: Final = frozenset({"counted"})

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

MsgId = str | tuple[str, str]


def main() -> int:
    """Bring the catalog up to date and say what is left to translate."""
    catalog = update(read_catalog(), used_texts())
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    CATALOG.write_bytes(written(catalog))
    missing = untranslated(catalog)
    sys.stdout.write(f"{len(catalog)} sentences, {len(missing)} to translate\n")
    sys.stdout.writelines(f"  {text}\n" for text in missing)
    return 1 if missing else 0


def written(catalog: Catalog) -> bytes:
    """The catalog as a file; without the date and the blanks of babel's header, which would change with each run."""
    file = io.BytesIO()
    write_po(file, catalog, width=120, sort_output=True, no_location=True)
    lines = file.getvalue().splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_UNSAID))


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
        nodes = list(ast.walk(ast.parse(path.read_text("utf-8"))))
        calls = [node for node in nodes if isinstance(node, ast.Call)]
        for call in calls:
            yield from _sentences(call)
        named = {
            name for call in calls if _name(call.func) in ("Text", "say") for name in _given(*call.args[:1])
        }
        for node in nodes:
            yield from _assigned(node, named)


def _sentences(call: ast.Call) -> Iterator[MsgId]:
    name = _name(call.func)
    if name in _CALLS:
        yield from _constants(call.args, pair=name == "ngettext")
    elif name in _PARTS:
        yield from _constants(call.args[_PARTS[name] :], pair=False)
    elif name in _COUNTS:
        yield from _constants(call.args[1:], pair=True)


def _given(*arguments: ast.expr) -> Iterator[str]:
    """The names under which sentences were put down: `message`, `_WAYS[way]`, or `given or _HINTS.get(kind, "")`."""
    for part in (part for argument in arguments for part in ast.walk(argument)):
        if isinstance(part, ast.Name) and (part in arguments or part.id.isupper()):
            yield part.id


def _assigned(node: ast.AST, named: Collection[str]) -> Iterator[MsgId]:
    """The sentences that one of these names gets: one, one of two, or several by their keys."""
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    value = getattr(node, "value", None)
    if value is not None and any(isinstance(target, ast.Name) and target.id in named for target in targets):
        for part in value.values if isinstance(value, ast.Dict) else (value,):
            yield from (
                text for text in _constants([part], pair=False) if isinstance(text, str) and " " in text
            )


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _constants(arguments: list[ast.expr], *, pair: bool) -> Iterator[MsgId]:
    """The sentence that stands first, also where a condition chooses between two; or a singular and its plural."""
    if pair:
        texts = [a.value for a in arguments[:2] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if len(texts) == 2:
            yield texts[0], texts[1]
        return
    for argument in arguments[:1]:
        for part in (argument.body, argument.orelse) if isinstance(argument, ast.IfExp) else (argument,):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value.strip():
                yield part.value


def _in_declarations() -> Iterator[MsgId]:
    for info in build_schema(core.entities, owners={core.name}).entities.values():
        yield from (text for text in (info.cls.label, info.cls.plural, info.cls.menu) if text)
        for spec in info.fields.values():
            yield from (text for text in (spec.label, spec.help, spec.section, spec.back) if text)
            yield from (option.label for option in spec.options.values())
    yield from (
        c.label
        for c in core.contributions
        if c.label != c.name
        and c.kind in ("panel", "column", "report", "widget", "selection", "activity_kind")
    )
    # A report's docstring says beside it how its figures are made, a widget's what it shows.
    yield from (
        " ".join((c.call.__doc__ or "").split()) for c in core.contributions if c.kind in ("report", "widget")
    )


if __name__ == "__main__":
    sys.exit(main())
