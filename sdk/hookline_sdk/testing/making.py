"""`Make`: records for tests. What a test does not say and the record needs is filled in, whatever kind the field is of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hookline.crm.contacts import Contact
from hookline.crm.files import keep_file
from hookline.errors import Invalid, Problem, Refused
from hookline.kernel.entity import Record
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Address
from hookline.kernel.schema import EntityInfo
from sqlalchemy import select

from hookline_sdk.testing import hostile

if TYPE_CHECKING:
    from hookline_sdk.testing.crm import Crm

R = TypeVar("R", bound=Record)
_MOST_ROUNDS: Final = 5
# What the house keeps itself, or what follows from something else that is given.
_LEFT_OUT: Final = frozenset({"owner", "team", "pipeline", "stage", "repeat", "currency", "mentions"})
# What a file must begin with to be taken for what its name says.
_BYTES: Final = {".png": b"\x89PNG\r\n\x1a\n" + b"\x00" * 8}


class Make:
    """`make(Listing, price=1)` creates a record as the administrator and gives it; references may be given as records.

    Of the other fields only those are filled that the record needs; `make.full` fills all, `make.hostile` with the worst
    that people type. A field that a plugin added is named by its column: `make(Contact, real_estate_budget=1)`.
    """

    def __init__(self, crm: Crm) -> None:
        self._crm = crm
        self._numbers = count(1)

    def __call__(self, entity: type[R], /, **values: object) -> R:
        """One record with these values."""
        __tracebackhide__ = True
        return self._make(entity, values, _needed)

    def many(self, entity: type[R], number: int, /, **values: object) -> list[R]:
        """Several records with these values."""
        __tracebackhide__ = True
        return [self(entity, **values) for _ in range(number)]

    def full(self, entity: type[R], /, **values: object) -> R:
        """One record with something in every field that people may fill in."""
        __tracebackhide__ = True
        return self._make(entity, values, _all)

    def hostile(self, entity: type[R], /, **values: object) -> R:
        """One record with the worst in every field that it takes: markup, formulas, ends of the ranges."""
        __tracebackhide__ = True
        return self._make(entity, values, _all, worst=True)

    def _make(
        self, entity: type[R], given: Mapping[str, object], chosen: Callable[[EntityInfo], list[Field]], *, worst: bool = False
    ) -> R:  # fmt: skip
        __tracebackhide__ = True
        with self._crm.writing() as gate:
            id = self._create(gate, gate.schema[entity], given, chosen, worst=worst)
        with self._crm.writing() as gate:
            return gate.get(entity, id)

    def _create(
        self,
        gate: Gate,
        info: EntityInfo,
        given: Mapping[str, object],
        chosen: Callable[[EntityInfo], list[Field]],
        *,
        worst: bool = False,
    ) -> int:
        __tracebackhide__ = True
        number = next(self._numbers)
        values = {name: _plain(value) for name, value in given.items()}
        unknown = sorted(values.keys() - info.fields.keys())
        assert not unknown, (
            f"{info.name} has no field {', '.join(unknown)}; it has {', '.join(sorted(info.fields))}"
        )
        if info.cls.own_door:
            return self._file(gate, info, values, number)
        if info.cls.by_house:
            gate = gate.as_house("the test kit")
        for spec in chosen(info):
            if spec.name not in values:
                values[spec.name] = self._value(gate, info, spec, number, worst=worst)
        return self._insist(gate, info, {k: v for k, v in values.items() if v is not None}, number, given)

    def _insist(
        self, gate: Gate, info: EntityInfo, values: dict[str, Any], number: int, given: Collection[str]
    ) -> int:
        """Create it; where a rule refuses a value that no test has given, or misses one, try an ordinary one, then none."""
        tried: set[str] = set()
        for turn in range(1, _MOST_ROUNDS + 1):
            try:
                with gate.tx.savepoint():
                    return gate.create(info.name, values)
            except Refused as refusal:
                refused = _refused(info, refusal, values, tried) - set(given)
                better = {
                    # What is still refused may be too much: the smallest then.
                    name: self._another(
                        gate, info, info.fields[name], 1 if name in tried else number + turn, values.get(name)
                    )
                    for name in refused
                }
                better = {k: v for k, v in better.items() if v is not None and v != values.get(k)}
                empty = {k for k in refused & tried & {*values} if not info.fields[k].required}
                if not better and not empty:
                    raise
                tried |= refused
                values = {k: v for k, v in {**values, **better}.items() if k not in empty}
        return gate.create(info.name, values)

    def _file(self, gate: Gate, info: EntityInfo, values: dict[str, Any], number: int) -> int:
        name = str(values.pop("name", f"File {number}.txt"))
        about = values.pop("about", None) or f"contact:{self._target(gate, 'contact')}"
        id = keep_file(
            gate,
            self._crm.home.settings.files_dir,
            name,
            _BYTES.get(name[-4:], b"What the file says."),
            about,
        )
        if values:
            gate.update(info.name, id, values)
        return id

    def _value(self, gate: Gate, info: EntityInfo, spec: Field, number: int, *, worst: bool = False) -> Any:
        if worst and (found := hostile.value(spec, number)) is not None:
            return found
        if spec.kind == "record":
            return f"contact:{self._target(gate, Contact.__tablename__)}"
        if spec.many or spec.is_reference:
            target = self._target(gate, spec.target or "", but=info.name)
            return None if target is None else (target,) if spec.many else target
        return _VALUES[spec.kind](spec, number) if spec.kind in _VALUES else None

    def _another(self, gate: Gate, info: EntityInfo, spec: Field, number: int, refused: Any) -> Any:
        """An ordinary value other than the one that was refused: for a reference that may be there once, a new record."""
        if spec.target and spec.is_reference and not spec.many and spec.target != info.name:
            target = gate.schema[spec.target]
            return None if target.cls.own_door else self._create(gate, target, {}, _needed)
        found = self._value(gate, info, spec, number)
        return self._value(gate, info, spec, number + 1) if found == refused else found

    def _target(self, gate: Gate, entity: str, *, but: str = "") -> int | None:
        """Some record of this entity, made if there is none. Of the same kind as the record itself none is made."""
        info = gate.schema[entity]
        found = gate.scalar(select(info.cls.id).order_by(info.cls.id).limit(1))
        if found is not None:
            return int(found)
        return None if entity == but else self._create(gate, info, {}, _needed)


def _refused(
    info: EntityInfo, refusal: Refused, values: Mapping[str, Any], tried: Collection[str]
) -> set[str]:
    """What to try otherwise: the fields that are named; else what makes the title; else what it points at, once."""
    problems = refusal.problems if isinstance(refusal, Invalid) else [Problem("", refusal.text)]
    named = {p.field for p in problems if p.field in info.fields}
    pointing = {f.name for f in info.writable if f.required and f.is_reference and f.name not in tried}
    if named:
        return named | pointing if named <= {*tried} else named
    if all(p.field not in ("", info.cls.title) for p in problems):
        return set()
    return {f.name for f in info.searchable[:2] if not f.read_only and f.name not in values} or pointing


def _needed(info: EntityInfo) -> list[Field]:
    """What must be given: but what a rule of the house fills in."""
    return [f for f in info.writable if (f.required or f.name == info.cls.title) and f.name not in _LEFT_OUT]


def _all(info: EntityInfo) -> list[Field]:
    return [f for f in info.writable if f.name not in _LEFT_OUT and not f.hidden]


def _plain(value: object) -> object:
    """A record stands for its id."""
    if isinstance(value, Record):
        return value.id
    # An address is a tuple too, but one value.
    return (
        tuple(_plain(each) for each in value)
        if isinstance(value, list | set) or type(value) is tuple
        else value
    )


def _within(spec: Field, number: int) -> int:
    least = spec.minimum if spec.minimum is not None else 1
    most = spec.maximum if spec.maximum is not None else least + 10**6
    return least + number % (most - least + 1)


def _text(spec: Field, number: int) -> str:
    said = f"{spec.label} {number}"
    return (
        said if spec.max_length is None or len(said) <= spec.max_length else str(number)[-spec.max_length :]
    )


# Each record has a day of its own, the same in all its fields: what may not lie on one day twice, or may not end before it
# starts, does not.
_DAY: Final = dt.datetime(2026, 3, 2, 10, tzinfo=dt.UTC)
_VALUES: Final[Mapping[str, Callable[[Field, int], Any]]] = {
    "text": _text,
    "long_text": lambda spec, number: f"{_text(spec, number)}\n\nA second paragraph.",
    "integer": _within,
    "decimal": lambda spec, number: Decimal(_within(spec, number)),
    "money": lambda spec, number: Decimal(_within(spec, number)),
    "percent": lambda spec, number: Decimal(min(_within(spec, number), 100)),
    "date": lambda _spec, number: _DAY.date() + dt.timedelta(days=number),
    "datetime": lambda _spec, number: _DAY + dt.timedelta(days=number),
    "duration": lambda _spec, number: dt.timedelta(minutes=number % 90 + 1),
    "yes_no": lambda _spec, _number: True,
    "choice": lambda spec, _number: next(iter(spec.options), None),
    "multi_choice": lambda spec, _number: tuple(spec.options)[:1],
    "email": lambda _spec, number: f"somebody-{number}@mail.example",
    "phone": lambda _spec, number: f"+49301234{number % 10_000:04d}",
    "url": lambda _spec, number: f"https://page-{number}.example/",
    "address": lambda _spec, number: Address("Mill Lane", "Bremen", "", f"{28_000 + number % 1000}", "Germany"),
}  # fmt: skip
