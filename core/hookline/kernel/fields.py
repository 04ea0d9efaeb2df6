"""The words with which data are declared: each makes one column and says what it means.

    price: Mapped[Decimal] = money("Asking price", list=True, filter=True)

A field is required when its annotation does not allow None. `list` shows it in lists at first, `filter` offers it
among the filters at first, `index` gives it an index, `search` lets the search box find records by it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final, Self, Unpack, overload

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, String, Text
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from hookline.errors import Label
from hookline.kernel.field_words import Amount, Counted, Derived, Plain, Pointing, Whole, Words
from hookline.kernel.kinds import Address, Option
from hookline.kernel.numbering import check_pattern
from hookline.kernel.types import Duration, Moment, Postal, Scaled, Several

if TYPE_CHECKING:
    from hookline.kernel.entity import Record

INFO: Final = "hookline"


class Choices(StrEnum):
    """A closed list of values. A member is `draft = "draft"`, or with label and tone `draft = "draft", "Draft", "blue"`.

    Without a label the value is shown as words. Tones: gray, blue, violet, green, amber, orange, red.
    """

    label: str
    tone: str

    def __new__(cls, value: str, label: str = "", tone: str = "gray") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value.replace("_", " ").capitalize()
        member.tone = tone
        return member

    @classmethod
    def options(cls) -> Mapping[str, Option]:
        """The choices in their declared order, by stored value."""
        return {m.value: Option(m.value, m.label, m.tone) for m in cls}


@dataclass(frozen=True, kw_only=True)
class Rollup:
    """A figure over the records that point here: `count`, or `sum`, `min`, `max` of one of their fields."""

    entity: str
    via: str
    function: str = "count"
    of: str | None = None
    where: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Field:
    """What is known of one field. `name` is its column and its name in the API, filters and imports."""

    name: str = ""
    kind: str
    label: str
    entity: str = ""
    owner: str = "core"
    required: bool = False
    list: bool = False
    filter: bool = False
    index: bool = False
    search: bool = False
    unique: bool = False
    max_length: int | None = None
    places: int = 0
    minimum: int | None = None
    maximum: int | None = None
    grouped: bool = True
    summed: bool = True
    options: Mapping[str, Option] = field(default_factory=dict)
    target: str | None = None
    back: str | None = None
    default: object = None
    help: str = ""
    section: str = ""
    read_only: bool = False
    formula: str | None = None
    # The pattern of the numbers that the house gives: see `sequence`.
    sequence: str | None = None
    rollup: Rollup | None = None
    # The fields of the same record that a rule makes this one of: who may not see one of them does not see this either.
    follows: tuple[str, ...] = ()
    custom: bool = False
    many: bool = False
    hidden: bool = False
    # Conditions over the record's other fields; an administrator's layout may say others.
    shown_when: str = ""
    required_when: str = ""
    currency: None = None

    @property
    def is_reference(self) -> bool:
        """Whether the value is the id of another record."""
        return self.target is not None and not self.many

    @property
    def is_number(self) -> bool:
        """Whether sums of it make sense."""
        return self.kind in ("integer", "decimal", "money", "percent", "duration")


def text(label: str, *, max_length: int = 255, **how: Unpack[Words[str]]) -> MappedColumn[str]:
    """One line of text, at most `max_length` characters: `plate: Mapped[str] = text("Plate", unique=True)`."""
    return _column(Text(), Field(kind="text", label=label, max_length=max_length, **how))


def long_text(label: str, *, max_length: int = 100_000, **how: Unpack[Words[str]]) -> MappedColumn[str]:
    """Text of several lines: `terms: Mapped[str | None] = long_text("Terms")`."""
    return _column(Text(), Field(kind="long_text", label=label, max_length=max_length, **how))


def integer(label: str, **how: Unpack[Whole]) -> MappedColumn[int]:
    """A whole number that fits 64 bits; `minimum` and `maximum` narrow it: `rooms: Mapped[int | None] = integer("Rooms", minimum=1)`.

    A year or somebody's number, which counts nothing, is `grouped=False`: 1998, not 1,998.
    """
    return _column(BigInteger(), Field(kind="integer", label=label, **how))


def decimal(label: str, *, places: int = 2, **how: Unpack[Counted[Decimal | int]]) -> MappedColumn[Decimal]:
    """An exact decimal number with `places` digits after the point: `area: Mapped[Decimal | None] = decimal("Area, m²", places=1)`."""
    return _column(Scaled(places), Field(kind="decimal", label=label, places=places, **how))


def money(label: str, **how: Unpack[Amount[Decimal | int]]) -> MappedColumn[Decimal]:
    """An exact amount, kept in hundredths: `price: Mapped[Decimal] = money("Price", minimum=0)`.

    It is in the currency that the record's field `currency` names, else in that of the house. Lists add it up at their foot;
    a limit or a threshold, which tells nothing in sum, is `summed=False`.
    """
    return _column(Scaled(2), Field(kind="money", label=label, places=2, **how))


def percent(label: str, *, places: int = 0, **how: Unpack[Counted[Decimal | int]]) -> MappedColumn[Decimal]:
    """A percentage, 63.15 % is Decimal("63.15"): `fee: Mapped[Decimal] = percent("Fee", places=2, maximum=100)`."""
    return _column(Scaled(places), Field(kind="percent", label=label, places=places, **how))


def day(label: str, **how: Unpack[Words[dt.date]]) -> MappedColumn[dt.date]:
    """A day without a time, a `datetime.date`: `birthday: Mapped[date | None] = day("Birthday")`."""
    return _column(Date(), Field(kind="date", label=label, **how))


def moment(label: str, **how: Unpack[Words[dt.datetime]]) -> MappedColumn[dt.datetime]:
    """An aware UTC time, shown in each person's own zone: `viewed_at: Mapped[datetime | None] = moment("Viewed")`."""
    return _column(Moment(), Field(kind="datetime", label=label, **how))


