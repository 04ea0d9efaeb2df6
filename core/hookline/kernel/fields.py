"""The words with which data are declared: each makes one column and says what it means.

    price: Mapped[Decimal] = money("Asking price", list=True, filter=True)

A field is required when its annotation does not allow None. `list` shows it in lists at first, `filter` offers it
among the filters at first, `index` gives it an index, `search` lets the search box find records by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final, Self

from sqlalchemy import BigInteger, Boolean, Column, Date, ForeignKey, String, Text
from sqlalchemy.orm import MappedColumn, mapped_column
from sqlalchemy.types import TypeEngine

from hookline.kernel.kinds import Option
from hookline.kernel.types import Duration, Moment, Postal, Scaled, Several

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
    options: Mapping[str, Option] = field(default_factory=dict)
    target: str | None = None
    back: str | None = None
    default: object = None
    help: str = ""
    section: str = ""
    read_only: bool = False
    sensitive: bool = False
    formula: str | None = None
    rollup: Rollup | None = None
    # The fields of the same record that a rule makes this one of: who may not see one of them does not see this either.
    follows: tuple[str, ...] = ()
    custom: bool = False
    many: bool = False
    hidden: bool = False
    currency: None = None

    @property
    def is_reference(self) -> bool:
        """Whether the value is the id of another record."""
        return self.target is not None and not self.many

    @property
    def is_number(self) -> bool:
        """Whether sums of it make sense."""
        return self.kind in ("integer", "decimal", "money", "percent", "duration")


def text(label: str, *, max_length: int = 255, **how: Any) -> MappedColumn[Any]:
    """One line of text, at most `max_length` characters."""
    return _column(Text(), Field(kind="text", label=label, max_length=max_length, **how))


def long_text(label: str, *, max_length: int = 100_000, **how: Any) -> MappedColumn[Any]:
    """Text of several lines."""
    return _column(Text(), Field(kind="long_text", label=label, max_length=max_length, **how))


def integer(label: str, **how: Any) -> MappedColumn[Any]:
    """A whole number that fits 64 bits; `minimum` and `maximum` narrow it."""
    return _column(BigInteger(), Field(kind="integer", label=label, **how))


def decimal(label: str, *, places: int = 2, **how: Any) -> MappedColumn[Any]:
    """An exact decimal number with `places` digits after the point."""
    return _column(Scaled(places), Field(kind="decimal", label=label, places=places, **how))


def money(label: str, **how: Any) -> MappedColumn[Any]:
    """An exact amount in the record's currency (its `currency` field), kept in hundredths."""
    return _column(Scaled(2), Field(kind="money", label=label, places=2, **how))


def percent(label: str, *, places: int = 0, **how: Any) -> MappedColumn[Any]:
    """A percentage: 63.15 % is Decimal("63.15")."""
    return _column(Scaled(places), Field(kind="percent", label=label, places=places, **how))


def day(label: str, **how: Any) -> MappedColumn[Any]:
    """A day without a time."""
    return _column(Date(), Field(kind="date", label=label, **how))


def moment(label: str, **how: Any) -> MappedColumn[Any]:
    """An aware UTC time, shown in each person's own zone."""
    return _column(Moment(), Field(kind="datetime", label=label, **how))


def time_span(label: str, **how: Any) -> MappedColumn[Any]:
    """A length of time, to the second."""
    return _column(Duration(), Field(kind="duration", label=label, **how))


def yes_no(label: str, *, default: bool = False, **how: Any) -> MappedColumn[Any]:
    """A tick. Never empty: it is no until it is yes."""
    return _column(Boolean(), Field(kind="yes_no", label=label, default=default, **how))


def choice(label: str, choices: type[Choices], **how: Any) -> MappedColumn[Any]:
    """One of a closed list."""
    return _column(String(60), Field(kind="choice", label=label, options=choices.options(), **how))


