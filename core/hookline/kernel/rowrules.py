"""From an actor's rights to conditions over a table: levels, records shared with the actor, and what limits them all.

A rule is kept in its parts, each with where it comes from: the gate joins them, and the page that explains a decision
asks them one by one.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Table,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
)
from sqlalchemy import Text as SqlText

from hookline.kernel import restrictions
from hookline.kernel.actor import Action, Actor, Lending, Level, Restriction
from hookline.kernel.entity import Base
from hookline.kernel.schema import EntityInfo
from hookline.kernel.sql_texts import constant
from hookline.kernel.types import Moment

if TYPE_CHECKING:
    from hookline.kernel.reads import Reads

NOW: Final = "shared_now"
_LENDS: Final[Mapping[Action, tuple[str, ...]]] = {Action.read: ("read", "edit"), Action.edit: ("edit",)}


@dataclass(frozen=True)
class Ground:
    """One part of a rule: a condition, None when it holds for every row, and where it comes from.

    `kind` is "own", "team", "subteams", "all", "self" (one's own account or team) or "share" for what opens, "about",
    "restriction" or "plugin" for what limits. Several grounds may have the same `together`: it holds for a row when
    the condition of one of them does, and asks but once for all of them. `for_few` makes the condition in the form that is
    best for a statement that looks at few rows, where that is another one.
    """

    kind: str
    condition: ColumnElement[bool] | None
    lending: Lending | None = None
    restriction: Restriction | None = None
    plugin: str = ""
    together: ColumnElement[bool] | None = None
    for_few: Callable[[], ColumnElement[bool]] | None = None

    def in_few_rows(self) -> "Ground":
        """The same ground, its condition in that form."""
        return self if self.for_few is None else replace(self, condition=self.for_few(), for_few=None)


@dataclass(frozen=True)
class Rule:
    """Which rows an action is allowed on: those that one of `opens` holds for, and all of `limits`."""

    opens: tuple[Ground, ...]
    limits: tuple[Ground, ...]

    @cached_property
    def conditions(self) -> list[ColumnElement[bool]]:
        """What must hold of a row of the entity's table; an empty list when everything may be done to every row."""
        found: list[ColumnElement[bool]] = []
        if all(ground.condition is not None for ground in self.opens):
            opens = [ground.condition for ground in self.opens if ground.condition is not None]
            found.append(or_(*opens) if opens else false())
        return [*found, *self._limiting]

    @cached_property
    def for_few(self) -> "Rule":
        """The same rule, each ground in the form that is best for a statement that looks at few rows."""
        return replace(self, limits=tuple(ground.in_few_rows() for ground in self.limits))

    @cached_property
    def ways(self) -> list[list[ColumnElement[bool]]]:
        """The same taken apart: a row counts when it fulfils one of these lists, or several.

        Each is found in an index of its own. What is joined by OR is tested row by row, and the more others own, the more.
        """
        if not self.opens or any(ground.condition is None for ground in self.opens):
            return [self.conditions]
        opens = [ground.condition if ground.together is None else ground.together for ground in self.opens]
        apart = {id(condition): condition for condition in opens if condition is not None}
        return [[condition, *self._limiting] for condition in apart.values()]

    @cached_property
    def about_seen(self) -> list[ColumnElement[bool]]:
        """The conditions for rows about a record that the actor has just read: that one need not be judged again."""
        return Rule(self.opens, tuple(ground for ground in self.limits if ground.kind != "about")).conditions

    @cached_property
    def _limiting(self) -> list[ColumnElement[bool]]:
        return [ground.condition for ground in self.limits if ground.condition is not None]


def rule_of(gate: "Reads", info: EntityInfo, action: Action) -> Rule:
    """The parts that decide whether the actor may do `action` to rows of the entity's table."""
    level = gate.level(info, action)
    return Rule((*_levels(gate.actor, info, level), *_lent(gate, info, action)), tuple(_limits(gate, info)))


def _levels(actor: Actor, info: EntityInfo, level: Level) -> Iterator[Ground]:
    if level == Level.all:
        yield Ground("all", None)
    elif level > Level.none and actor.user is not None:
        yield from _owned(actor, info.table, level) if info.owned else _house(actor, info)


def _owned(actor: Actor, table: Table, level: Level) -> Iterator[Ground]:
    yield Ground("own", table.c.owner == actor.user)
    if level == Level.team and actor.team is not None:
        yield Ground("team", table.c.team == actor.team)
    if level == Level.subteams and actor.below:
        yield Ground("subteams", table.c.team.in_(sorted(actor.below)))


def _house(actor: Actor, info: EntityInfo) -> Iterator[Ground]:
    """Records of the house belong to nobody: any level short of all reaches only one's own user and team rows."""
    if info.name == "user":
        yield Ground("self", info.table.c.id == actor.user)
    elif info.name == "team" and actor.team is not None:
        yield Ground("self", info.table.c.id == actor.team)


def _lent(gate: "Reads", info: EntityInfo, action: Action) -> Iterator[Ground]:
    """Records that others have shared, each as far as the giver may go now; what is about them goes with them."""
    yield from _shares(gate, info, "id", action, gate.actor.lent(info.name, action))
    if _has_parent(info) and gate.level(info, action) > Level.none:
        yield from _shares(gate, info, "about", action, gate.actor.lent(None, action))


def _shares(
    gate: "Reads", info: EntityInfo, column: str, action: Action, lendings: Sequence[Lending]
) -> Iterator[Ground]:
    if not lendings:
        return
    here, rules = (
        info.table.c[column],
        [gate.through(lending.giver).rule(info, action) for lending in lendings],
    )
    together = _together(gate, info, here, action, list(zip(lendings, rules, strict=True)))
    for lending, theirs in zip(lendings, rules, strict=True):
        record, lent = _shared(gate, [lending], action, keys=column == "about")
        yield Ground(
            "share", and_(here.in_(select(record).where(*lent)), *theirs), lending, together=together
        )


def _together(
    gate: "Reads", info: EntityInfo, here: ColumnElement[Any], action: Action,
    lendings: Sequence[tuple[Lending, list[ColumnElement[bool]]]],
) -> ColumnElement[bool]:  # fmt: skip
    """What all of them share, each as far as the giver's rule goes. The rules speak of the table inside."""
    share = Base.metadata.tables["share"]
    record, lent = _shared(gate, [lending for lending, _ in lendings], action, keys=here.name == "about")
    if not any(theirs for _, theirs in lendings):
        return here.in_(select(record).where(*lent))
    as_far = [
        and_(share.c.entity == lending.entity, share.c.by == lending.giver.user, *theirs)
        for lending, theirs in lendings
    ]
    seen = select(info.table.c.id).select_from(share.join(info.table, here == record)).correlate(None)
    return info.table.c.id.in_(seen.where(*lent, or_(*as_far)))


def _shared(
    gate: "Reads", lendings: Sequence[Lending], action: Action, *, keys: bool
) -> tuple[ColumnElement[Any], list[ColumnElement[bool]]]:
    """What a row of the table of shares tells of, by its number or with `keys` as "deal:7", and which rows count."""
    share = Base.metadata.tables["share"]
    mine = share.c.user == gate.actor.user
    who = or_(mine, share.c.team == gate.actor.team) if gate.actor.team is not None else mine
    # A parameter, so that a statement that was built earlier asks for what is shared at the time it is given.
    current = or_(share.c.expires_at.is_(None), share.c.expires_at > bindparam(NOW, gate.now, Moment()))
    record: ColumnElement[Any] = share.c.record
    if keys:
        record = share.c.entity + constant(":") + cast(share.c.record, SqlText)
    return record, [
        _one_of(share.c.entity, {lending.entity for lending in lendings}),
        _one_of(share.c.by, {lending.giver.user for lending in lendings}),
        share.c.right.in_(_LENDS[action]),
        who,
        current,
    ]


def _one_of(column: ColumnElement[Any], values: Collection[Any]) -> ColumnElement[bool]:
    return column.in_(sorted(values)) if len(values) > 1 else column == next(iter(values))


def _limits(gate: "Reads", info: EntityInfo) -> Iterator[Ground]:
    if _has_parent(info):
        parents = _parents(gate, info.table)
        if parents:
            yield Ground(
                "about",
                or_(*parents),
                for_few=None if gate.tx.sqlite else partial(_each_looked_up, gate, info.table),
            )
    for restriction in gate.actor.restrictions:
        if restriction.entity == info.name:
            kept = restrictions.condition_of(gate, info, restriction)
            yield Ground("restriction", kept, restriction=restriction)
    for plugin, restrict in gate.host.restrictions(info.name):
        condition = restrict(gate, info.table)
        if condition is not None:
            yield Ground("plugin", condition, plugin=plugin)


def _has_parent(info: EntityInfo) -> bool:
    return "about" in info.fields and info.fields["about"].kind == "record"


def _each_looked_up(gate: "Reads", table: Table) -> ColumnElement[bool]:
    return or_(*_parents(gate, table, apart=True))


def _parents(gate: "Reads", table: Table, *, apart: bool = False) -> list[ColumnElement[bool]]:
    """What is about a record is seen by those who see the record. Nothing when this actor sees every record there is."""
    free, bound = [], []
    for name, parent in gate.schema.entities.items():
        if parent.table is table or "about" in parent.fields:
            continue
        rules = gate.rule(parent, Action.read)
        if not rules:
            free.append(name)
        elif gate.may(name, Action.read):
            bound.append((name, parent, rules))
    if not bound and len(free) == sum("about" not in e.fields for e in gate.schema.entities.values()):
        return []
    return [
        table.c.about.is_(None),
        *(_prefix(table, name) for name in free),
        *(_bound(table, *b, apart=apart) for b in bound),
    ]


def _prefix(table: Table, name: str) -> ColumnElement[bool]:
    return table.c.about.like(constant(f"{name.replace('_', '/_')}:%"), escape="/")


def _bound(
    table: Table, name: str, parent: EntityInfo, rules: list[ColumnElement[bool]], *, apart: bool
) -> ColumnElement[bool]:
    """Which rows are about a record of this entity that the actor sees. `apart`, each record is looked up by its number.

    Else PostgreSQL may first gather all that the actor sees. That is better for many rows, but it would do so for a page too.
    """
    # CASE keeps PostgreSQL from casting the numbers of other entities' records first.
    prefix = _prefix(table, name)
    number = case((prefix, cast(func.substr(table.c.about, len(name) + 2), BigInteger)))
    seen = select(parent.table.c.id).where(parent.table.c.id == number, *rules).correlate(table)
    return and_(prefix, exists(seen.offset(constant(0)) if apart else seen))
