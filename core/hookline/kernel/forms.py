"""`Form`: a class of fields that belongs to no record: what an action asks for, what a plugin's settings hold.

    class Offer(Form):
        price: Mapped[Decimal] = money("Price", minimum=0)
        until: Mapped[date | None] = day("Valid until")

It is declared with the words of records, and read, checked and drawn as they are. An object of it holds the values:
`offer.price` is a Decimal.
"""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, ClassVar, Final, TypeVar, Unpack, cast, get_args, get_origin, get_type_hints

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from hookline.errors import Problem
from hookline.kernel.field_words import Plain
from hookline.kernel.fields import INFO, Field, Many, field_of, settle
from hookline.kernel.kinds import KINDS

# Of these the value belongs to a record or is worked out from one.
_OF_RECORDS: Final = frozenset({"stage", "file"})
_DECIMALS: Final = frozenset({"money", "decimal", "percent"})
_NEVER_EMPTY: Final = frozenset({"yes_no", "multi_choice", "references"})

F = TypeVar("F", bound="Form")


class Form:
    """Fields with values. What is not given is None, or the field's default."""

    fields: ClassVar[Mapping[str, Field]] = {}
    parts: ClassVar[Mapping[str, "Several"]] = {}

    def __init_subclass__(cls, **kw: Any) -> None:
        super().__init_subclass__(**kw)
        inside = {name: value for name, value in vars(cls).items() if isinstance(value, Several)}
        for name in inside:
            delattr(cls, name)
        cls.parts = {**cls.parts, **inside}
        own = dict(_declared(cls))
        for name in own:
            # On the class they would be columns; on an object they are values.
            delattr(cls, name)
        cls.fields = {**cls.fields, **own}

    def __init__(self, **values: Any) -> None:
        if unknown := values.keys() - self.fields.keys() - self.parts.keys():
            raise TypeError(f"{type(self).__name__} has no {', '.join(sorted(unknown))}")
        for name, spec in self.fields.items():
            setattr(self, name, values.get(name, _first(spec)))
        for name in self.parts:
            setattr(self, name, values.get(name, []))

    def __repr__(self) -> str:
        told = (f"{name}={self._told(spec)}" for name, spec in self.fields.items())
        return f"{type(self).__name__}({', '.join(told)})"

    def check(self) -> Iterator[Problem]:
        """What is wrong with the values together; each by itself has been checked: `yield Problem("until", Text("..."))`."""
        yield from ()

    def _told(self, spec: Field) -> str:
        return "***" if isinstance(spec, Secret) else repr(getattr(self, spec.name))


@dataclass(frozen=True)
class Several:
    """Forms inside of a form: as many as `most`, and none when nothing is given."""

    form: type[Form]
    label: str
    most: int


def several(form: type[F], label: str, *, most: int = 100) -> list[F]:
    """A list of forms in the form of an endpoint: `lines: list[Line] = several(Line, "Lines")`.

    Programs send and get it as a list of objects; what is wrong with one stands at its place, "lines.0.amount".
    """
    if form.parts:
        raise TypeError(f"{form.__name__} is inside of another form, and can have none inside itself")
    # What the class begins with stands for the list that each of its objects has.
    return cast(list[F], Several(form, label, most))


@dataclass(frozen=True, kw_only=True)
class Secret(Field):
    """A field whose value is never shown again once it is kept."""


def secret(label: str, *, max_length: int = 4000, **how: Unpack[Plain]) -> MappedColumn[Any]:
    """A password or key among a plugin's settings: `token: Mapped[str | None] = secret("Access token")`.

    It is kept sealed with the installation's key, never shown again, and not told the audit log.
    """
    spec = Secret(kind="text", label=label, max_length=max_length, **how)
    return mapped_column(Text(), info={INFO: spec})


def _declared(form: type[Form]) -> Iterator[tuple[str, Field]]:
    for name, value in list(vars(form).items()):
        spec = value.field if isinstance(value, Many) else None
        if isinstance(value, MappedColumn):
            spec = field_of(value.column)
        if spec is None:
            continue
        if spec.read_only or spec.kind in _OF_RECORDS:
            raise TypeError(f"{form.__name__}.{name}: only a record can have a field of this kind")
        # A record without a value gets the default; a form shows it, and whoever takes it away has said nothing.
        required = spec.kind not in _NEVER_EMPTY and not _may_be_empty(form, name)
        settled = settle(spec, name=name, entity="", owner="", required=required)
        yield name, replace(settled, required=required, default=_begun(form, settled))


def _begun(form: type[Form], spec: Field) -> Any:
    """The default as a value of its kind: a whole number may be written for an amount."""
    if spec.default is None or spec.many:
        return spec.default
    value = Decimal(spec.default) if type(spec.default) is int and spec.kind in _DECIMALS else spec.default
    try:
        KINDS[spec.kind].dump(value, spec)
    except TypeError as error:
        raise TypeError(f"{form.__name__}.{spec.name}: its default is none of this kind: {error}") from error
    return value


def _may_be_empty(form: type[Form], name: str) -> bool:
    """Whether the annotation allows None."""
    written = form.__annotations__.get(name)
    if isinstance(written, str):
        # Names that only a type checker sees cannot be resolved; what is written says enough.
        try:
            written = get_type_hints(form, vars(sys.modules[form.__module__]))[name]
        except NameError:
            return "None" in str(written) or "Optional[" in str(written)
    inner = get_args(written)[0] if get_origin(written) is Mapped else written
    return inner is None or type(None) in get_args(inner)


def _first(spec: Field) -> Any:
    if spec.default is None and (spec.many or spec.kind == "multi_choice"):
        return ()
    return spec.default