def time_span(label: str, **how: Unpack[Words[dt.timedelta]]) -> MappedColumn[dt.timedelta]:
    """A length of time, to the second: `stay: Mapped[timedelta | None] = time_span("Stay")`."""
    return _column(Duration(), Field(kind="duration", label=label, **how))


def yes_no(label: str, *, default: bool = False, **how: Unpack[Plain]) -> MappedColumn[bool]:
    """A tick, never empty, no until it is yes: `parking: Mapped[bool] = yes_no("Parking")`."""
    return _column(Boolean(), Field(kind="yes_no", label=label, default=default, **how))


def choice(label: str, choices: type[Choices], **how: Unpack[Words[str]]) -> MappedColumn[str]:
    """One of a closed list, kept as its value: `status: Mapped[str] = choice("Status", Status, default=Status.draft)`."""
    return _column(String(60), Field(kind="choice", label=label, options=choices.options(), **how))


def multi_choice(
    label: str, choices: type[Choices], **how: Unpack[Words[tuple[str, ...]]]
) -> MappedColumn[tuple[str, ...]]:
    """Any number out of a closed list: `extras: Mapped[tuple[str, ...]] = multi_choice("Extras", Extra)`."""
    return _column(Several(), Field(kind="multi_choice", label=label, options=choices.options(), **how))


def email_address(label: str, **how: Unpack[Words[str]]) -> MappedColumn[str]:
    """An e-mail address, normalised: `email: Mapped[str | None] = email_address("E-mail")`."""
    return _column(Text(), Field(kind="email", label=label, max_length=254, **how))


def phone_number(label: str, **how: Unpack[Words[str]]) -> MappedColumn[str]:
    """A telephone number, kept as E.164 ("+442079460958"): `phone: Mapped[str | None] = phone_number("Phone")`."""
    return _column(String(40), Field(kind="phone", label=label, max_length=40, **how))


def web_address(label: str, **how: Unpack[Words[str]]) -> MappedColumn[str]:
    """A web address, http or https: `site: Mapped[str | None] = web_address("Web site")`."""
    return _column(Text(), Field(kind="url", label=label, max_length=2000, **how))


def postal_address(label: str, **how: Unpack[Words[Address]]) -> MappedColumn[Address]:
    """Street, city, region, postcode and country, an `Address`: `place: Mapped[Address | None] = postal_address("Address")`."""
    return _column(Postal(), Field(kind="address", label=label, max_length=300, **how))


def ref(
    target: type[Record] | str, label: str, *, constraint: bool = True, **how: Unpack[Pointing]
) -> MappedColumn[int]:
    """The id of one record of another entity, its class or its name: `seller: Mapped[int] = ref(Contact, "Seller")`.

    `back` names the list shown over there. A record that others point at cannot be erased.

    `constraint=False` leaves the foreign key out, for the one side of two tables that point at each other.
    """
    how.setdefault("index", True)
    name = _name_of(target)
    keys = (ForeignKey(f"{name}.id", ondelete="RESTRICT"),) if constraint else ()
    return _column(BigInteger(), Field(kind="reference", label=label, target=name, **how), *keys)


def person(label: str, **how: Unpack[Pointing]) -> MappedColumn[int]:
    """The id of a person who works with this installation: `agent: Mapped[int | None] = person("Agent")`."""
    return _person("user", label, **how)


def team_ref(label: str, **how: Unpack[Pointing]) -> MappedColumn[int]:
    """The id of a team: `office: Mapped[int | None] = team_ref("Office")`."""
    return _person("team", label, **how)


def attachment(label: str, **how: Unpack[Pointing]) -> MappedColumn[int]:
    """The id of one file kept with the record: `plan: Mapped[int | None] = attachment("Floor plan")`."""
    return _column(BigInteger(), Field(kind="file", label=label, target="file", **how))


