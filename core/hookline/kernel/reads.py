"""`Reads`: the reading half of the gate. Every answer is made of rows and columns that this actor may see."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

from sqlalchemy import ColumnElement, Executable, Row, Select, Subquery, select
from sqlalchemy.orm.attributes import manager_of_class

from hookline.errors import Forbidden, NotFound, SettingsError
from hookline.kernel import derived, rowrules, search
from hookline.kernel.actor import Action, Actor, FieldRight, Level
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Record, link_table
from hookline.kernel.fields import Field
from hookline.kernel.kinds import Reader
from hookline.kernel.kinds.keys import is_id
from hookline.kernel.memory import CHANGED, Latest, Memory, configuration_changed
from hookline.kernel.rewrite import AnySelect, rewrite, sealed
from hookline.kernel.schema import HOUSE_COLUMNS, EntityInfo, Schema
from hookline.kernel.sealing import Sealer

if TYPE_CHECKING:
    from hookline.kernel.plugins.host import PluginHost

E = TypeVar("E", bound=Record)
T = TypeVar("T")
_MOST_SOURCES: Final = 256
# What people may do with records that code alone writes.
_READING: Final = frozenset({Action.read, Action.export})


def _no_sealer() -> Sealer:
    raise SettingsError("no secret can be kept here: this gate is of no installation")


@dataclass
class Reads:
    """What one actor may see and do, in one transaction. `now` is the aware UTC time of the whole request."""

    tx: Transaction
    schema: Schema
    actor: Actor
    host: "PluginHost"
    now: datetime
    memory: Memory
    configuration: int
    cause: str = ""
    # The address of the client; "" in jobs and commands.
    origin: str = ""
    # Whether whoever asks has said who they are a short while ago; the house, jobs and programs always have.
    proven: bool = True
    # Whether records come from elsewhere, as in an import, and may have been numbered there.
    brings: bool = False
    # Who really looks, while somebody looks through this actor's eyes.
    viewer: int | None = None
    # What seals and opens secrets with the installation's key.
    sealer: Callable[[], Sealer] = _no_sealer
    # The address that people type, from the settings; "" where this gate is of no installation.
    base_url: str = ""
    _sources: dict[tuple[str, Action, bool], Subquery] = field(default_factory=dict, repr=False)
    _settable: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _reloaded: dict[str, Any] = field(default_factory=dict, repr=False)
    _rules: dict[tuple[str, Action], tuple[Actor, rowrules.Rule]] = field(default_factory=dict, repr=False)
    _others: "dict[int | None, Reads]" = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.actor = derived.veiled(self)

    def remembered(self, name: str, load: Callable[[Transaction], T]) -> T:
        """Something that hangs on the configuration only, loaded once per version of it."""
        if self.configuration != CHANGED:
            return self.memory.get(self.tx, self.configuration, name, load)
        if name not in self._reloaded:
            self._reloaded[name] = load(self.tx)
        return self._reloaded[name]  # type: ignore[no-any-return]  # each name is always loaded by the same function

    def configured(self) -> None:
        """Call after changing rights, pipelines or fields. What was remembered no longer holds, here first of all."""
        configuration_changed(self.tx)
        self.configuration = CHANGED
        self._reloaded.clear()

    def linked(self, info: EntityInfo, ids: Sequence[int]) -> dict[int, dict[str, tuple[int, ...]]]:
        """The many-references fields of records that the caller has read: by record, by field."""
        found: dict[int, dict[str, tuple[int, ...]]] = {id: dict.fromkeys(info.cls.many, ()) for id in ids}
        for name in info.cls.many:
            link = link_table(info.name, name)
            pairs = (
                select(link.c.record, link.c.target)
                .where(link.c.record.in_(ids))
                .order_by(link.c.record, link.c.target)
            )
            for record, target in self.run(pairs):
                found[record][name] = (*found[record][name], target)
        return found

    def level(self, info: EntityInfo, action: Action) -> Level:
        """How far the actor's right to do this to records of the entity reaches."""
        if info.cls.by_house and action not in _READING and not self.actor.is_house:
            return Level.none
        return self.actor.level(info.name, action, owned=info.owned)

    def source(self, entity: str, action: Action = Action.read, *, trash: bool = False) -> Subquery:
        """The records of an entity on which this actor may do `action`, with only the readable fields as columns.

        `trash=True` gives the trashed ones instead of the living.
        """
        key = (entity, action, trash)
        if key not in self._sources:
            self._sources[key] = self._source(self.schema[entity], action, trash=trash)
        return self._sources[key]

    def _source(self, info: EntityInfo, action: Action, *, trash: bool) -> Subquery:
        """Whoever sees all records reads from one source, which is remembered: making one costs more than asking it."""

        def make() -> Subquery:
            return sealed(self.narrow(info, action, trash=trash)).subquery(info.name)

        if self.rule(info, action):
            return make()
        kept = self.remembered("sources", lambda _tx: Latest[Subquery](_MOST_SOURCES))
        return kept.get((info.cls, trash, tuple(f.name for f in self.readable(info))), make)

    def narrow(
        self,
        info: EntityInfo,
        action: Action = Action.read,
        *,
        trash: bool = False,
        words: str = "",
        house: Sequence[str] = (),
    ) -> Select[Any]:
        """The select behind `source`, for the kernel's own reads: with a search, or with house columns beside the fields."""
        columns = [info.column(f).label(f.name) for f in self.readable(info) if not f.many]
        extra = [info.table.c[name] for name in house if name in HOUSE_COLUMNS]
        return select(*columns, *extra).where(*self.conditions(info, action, trash=trash, words=words))

    def conditions(
        self,
        info: EntityInfo,
        action: Action = Action.read,
        *,
        trash: bool = False,
        words: str = "",
        among: bool = False,
    ) -> list[ColumnElement[bool]]:
        """What holds, over the bare table, of the records on which the actor may do `action`: for the kernel's own reads."""
        found = [_living(info, trash=trash), *self.rule(info, action)]
        if words:
            names = [f.name for f in self.readable(info)]
            found.append(search.matches(info, names, words, self.tx.sqlite, among=among))
        return found

    def ways(self, info: EntityInfo, *, trash: bool = False) -> list[list[ColumnElement[bool]]]:
        """The same without words, for reading few records, as lists of which one fulfils one or several: see `Rule.ways`."""
        living = _living(info, trash=trash)
        return [[living, *way] for way in self.grounds(info, Action.read).for_few.ways]

    def readable(self, info: EntityInfo) -> list[Field]:
        """The fields of an entity whose values this actor may see."""
        hidden = self.actor.fields
        if not hidden:
            return list(info.fields.values())
        return [f for f in info.fields.values() if self.actor.right(info.name, f.name) > FieldRight.hidden]

    def writable(self, info: EntityInfo) -> list[Field]:
        """The fields of an entity that this actor may set."""
        return [f for f in info.writable if self.actor.right(info.name, f.name) == FieldRight.write]

    def importable(self, info: EntityInfo) -> list[Field]:
        """The fields that this actor may bring along from elsewhere: the writable ones, and numbers given there."""
        counted = [f for f in info.sequences if self.actor.right(info.name, f.name) == FieldRight.write]
        return [*self.writable(info), *counted]

    def field(self, info: EntityInfo, name: str) -> Field:
        """A readable field by its name; a hidden one and a missing one are both NotFound."""
        found = info.fields.get(name)
        if found is None or self.actor.right(info.name, name) == FieldRight.hidden:
            raise NotFound
        return found

    def may(self, entity: str, action: Action) -> bool:
        """Whether the actor may do this to at least some records of the entity."""
        return self.level(self.schema[entity], action) > Level.none or bool(self.actor.lent(entity, action))

    def must(self, entity: str, action: Action) -> None:
        """Forbidden unless `may`."""
        if not self.may(entity, action):
            raise Forbidden

    def settable(self, info: EntityInfo) -> frozenset[str]:
        """The names of the fields that this actor may set."""
        if info.name not in self._settable:
            fields = self.importable(info) if self.brings else self.writable(info)
            self._settable[info.name] = frozenset(f.name for f in fields)
        return self._settable[info.name]

    def rows(self, statement: AnySelect) -> "Sequence[Row[*tuple[Any, ...]]]":
        """The answer to an ordinary select over entities, as rows of what this actor may see.

        Joins name their condition. text() and literal columns are refused.
        """
        found: Sequence[Row[*tuple[Any, ...]]] = self.run(rewrite(statement, self.source)).all()
        return found

    def filtered(
        self, entity: type[Record] | str, filters: Mapping[str, str], reader: Reader | None = None
    ) -> list[ColumnElement[bool]]:
        """What filters ask, written as in the address of a list, as conditions for a statement that this gate runs.

            gate.rows(select(Contact.id).where(*gate.filtered(Contact, {"owner": "me", "phone.filled": "1"})))

        They mean what they mean there, and stand beside ordinary ones: over the entity itself, not over an alias of it. Invalid
        when a field (a hidden one is none), an operator or a value is not there. Values are read as the `reader` writes them.
        """
        # The filters ask reads in their turn.
        from hookline.kernel.lists.filters import asked_of  # noqa: PLC0415  # as said above

        return asked_of(self, self.schema[entity], filters.items(), reader or Reader(now=self.now))

    def scalar(self, statement: AnySelect) -> Any:
        """The first column of the first row, or None."""
        row = self.run(rewrite(statement, self.source)).first()
        return None if row is None else row[0]

    def run(self, statement: Executable) -> Any:
        """Execute a statement that was built on `source`. For the kernel; others use `rows`."""
        return self.tx.run(statement, why="gate")

    def find(
        self, entity: type[E], id: int, *, action: Action = Action.read, trash: bool = False
    ) -> E | None:
        """One record as a typed, detached object; None when there is none for this actor. Hidden fields are None."""
        values = self.values(self.schema[entity], id, action=action, trash=trash)
        return None if values is None else self.typed(entity, values)

    def get(self, entity: type[E], id: int, *, action: Action = Action.read, trash: bool = False) -> E:
        """As `find`, but raises NotFound."""
        found = self.find(entity, id, action=action, trash=trash)
        if found is None:
            raise NotFound
        return found

    def several(self, entity: type[E], ids: Iterable[int]) -> list[E]:
        """Those of these records that are in sight, in this order and each once, asked for with one statement."""
        wanted = [id for id in dict.fromkeys(ids) if is_id(id)]
        if not wanted:
            return []
        source = self.source(self.schema[entity].name)
        rows = self.run(select(source).where(source.c.id.in_(sorted(wanted)))).mappings()
        found = {row["id"]: self.typed(entity, row) for row in rows}
        return [found[id] for id in wanted if id in found]

    def values(
        self, info: EntityInfo, id: int, *, action: Action = Action.read, trash: bool = False
    ) -> Mapping[str, Any] | None:
        """One record's readable values by field name."""
        # A rule may ask for what a form has left empty: that it must be there is said by the field.
        if not is_id(id):
            return None
        source = self.source(info.name, action, trash=trash)
        row = self.run(select(source).where(source.c.id == id)).mappings().first()
        return None if row is None else dict(row)

    def typed(self, entity: type[E], values: Mapping[str, Any]) -> E:
        """Values as an object of the entity's class, with no way back to the database."""
        known = self.schema[entity]
        plain = known.attributes
        # Put in place rather than set: nothing looks for what has changed, as SQLAlchemy's own making of it would.
        found: E = manager_of_class(entity).new_instance()
        held = vars(found)
        if values.keys() <= plain:
            held.update(values, custom={})
        else:
            held.update({name: value for name, value in values.items() if name in plain})
            held["custom"] = {
                name: value for name, value in values.items() if name not in plain and name in known.fields
            }
        return found

    def titles(self, entity: str, ids: Sequence[int]) -> dict[int, str]:
        """The names of those of these records that the actor may see."""
        if not ids:
            return {}
        info = self.schema[entity]
        source = self.source(entity)
        if info.title.name not in source.c:
            return {}
        found = self.run(
            select(source.c.id, source.c[info.title.name]).where(source.c.id.in_(sorted(set(ids))))
        )
        return {id: str(title or "") for id, title in found}

    def visible(self, entity: str, ids: Sequence[int], *, action: Action = Action.read) -> set[int]:
        """Which of these ids the actor may do `action` on."""
        source = self.source(entity, action)
        return (
            set(self.run(select(source.c.id).where(source.c.id.in_(sorted(set(ids))))).scalars())
            if ids
            else set()
        )

    def rule(self, info: EntityInfo, action: Action) -> list[ColumnElement[bool]]:
        """The conditions, over the bare table, on which the actor may do `action`; an empty list is no condition."""
        return self.grounds(info, action).conditions

    def grounds(self, info: EntityInfo, action: Action) -> rowrules.Rule:
        """The same conditions in their parts, each with where it comes from."""
        found = self._rules.get((info.name, action))
        if found is None or found[0] is not self.actor:
            found = (self.actor, rowrules.rule_of(self, info, action))
            self._rules[info.name, action] = found
        return found[1]

    def through(self, actor: Actor) -> "Reads":
        """The same transaction with somebody else's rights: to ask what another may see, never to answer the actor with it."""
        if actor.user not in self._others or self._others[actor.user].actor is not actor:
            self._others[actor.user] = Reads(
                self.tx, self.schema, actor, self.host, self.now, self.memory, self.configuration, self.cause,
                _reloaded=self._reloaded,
            )  # fmt: skip
        return self._others[actor.user]


def _living(info: EntityInfo, *, trash: bool) -> ColumnElement[bool]:
    gone = info.table.c.trashed_at
    return gone.is_not(None) if trash else gone.is_(None)