def multi_choice(label: str, choices: type[Choices], **how: Any) -> MappedColumn[Any]:
    """Any number out of a closed list."""
    return _column(Several(), Field(kind="multi_choice", label=label, options=choices.options(), **how))


def email_address(label: str, **how: Any) -> MappedColumn[Any]:
    """An e-mail address, normalised."""
    return _column(Text(), Field(kind="email", label=label, max_length=254, **how))


def phone_number(label: str, **how: Any) -> MappedColumn[Any]:
    """A telephone number, kept as E.164."""
    return _column(String(40), Field(kind="phone", label=label, max_length=40, **how))


def web_address(label: str, **how: Any) -> MappedColumn[Any]:
    """A web address (http or https)."""
    return _column(Text(), Field(kind="url", label=label, max_length=2000, **how))


def postal_address(label: str, **how: Any) -> MappedColumn[Any]:
    """A postal address: street, city, region, postcode, country."""
    return _column(Postal(), Field(kind="address", label=label, max_length=300, **how))


def ref(target: str, label: str, *, constraint: bool = True, **how: Any) -> MappedColumn[Any]:
    """The id of one record of another entity, by that entity's name. `back` names the list shown over there.

    `constraint=False` leaves the foreign key out, for the one side of two tables that point at each other.
    """
    how.setdefault("index", True)
    keys = (ForeignKey(f"{target}.id", ondelete="RESTRICT"),) if constraint else ()
    return _column(BigInteger(), Field(kind="reference", label=label, target=target, **how), *keys)


def person(label: str, **how: Any) -> MappedColumn[Any]:
    """The id of a person who works with this installation."""
    return _person("user", label, **how)


def team_ref(label: str, **how: Any) -> MappedColumn[Any]:
    """The id of a team."""
    return _person("team", label, **how)


def attachment(label: str, **how: Any) -> MappedColumn[Any]:
    """The id of one file kept with the record."""
    return _column(BigInteger(), Field(kind="file", label=label, target="file", **how))


def stage(label: str = "Stage", **how: Any) -> MappedColumn[Any]:
    """Where the record stands in its pipeline: the id of a stage. The entity then needs `pipeline` too."""
    how.setdefault("index", True)
    key = ForeignKey("stage.id", ondelete="RESTRICT")
    return _column(BigInteger(), Field(kind="stage", label=label, target="stage", **how), key)


def any_record(label: str, **how: Any) -> MappedColumn[Any]:
    """Any one record of any entity, written "deal:7"."""
    return _column(String(80), Field(kind="record", label=label, index=True, max_length=80, **how))


def formula(label: str, source: str, *, places: int = 2, **how: Any) -> MappedColumn[Any]:
    """A number worked out from the record's other fields at each save, e.g. `amount * probability / 100`."""
    return _column(
        Scaled(places),
        Field(kind="decimal", label=label, places=places, formula=source, read_only=True, **how),
    )


def rollup(label: str, of: Rollup, *, places: int = 2, **how: Any) -> MappedColumn[Any]:
    """A figure over other records, stored here and renewed when they change."""
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


def references(target: str, label: str, **how: Any) -> Many:
    """Any number of records of another entity."""
    return Many(target, Field(kind="references", label=label, target=target, many=True, **how))


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
    return replace(spec, name=name, entity=entity, owner=owner, required=needed)


def _person(target: str, label: str, **how: Any) -> MappedColumn[Any]:
    how.setdefault("index", True)
    key = ForeignKey(f"{target}.id", ondelete="RESTRICT")
    return _column(BigInteger(), Field(kind=target, label=label, target=target, **how), key)


def _column(kind: TypeEngine[Any], spec: Field, *args: Any) -> MappedColumn[Any]:
    if isinstance(spec.default, StrEnum):
        spec = replace(spec, default=spec.default.value)
    return mapped_column(
        kind, *args, index=spec.index and not spec.unique, unique=spec.unique or None, info={INFO: spec}
    )
