"""`Whole`: one record with everything its page needs, read in one statement whatever it points at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
)

from hookline.errors import Forbidden, NotFound
from hookline.kernel.actor import Action
from hookline.kernel.entity import link_table
from hookline.kernel.fields import Field
from hookline.kernel.glimpses import glimpse, readable_column
from hookline.kernel.kinds.keys import is_id
from hookline.kernel.prepared import as_dicts, ask
from hookline.kernel.reads import Reads
from hookline.kernel.schema import EntityInfo
from hookline.kernel.sql_texts import constant, strung

# People, teams, stages and pipelines are in memory already; their names need no question.
KNOWN: Final = frozenset({"user", "team", "stage", "pipeline"})
_JUDGED: Final = (Action.edit, Action.delete, Action.assign, Action.share)
# Titles hold no control characters, so these part them safely.
_BETWEEN, _WITHIN = "\x1e", "\x1f"


@dataclass(frozen=True)
class Whole:
    """A record as one actor sees it, in the trash or not.

    `values` are its readable values by field; many references are the ids of those that the actor may see. `labels` are
    the titles of the records that single references point at: one that is missing may not be seen. `links` are the
    (id, title) pairs of many references, by title.
    """

    info: EntityInfo
    values: Mapping[str, Any]
    labels: Mapping[str, str]
    links: Mapping[str, Sequence[tuple[int, str]]]
    allowed: frozenset[Action]
    trashed: bool

    @property
    def id(self) -> int:
        """Its number."""
        return int(self.values["id"])

    @property
    def version(self) -> int:
        """The version that a change is based on."""
        return int(self.values["version"])

    @property
    def key(self) -> str:
        """How other records name it: "deal:7"."""
        return f"{self.info.name}:{self.id}"

    @property
    def url(self) -> str:
        """Its page."""
        return f"/{self.info.cls.slug}/{self.id}"

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.values.get(self.info.title.name) or f"#{self.id}")

    def may(self, action: Action) -> bool:
        """Whether the actor may edit, delete, assign or share this very record."""
        return action in self.allowed

    def is_veiled(self, name: str) -> bool:
        """Whether a single reference points at something that the actor may not see."""
        spec = self.info.fields[name]
        return is_looked_up(spec) and self.values.get(name) is not None and name not in self.labels


def is_looked_up(spec: Field) -> bool:
    """Whether the title of the record that a field points at has to be asked for."""
    return spec.is_reference and spec.target not in KNOWN


def read_whole(gate: Reads, info: EntityInfo, id: int) -> Whole:
    """One record, or NotFound when this actor sees none of this number."""
    if not is_id(id):
        raise NotFound
    given = {"id_of_record": id}
    rows = as_dicts(ask(gate, ("whole", info.name), lambda: _statement(gate, info), given))
    readable = gate.readable(info)
    if not rows:
        raise NotFound
    row = rows[0]
    links = {f.name: _pairs(row[f"many__{f.name}"]) for f in readable if f.many and f"many__{f.name}" in row}
    return Whole(
        info,
        {f.name: row[f.name] for f in readable if not f.many}
        | {name: tuple(id for id, _ in pairs) for name, pairs in links.items()},
        {f.name: str(row[f"one__{f.name}"]) for f in readable if row.get(f"one__{f.name}") is not None},
        links,
        frozenset(action for action in _JUDGED if row[f"may__{action.value}"]),
        row["gone"] is not None,
    )


def read_editable(gate: Reads, info: EntityInfo, id: int) -> Whole:
    """As `read_whole`, of a living record that the actor may edit: NotFound in the trash, Forbidden without the right."""
    record = read_whole(gate, info, id)
    if record.trashed:
        raise NotFound
    if not record.may(Action.edit):
        raise Forbidden
    return record


def _statement(gate: Reads, info: EntityInfo) -> Select[Any]:
    table, readable = info.table, gate.readable(info)
    columns = [info.column(f).label(f.name) for f in readable if not f.many]
    statement = select(
        *columns, table.c.trashed_at.label("gone"), *_judged(gate, info), *_titles(gate, info, readable)
    )
    return statement.where(
        table.c.id == bindparam("id_of_record", type_=BigInteger()), *gate.rule(info, Action.read)
    )


def _judged(gate: Reads, info: EntityInfo) -> list[ColumnElement[int]]:
    """For each action, 1 when the actor may do it to the row."""
    rules = {action: gate.rule(info, action) for action in _JUDGED}
    return [
        (case((and_(*rule), constant(1)), else_=constant(0)) if rule else constant(1)).label(
            f"may__{action.value}"
        )
        for action, rule in rules.items()
    ]


def _titles(gate: Reads, info: EntityInfo, readable: Sequence[Field]) -> list[ColumnElement[Any]]:
    found: list[ColumnElement[Any]] = []
    for spec in readable:
        target = gate.schema.entities.get(spec.target or "")
        if target is None or readable_column(gate, target, target.title.name) is None:
            continue
        if not gate.grounds(target, Action.read).opens:
            # None of them may be seen: there is nothing to join.
            continue
        if spec.many:
            found.append(_many(gate, info, spec, target).label(f"many__{spec.name}"))
        elif is_looked_up(spec):
            found.append(_one(gate, info, spec, target).label(f"one__{spec.name}"))
    return found


def _one(gate: Reads, info: EntityInfo, spec: Field, target: EntityInfo) -> ColumnElement[Any]:
    id, title, statement = _named(gate, info, target)
    statement = statement.with_only_columns(func.coalesce(title, constant(""))).where(id == info.column(spec))
    return statement.correlate(info.table).scalar_subquery()


def _many(gate: Reads, info: EntityInfo, spec: Field, target: EntityInfo) -> ColumnElement[Any]:
    link = link_table(info.name, spec.name)
    id, title, statement = _named(gate, info, target)
    pair = cast(id, Text) + constant(_WITHIN) + func.coalesce(title, constant(""))
    statement = statement.with_only_columns(strung(pair, _BETWEEN))
    statement = statement.where(id == link.c.target, link.c.record == info.table.c.id)
    return statement.correlate(info.table).scalar_subquery()


def _named(
    gate: Reads, info: EntityInfo, target: EntityInfo
) -> tuple[ColumnElement[Any], ColumnElement[Any], Select[Any]]:
    """Id and title of the records that may be seen. An entity that points at itself is looked at through its subquery."""
    if target is info:
        source = gate.source(target.name).alias()
        return source.c.id, source.c[target.title.name], select(source.c.id)
    id, title = target.table.c.id, target.column(target.title)
    return id, title, glimpse(gate, target, id)


def _pairs(text: str | None) -> list[tuple[int, str]]:
    pairs = [part.split(_WITHIN, 1) for part in text.split(_BETWEEN)] if text else []
    return sorted(
        ((int(id), title or f"#{id}") for id, title in pairs), key=lambda pair: (pair[1].casefold(), pair[0])
    )
