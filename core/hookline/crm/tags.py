"""Tags: coloured words to mark records with, kept by the house; one may be meant for one kind of record only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from hookline.crm.core import core
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Catalog, Record
from hookline.kernel.fields import Choices, choice, text, yes_no
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads
from hookline.kernel.rules import BeforeSave
from hookline.kernel.schema import EntityInfo

FIELD: Final = "tags"
# What parts the names of several tags where they stand as one text.
_PARTING: Final = ",;|"


class TagTone(Choices):
    """The colours a tag can have."""

    gray = "gray", "Gray", "gray"
    blue = "blue", "Blue", "blue"
    indigo = "indigo", "Indigo", "indigo"
    violet = "violet", "Violet", "violet"
    pink = "pink", "Pink", "pink"
    red = "red", "Red", "red"
    orange = "orange", "Orange", "orange"
    amber = "amber", "Amber", "amber"
    green = "green", "Green", "green"
    teal = "teal", "Teal", "teal"


class Tagged(Choices):
    """What a tag can be kept for."""

    company = "company", "Companies"
    contact = "contact", "Contacts"
    lead = "lead", "Leads"
    deal = "deal", "Deals"


class Tag(Catalog, plugin=core, icon="tag"):
    """A coloured word that records are marked with."""

    name: Mapped[str] = text("Name", max_length=60, unique=True, search=True, list=True)
    tone: Mapped[str] = choice("Colour", TagTone, default=TagTone.gray, list=True)
    only_for: Mapped[str | None] = choice("Only for", Tagged, list=True, help="Empty: for everything.")
    retired: Mapped[bool] = yes_no("No longer offered", list=True)


@dataclass(frozen=True)
class TagInfo:
    """A tag as lists and forms show it."""

    id: int
    name: str
    tone: str
    only_for: str | None
    retired: bool


def tags(gate: Reads) -> Mapping[int, TagInfo]:
    """All tags by id and in the order of their names, remembered while the configuration stands."""
    return gate.remembered("tags", _load)


def tags_for(gate: Reads, entity: str) -> list[TagInfo]:
    """The tags that records of an entity are offered."""
    return [tag for tag in tags(gate).values() if not tag.retired and tag.only_for in (None, entity)]


def tones_by_name(gate: Reads) -> Mapping[str, str]:
    """The colour of each tag, by its name."""
    return {tag.name: tag.tone for tag in tags(gate).values()}


@core.before_save(Tag)
def name_tag(event: BeforeSave[Tag]) -> None:
    """Names of several tags stand in one cell, parted by commas or semicolons. A tag without a colour is gray."""
    if event.values.get("tone", TagTone.gray) is None:
        event.values["tone"] = TagTone.gray.value
    if any(mark in (event.record.name or "") for mark in _PARTING):
        event.reject("The name of a tag has no comma, semicolon or bar.", "name")


@core.before_save(Record)
def fit_tags(event: BeforeSave[Any]) -> None:
    """A tag that is meant for one kind of record is given to no other."""
    given = event.values.get(FIELD)
    if not given or FIELD not in event.gate.schema[event.entity].cls.many:
        return
    known = tags(event.gate)
    for tag in (known[id] for id in given if id in known):
        if tag.only_for not in (None, event.entity):
            event.reject("One of these tags is not meant for such records.", FIELD)
            return


@core.follow(Tag)
def forget_remembered(gate: Gate, _info: EntityInfo, _what: str, _saved: object) -> None:
    """What was remembered of tags no longer holds."""
    gate.configured()


def _load(tx: Transaction) -> Mapping[int, TagInfo]:
    row = Tag.__table__.c
    found = tx.run(
        select(row.id, row.name, row.tone, row.only_for, row.retired)
        .where(row.trashed_at.is_(None))
        .order_by(row.sort_key, row.id),
        why="tags",
    )
    return {tag.id: TagInfo(*tag) for tag in found}
