"""Keeps the Russian catalog in step with the code: `python core/texts.py` adds what is new and drops what is gone.

Sentences are found as those of plugins are, see `hookline_sdk.sentences`; labels of entities, fields and choices are asked
of the declarations themselves. A sentence that is not translated yet gets an empty translation, which
`python3 run.py check` does not let pass.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from hookline.crm.nouns import core
from hookline.kernel.schema import build_schema
from hookline_sdk import catalogs
from hookline_sdk.catalogs import untranslated, written
from hookline_sdk.sentences import MsgId, in_python, in_templates

__all__ = ["CATALOG", "main", "read_catalog", "untranslated", "update", "used_texts", "written"]

HERE: Final = Path(__file__).resolve().parent / "hookline"
CATALOG: Final = HERE / "locale/ru/LC_MESSAGES/hookline.po"


def main() -> int:
    """Bring the catalog up to date and say what is left to translate."""
    catalog = update(read_catalog(), used_texts())
    CATALOG.parent.mkdir(parents=True, exist_ok=True)
    CATALOG.write_bytes(written(catalog))
    missing = untranslated(catalog)
    sys.stdout.write(f"{len(catalog)} sentences, {len(missing)} to translate\n")
    sys.stdout.writelines(f"  {text}\n" for text in missing)
    return 1 if missing else 0


def used_texts() -> set[MsgId]:
    """Every sentence that people can be shown; a pair is singular and plural."""
    return {*in_templates(HERE / "web/templates"), *in_python(HERE), *_in_declarations()}


def read_catalog() -> Catalog:
    """The catalog as it stands; an empty one where there is none."""
    return catalogs.read_catalog(CATALOG, "hookline")


def update(catalog: Catalog, used: Iterable[MsgId]) -> Catalog:
    """The same translations for exactly the sentences that are used."""
    return catalogs.update(catalog, used, "hookline")


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
        and c.kind
        in (
            "panel",
            "column",
            "report",
            "widget",
            "selection",
            "activity_kind",
            "health",
            "exporter",
            "importer",
            "view",
            "menu",
            "page",
            "action",
            "search",
            "block",
            "settings",
        )
    )
    # A report's docstring says beside it how its figures are made, a widget's what it shows.
    yield from (
        " ".join((c.call.__doc__ or "").split()) for c in core.contributions if c.kind in ("report", "widget")
    )


if __name__ == "__main__":
    sys.exit(main())
