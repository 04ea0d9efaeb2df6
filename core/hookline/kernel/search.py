"""Search inside records: each record keeps the tokens of its searchable fields, marked with the field they come from.

A token is a four-letter code of entity and field, then the stem. So one index serves both engines, and a field that an
actor may not read cannot be searched: its code is not in the question.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    String,
    bindparam,
    cast,
    column,
    false,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from hookline.kernel.lists.indexes import as_vector
from hookline.kernel.schema import EntityInfo
from hookline.kernel.tokens import Word, index_tokens, query_tokens

_SHORT = 40
# Kinds whose values hardly come twice: their tokens are remembered apart, or they would drive those of names out.
_OF_ONE = frozenset({"email", "phone"})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=4096)
def code(entity: str, field: str) -> str:
    """The four letters that stand for one field of one entity."""
    number = int.from_bytes(hashlib.blake2b(f"{entity}.{field}".encode(), digest_size=4).digest())
    return "".join(_LETTERS[number // 26**place % 26] for place in range(4))


def tokens_of(info: EntityInfo, values: Mapping[str, object]) -> str:
    """What is kept in a record's `search` column."""
    found: list[str] = []
    for spec in info.searchable:
        value = values.get(spec.name)
        if value:
            found += _tokens(code(info.name, spec.name), _words(value), spec.kind)
    return " ".join(dict.fromkeys(found))


def foresee(info: EntityInfo, rows: Iterable[Mapping[str, object]]) -> None:
    """Work out the tokens of rows that are soon to be stored. Those of a few hundred are remembered until then."""
    of_one = [(code(info.name, spec.name), spec) for spec in info.searchable if spec.kind in _OF_ONE]
    for values in rows:
        for mark, spec in of_one:
            value = values.get(spec.name)
            if value:
                _tokens(mark, _words(value), spec.kind)


def matches(
    info: EntityInfo, readable: Iterable[str], words: str, sqlite: bool, *, among: bool = False
) -> ColumnElement[bool]:
    """The condition that a record is found by all of these words in the fields named.

    `among` says that another condition already leaves few rows: SQLite then looks each of them up among the matches,
    instead of fetching every match. The words are a parameter, so that one statement serves all: see `asked`.
    """
    question = _question(info, readable, words, sqlite)
    if not question:
        return false()
    given = bindparam(_name(info), question, String)
    return _fts5(info, given, among) if sqlite else _tsquery(info, given)


def asked(info: EntityInfo, readable: Iterable[str], words: str, sqlite: bool) -> Mapping[str, str]:
    """The parameter of the condition that `matches` makes; empty where that is the same for everybody: nothing is found."""
    question = _question(info, readable, words, sqlite)
    return {_name(info): question} if question else {}


def _name(info: EntityInfo) -> str:
    return f"words_of_{info.name}"


def _question(info: EntityInfo, readable: Iterable[str], words: str, sqlite: bool) -> str:
    names = set(readable)
    codes = [code(info.name, spec.name) for spec in info.searchable if spec.name in names]
    asked = query_tokens(words)
    if not codes or not asked:
        return ""
    prefix, whole, either, both = (
        ('"{}"*', '"{}"', " OR ", " AND ") if sqlite else ("{}:*", "{}", " | ", " & ")
    )
    return both.join(f"({either.join(_terms(codes, word, prefix, whole))})" for word in asked)


def _tsquery(info: EntityInfo, question: ColumnElement[str]) -> ColumnElement[bool]:
    return as_vector(info.table.c.search).op("@@", is_comparison=True)(cast(question, TSQUERY))


def _fts5(info: EntityInfo, question: ColumnElement[str], among: bool) -> ColumnElement[bool]:
    name = f"{info.name}_fts"
    words = table(name, column("rowid", BigInteger))
    found = select(words.c.rowid).where(literal_column(f'"{name}"').op("MATCH", is_comparison=True)(question))
    # An expression has no index: the matches become a list to look up in.
    return (info.table.c.id + 0 if among else info.table.c.id).in_(found)


def _terms(codes: Sequence[str], word: Word, prefix: str, whole: str) -> list[str]:
    """One word in every field."""
    return [prefix.format(code + begun) for code in codes for begun in word.begun] + [
        whole.format(code + one) for code in codes for one in word.whole
    ]


def fts5_ddl(entity: str) -> list[str]:
    """What makes SQLite keep a full-text index of one entity's `search` column, by itself. Names are our own, never input."""
    fts = f"{entity}_fts"
    add = f'INSERT INTO "{fts}"(rowid, search) VALUES (new.id, new.search);'  # noqa: S608  # a name of the schema
    gone = "VALUES ('delete', old.id, old.search);"
    drop = f'INSERT INTO "{fts}"("{fts}", rowid, search) {gone}'
    options = f"content='{entity}', content_rowid='id', tokenize='unicode61'"
    changed = f'AFTER UPDATE OF search ON "{entity}" WHEN old.search IS NOT new.search'
    return [
        f'CREATE VIRTUAL TABLE IF NOT EXISTS "{fts}" USING fts5(search, {options})',
        f'CREATE TRIGGER IF NOT EXISTS "{fts}_ai" AFTER INSERT ON "{entity}" BEGIN {add} END',
        f'CREATE TRIGGER IF NOT EXISTS "{fts}_ad" AFTER DELETE ON "{entity}" BEGIN {drop} END',
        f'CREATE TRIGGER IF NOT EXISTS "{fts}_au" {changed} BEGIN {drop} {add} END',
    ]


def rebuild_fts5(entity: str) -> str:
    """What fills that index from the rows that are there."""
    return f'INSERT INTO "{entity}_fts"("{entity}_fts") VALUES (\'rebuild\')'  # noqa: S608  # a name of the schema


def optimize_fts5(entity: str) -> str:
    """What makes that index one piece again, in which nothing is left of what was deleted."""
    return f'INSERT INTO "{entity}_fts"("{entity}_fts") VALUES (\'optimize\')'  # noqa: S608  # a name of the schema


def _tokens(mark: str, words: str, kind: str) -> Sequence[str]:
    if kind in _OF_ONE:
        return _kept_a_while(mark, words, kind)
    return _kept(mark, words, kind) if len(words) <= _SHORT else _marked(mark, words, kind)


def _marked(mark: str, words: str, kind: str) -> tuple[str, ...]:
    return tuple(mark + token for token in index_tokens(words, kind))


# Names of people and of things come again and again; what `foresee` has seen is wanted until it is stored.
_kept = lru_cache(maxsize=10_000)(_marked)
_kept_a_while = lru_cache(maxsize=2_000)(_marked)


def _words(value: object) -> str:
    return " ".join(str(part) for part in value if part) if isinstance(value, tuple) else str(value)