def stage(label: str = "Stage", **how: Unpack[Pointing]) -> MappedColumn[int]:
    """Where the record stands in its pipeline: the id of a stage. The entity then needs `pipeline` too."""
    how.setdefault("index", True)
    key = ForeignKey("stage.id", ondelete="RESTRICT")
    return _column(BigInteger(), Field(kind="stage", label=label, target="stage", **how), key)


def any_record(label: str, **how: Unpack[Words[str]]) -> MappedColumn[str]:
    """Any one record of any entity, written "deal:7": `about: Mapped[str | None] = any_record("About")`."""
    how.setdefault("index", True)
    return _column(String(80), Field(kind="record", label=label, max_length=80, **how))


def sequence(label: str, pattern: str, **how: Unpack[Derived]) -> MappedColumn[str]:
    """A number that each new record gets by itself, such as "INV-2026-00001": `sequence("Number", "INV-{year}-{n:05}")`.

    Given in order, once, and without gaps: a record that is not saved after all leaves none. With `{year}` the count begins
    anew each year, with `{year}` and `{month}` each month (UTC); `{n:05}` has at least five digits. Nobody changes it; an
    import may bring numbers, and the count goes on after them. A record that is erased takes its number with it.
    """
    check_pattern(pattern)
    words: Derived = {"unique": True, "search": True, "list": True, **how}
    spec = Field(kind="text", label=label, max_length=100, sequence=pattern, read_only=True, **words)
    return _column(String(100), spec)


def formula(label: str, source: str, *, places: int = 2, **how: Unpack[Derived]) -> MappedColumn[Decimal]:
    """A number worked out from the record's other fields at each save, e.g. `amount * probability / 100`."""
    return _column(
        Scaled(places),
        Field(kind="decimal", label=label, places=places, formula=source, read_only=True, **how),
    )


def rollup(label: str, of: Rollup, *, places: int = 2, **how: Unpack[Derived]) -> MappedColumn[Decimal]:
    """A figure over other records, stored here and renewed when they change.

    homes: Mapped[Decimal | None] = rollup("Homes", Rollup(entity="estate_listing", via="seller"))
    """
    spec = Field(
        kind="decimal",
        label=label,
        places=0 if of.function == "count" else places,
        rollup=of,
        read_only=True,
        **how,
    )
    return _column(Scaled(spec.places), spec)


@dataclass(frozen=True)
class Many:
    """Declares many references: `contacts = references("contact", "Contacts")`. They live in a table of their own."""

    target: str
    field: Field

    @overload
    def __get__(self, record: None, owner: type) -> Self: ...
    @overload
    def __get__(self, record: Record, owner: type) -> tuple[int, ...]: ...
    def __get__(self, record: Record | None, owner: type) -> Self | tuple[int, ...]:
        """On a record the ids. They are there where a rule judges it; `gate.get` does not read them."""
        if record is None:
            return self
        if vars(record).get("id") is None:  # it is being created, and nothing was given
            return ()
        raise AttributeError(f"{self.field.label!r} was not read with this record; a rule's record has it")


def references(target: type[Record] | str, label: str, **how: Unpack[Pointing]) -> Many:
    """Any number of records of another entity, its class or its name: `drivers = references(Contact, "Drivers")`."""
    name = _name_of(target)
    return Many(name, Field(kind="references", label=label, target=name, many=True, **how))


def field_of(column: Column[Any]) -> Field | None:
    """The declaration behind a table's column; None for a column that only the house uses."""
    found = column.info.get(INFO)
    return found if isinstance(found, Field) else None


def settle(spec: Field, *, name: str, entity: str, owner: str, required: bool) -> Field:
    """The declaration, now that its place is known."""
    needed = (
        required
        and spec.default is None
        and not spec.read_only
        and spec.kind not in ("yes_no", "multi_choice")
    )
    return replace(
        spec, name=name, entity=entity, owner=owner, required=needed, label=Label.of(owner, spec.label),
        back=spec.back and Label.of(owner, spec.back), help=Label.of(owner, spec.help), section=Label.of(owner, spec.section),
        options={key: replace(option, label=Label.of(owner, option.label)) for key, option in spec.options.items()},
    )  # fmt: skip


def _name_of(target: type[Record] | str) -> str:
    return target if isinstance(target, str) else target.__tablename__


def _person(target: str, label: str, **how: Unpack[Pointing]) -> MappedColumn[int]:
    how.setdefault("index", True)
    key = ForeignKey(f"{target}.id", ondelete="RESTRICT")
    return _column(BigInteger(), Field(kind=target, label=label, target=target, **how), key)


def _column(kind: TypeEngine[Any], spec: Field, *args: Any) -> MappedColumn[Any]:
    if isinstance(spec.default, StrEnum):
        spec = replace(spec, default=spec.default.value)
    return mapped_column(
        kind, *args, index=spec.index and not spec.unique, unique=spec.unique or None, info={INFO: spec}
    )
