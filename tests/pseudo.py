"""A language that nobody speaks: every sentence of the catalog in brackets, with accents and a third longer.

What shows neither its brackets nor the mark of data was never given to a translator.
"""

import gettext
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import texts
from babel import Locale
from hookline.crm import settings
from hookline.crm.desks import dashboards, views
from hookline.kernel.db import Transaction
from hookline.kernel.installation import Installation
from hookline.kernel.tables import custom_field
from hookline.kernel.translations import LANGUAGES, Translations
from hookline_sdk.testing.elements import Element, read_html
from sqlalchemy import FromClause, Table, insert, select, update

OPEN, CLOSE = "⟦", "⟧"
# Stands before each word of what people have typed.
MARK: Final = "¤"
_ACCENTS: Final = str.maketrans("aeiouyAEIOUYcnszlr", "áéíóúýÁÉÍÓÚÝčňšžļŕ")
# What is left as it is within a sentence: parameters and markup.
_KEPT: Final = re.compile(r"%\(\w+\)[sd]|%%|<[^>]*>|&\w+;|\{\w*\}")
_SPAN: Final = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_DATA: Final = re.compile(rf"{MARK}\S+")
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
# What the words for dates, places and moneys come from is not the catalog.
_ENGLISH: Final = Locale("en")
_NAMES: Final = frozenset(
    {*_ENGLISH.territories.values(), *_ENGLISH.currencies.values(), *LANGUAGES.values()}
)
_DATES: Final = "|".join(
    {*_ENGLISH.months["format"]["wide"].values(), *_ENGLISH.months["format"]["abbreviated"].values()}
    | {*_ENGLISH.days["format"]["wide"].values(), *_ENGLISH.days["format"]["abbreviated"].values()}
)
# Written alike in every language: addresses, zones, currencies, files. And how far away a day is, and how long something
# takes, which the kinds of values say by themselves.
_ALIKE: Final = re.compile(
    rf"\S+@\S+|https?://\S+|\b[\w-]+\.(?:example|com|csv|json|txt|xlsx)\b|\b[A-Z]{{2,4}}\b|\b(?:Hookline|Excel)\b|\b(?:{_DATES})\b"
    r"|\b(?:Today|Tomorrow|Yesterday)\b|\b\d+ (?:days?|hours?|minutes?|h|min|kB|MB)\b(?: late| ago)?|\bin \d+ days?\b|\bat\b"
    r"|\b[A-Z][\w -]+(?:/[\w -]+)+|\(UTC.*\)|\b\d+[KM]\b|\btext/plain\b|Windows-\d+|KOI8-R|CP\d+ \(DOS\)|\bMac (?:Cyrillic|Roman)\b|\bseed core\.\w+"
    # Addresses on this machine, what did something by itself, records by their keys, and formulas.
    r"|(?:sqlite:)?/+\w\S*|\b(?:demo|every page)\b|\b\w+:\d+\b|^deal$|\b\w+ \* \w+ / \d+"
)
_SAID: Final = (
    "title",
    "alt",
    "placeholder",
    "aria-label",
    "aria-description",
    "data-label",
    "data-confirm",
    "label",
)
_NOT_READ: Final = "script, style, code, pre, kbd, samp, [translate=no]"
_TYPED: Final = ("text", "long_text")
# Texts that are keys or are drawn from lists of their own.
_KEYS: Final = frozenset({"entity", "repeat", "time_zone", "currency", "content_type", "digest", "key"})


class PseudoTranslations(Translations):
    """In place of the catalogs: every language is the one that nobody speaks."""

    def __init__(self, plugins: Iterable[tuple[str, Path]] = ()) -> None:
        super().__init__()
        self._catalogs = dict.fromkeys(LANGUAGES, _Pseudo())


class _Pseudo(gettext.NullTranslations):
    """Speaks what stands in the catalog, and leaves the rest as it is."""

    def __init__(self) -> None:
        super().__init__()
        ids = [message.id for message in texts.read_catalog() if message.id]
        self._known = {
            sentence: pseudo(sentence) for id in ids for sentence in ([id] if isinstance(id, str) else id)
        }

    def gettext(self, message: str) -> str:
        return self._known.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def pseudo(sentence: str) -> str:
    """A sentence as nobody speaks it."""
    plain = _KEPT.split(sentence)
    kept = [*_KEPT.findall(sentence), ""]
    said = "".join(part.translate(_ACCENTS) + keep for part, keep in zip(plain, kept, strict=True))
    return f"{OPEN}{said}{'~' * (len(sentence) // 3)}{CLOSE}"


def mark_data(home: Installation) -> None:
    """Put the mark before each word of every text that people have typed, whatever its record."""
    with home.database.write() as tx:
        for info in home.host.schema().entities.values():
            for name, spec in info.fields.items():
                if spec.kind in _TYPED and name in info.cls.__table__.c and name not in _KEYS:
                    _mark(tx, info.cls.__table__, name)
        for table, name in ((views.table, "name"), (dashboards.table, "name"), (custom_field, "label")):
            _mark(tx, table, name)
        tx.run(insert(settings.table).values(name="house_name", value=f"{MARK}House"), why="test")
    with home.house("test") as gate:
        gate.configured()


def marked(value: str) -> str:
    """A text with the mark before each of its words."""
    return re.sub(r"\S+", lambda word: MARK + word[0], value)


def untranslated(markup: str) -> list[str]:
    """What a page shows that is neither a sentence of the catalog nor typed by somebody."""
    page = read_html(markup)
    found = [said for said in _texts(page) if _is_left_out(said)]
    return list(dict.fromkeys(found))


def _mark(tx: Transaction, table: FromClause, name: str) -> None:
    assert isinstance(table, Table), "records and lists are kept in tables"
    for id, value in tx.run(
        select(table.c.id, table.c[name]).where(table.c[name].is_not(None)), why="test"
    ).all():
        tx.run(update(table).where(table.c.id == id).values({name: marked(value)}), why="test")


def _texts(page: Element) -> Iterable[str]:
    parts = (page, *page.templates())
    left = {
        within for part in parts for each in part.select(_NOT_READ) for within in (each, *each.select("*"))
    }
    read = [each for part in parts for each in (part, *part.select("*")) if each not in left]
    for element in read:
        yield from (" ".join(text.split()) for text in element.own_texts())
    for element in read:
        yield from (value for name, value in element.attrs.items() if name in _SAID)


def _is_left_out(said: str) -> bool:
    rest = said
    while _SPAN.search(rest):
        rest = _SPAN.sub(" ", rest)
    if rest.partition(" · ")[2] in _NAMES or rest in _NAMES:
        return False
    return _WORD.search(_ALIKE.sub(" ", _DATA.sub(" ", rest))) is not None
