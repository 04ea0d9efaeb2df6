"""`Gate`: reads, and the one way to write. A save is judged, written, remembered and told of in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Row, Select, bindparam, delete, insert, select, update

from hookline.errors import Conflict, Difference, Forbidden, Invalid, NotFound, Problem, Refused, Text
from hookline.kernel import checks, field_rules, followers, history, restrictions, sequences
from hookline.kernel.actor import Action, FieldRight, Level, house
from hookline.kernel.around import around
from hookline.kernel.background import events as outgoing
from hookline.kernel.entity import Record, link_table
from hookline.kernel.fitting import misfits
from hookline.kernel.kinds.keys import is_id
from hookline.kernel.own_events import Event
from hookline.kernel.reads import Reads
from hookline.kernel.rules import BeforeDelete, BeforeSave
from hookline.kernel.schema import HOUSE_COLUMNS, EntityInfo
from hookline.kernel.starting import left_out
from hookline.kernel.stored import house_columns, stored

E = TypeVar("E", bound=Record)
Values = Mapping[str, Any]


class Gate(Reads):
    """What one actor may see and do, in one transaction."""

    def create(self, entity: type[Record] | str, values: Values) -> int:
        """Create a record and return its id.

        `values` are Python values by field name. Owner and team are the actor's own unless given. Raises Invalid with
        every complaint at once, Forbidden without the right. The house's own gate (`gate.as_house(why)`) also sets read-only
        fields here, but formulas, rollups and numbers; later `carry` and `derive` do.
        """
        return self.create_many(entity, [values])[0]

    def create_many(self, entity: type[Record] | str, rows: Sequence[Values]) -> list[int]:
        """Create several records with a handful of statements. All or nothing; ids come in the order of the rows."""
        info = self.schema[entity]
        judged = self._judged(info, rows)
        for found in judged:
            if isinstance(found, Refused):
                raise found
        return self._insert(info, [found for found in judged if not isinstance(found, Refused)])

    def create_each(self, entity: type[Record] | str, rows: Sequence[Values]) -> list[int | Refused]:
        """As `create_many`, but of those rows that may be created; the others give the refusal in the place of an id."""
        info = self.schema[entity]
        judged = self._judged(info, rows)
        try:
            ids = iter(self._insert(info, [found for found in judged if not isinstance(found, Refused)]))
        except restrictions.Strayed as stray:
            places = [place for place, found in enumerate(judged) if not isinstance(found, Refused)]
            for place, problems in stray.places.items():
                judged[places[place]] = Invalid(problems)
            ids = iter(self._insert(info, [found for found in judged if not isinstance(found, Refused)]))
        return [found if isinstance(found, Refused) else next(ids) for found in judged]

    def update(
        self, entity: type[Record] | str, id: int, values: Values, *, version: int | None = None
    ) -> int:
        """Change a record and return its version. Nothing is written when nothing differs.

        `version` is the one that the values were based on: a newer one raises Conflict with both values.
        """
        info = self.schema[entity]
        before = self._lock(info, id, Action.edit)
        # Before the conflict, which shows what stands in the fields.
        self._refuse(checks.known(self, info, values, new=False))
        if version is not None and version != before["version"]:
            raise Conflict(int(before["version"]), self._differences(info, before, values))
        given = self._with_unseen(info, before, checks.coerced(info, values))
        changes = {
            name: value for name, value in given.items() if name not in before or before[name] != value
        }
        if not changes:
            return int(before["version"])
        self._may_assign(info, id, changes)
        prepared = self._prepare(info, before, changes)
        added = {name: _added(before, name, prepared[name]) for name in info.cls.many if name in prepared}
        differs = {name: value for name, value in prepared.items() if before.get(name) != value}
        self._refuse(checks.among_others(self, info, [{**differs, **added}], but=id).get(0, ()))
        for spec in info.sequences:
            sequences.brought(self, spec, [differs[spec.name]] if differs.get(spec.name) else ())
        with around(self, info, "changed", [(id, before, prepared)]):
            with self._confined(info, [id]):
                self._save(info, id, before, prepared)
            self._told(info, "changed", [(id, int(before["version"]) + 1, before, prepared)])
        return int(before["version"]) + 1

    def revert(self, entity: type[Record] | str, id: int, version: int) -> int:
        """Put back what the change that made this version replaced, and return the record's version.

        A field that has been changed again since keeps its value. No rule is asked: it stood like this before.
        """
        info = self.schema[entity]
        before = self._lock(info, id, Action.edit)
        # Links that only the house sets follow from other records, which stay as they are.
        values = {
            name: value
            for name, value in history.replaced(self, info, id, version, before).items()
            if not (info.fields[name].many and info.fields[name].read_only)
        }
        self._refuse(
            [
                # The name of a hidden field is not told.
                Problem(n if self.actor.right(info.name, n) else "", Text("This field cannot be changed."))
                for n in values
                if self.actor.right(info.name, n) < FieldRight.write
            ]
        )
        self._refuse(checks.among_others(self, info, [values], but=id).get(0, ()))
        if not values:
            return int(before["version"])
        followers.work_out(self, info, before, values)
        with around(self, info, "reverted", [(id, before, values)]):
            with self._confined(info, [id]):
                self._save(info, id, before, values)
            self._told(info, "reverted", [(id, int(before["version"]) + 1, before, values)])
        return int(before["version"]) + 1

    def carry(
        self, entity: type[Record] | str, changes: Mapping[int, Values], *, what: str = "changed"
    ) -> None:
        """Write what follows for these records from a change elsewhere, such as where they point after a merge.

        No rule is asked, as nobody chose it; each change stands in the history as `what`, and whoever listens is told.
        """
        info = self.schema[entity]
        saved = []
        for before in self._lock_many(info, sorted(changes), Action.edit):
            values = dict(changes[before["id"]])
            followers.work_out(self, info, before, values)
            saved.append((before["id"], int(before["version"]) + 1, before, values))
        with around(self, info, what, [(id, before, values) for id, _, before, values in saved]):
            for id, _, before, values in saved:
                self._save(info, id, before, values)
            self._told(info, what, saved)

    def derive(self, entity: type[Record] | str, found: Mapping[int, Values]) -> int:
        """Keep what has been worked out anew for many records, such as each night for all: values of read-only fields.

        Nobody chose it, so there is no line in the history, no new version and no news after the commit; who follows the
        entity inside the transaction is told of "derived". Records that are gone, and those where nothing differs, are
        passed over; says how many were not. `carry` is for what people should find in the history.
        """
        info = self.schema[entity]
        names = sorted({name for values in found.values() for name in values})
        self._refuse(checks.derivable(info, names))
        saved = []
        for before in self.run(self._locking(info, sorted(found), Action.edit)).mappings():
            values = checks.coerced(info, found[before["id"]])
            changes = {name: value for name, value in values.items() if before[name] != value}
            if changes:
                followers.work_out(self, info, before, changes)
                saved.append((before["id"], int(before["version"]), before, changes))
        if saved:
            columns = sorted({name for *_, changes in saved for name in changes})
            statement = update(info.table).where(info.table.c.id == bindparam("record"))
            rows = [
                {"record": id, **{f"to_{n}": changes.get(n, before[n]) for n in columns}}
                for id, _, before, changes in saved
            ]
            self.tx.run(statement.values({n: bindparam(f"to_{n}") for n in columns}), rows, why="gate")
            followers.follow(self, info, "derived", saved)
        return len(saved)

    def emit(self, *events: Event, about: str = "") -> None:
        """Tell of own events, all of one kind: `gate.emit(SaleRecorded(guest=7, ...))`, part of this transaction.

        Who wrote `@plugin.on(SaleRecorded)` hears of each when the transaction has been committed. With `about`, a record such
        as "deal:7", the news go with that record: in their order to each who hears, and away when it is erased. PluginError
        when a field holds what its annotation does not allow.
        """
        if events:
            outgoing.tell_own(self, events, about)

    def as_house(self, why: str | Text) -> "Gate":
        """This transaction with the house's own rights: for what must hold whoever asks, such as who is next in a queue.

        `why` stands in the history where a person would: nobody did it, it followed. A `Text` without parameters is said there in
        the reader's language. What is read through it may be out of
        the actor's sight, so answer with numbers and outcomes, never with the records themselves.
        """
        actor = self.host.vouch(house(str(why)))
        return Gate(
            self.tx, self.schema, actor, self.host, self.now, self.memory, self.configuration,
            sealer=self.sealer, base_url=self.base_url, _reloaded=self._reloaded,
        )  # fmt: skip

    def acts_as_house(self, why: str | Text) -> bool:
        """Whether it came of `as_house` with this `why`: for rules that only the house's own work may pass."""
        return self.actor.is_house and self.actor.name == str(why)

    def hold(self, entity: type[Record] | str, ids: Sequence[int], action: Action) -> set[int]:
        """Lock those of these records on which the actor may do `action`, and say which they are.

        Always in the same order, so that two who change many never wait for each other.
        """
        info = self.schema[entity]
        known = [id for id in ids if is_id(id)]
        statement = select(info.table.c.id).where(info.table.c.id.in_(known), *self.rule(info, action))
        return (
            set(self.run(statement.order_by(info.table.c.id).with_for_update(of=info.table)).scalars())
            if known
            else set()
        )

    def trash(self, entity: type[Record] | str, id: int, *, version: int | None = None) -> None:
        """Put a record into the trash, from where `restore` brings it back. `version` as for `update`."""
        info = self.schema[entity]
        before = self._lock(info, id, Action.delete)
        if version is not None and version != before["version"]:
            raise Conflict(int(before["version"]), ())
        judged = BeforeDelete(info.name, self.typed(info.cls, before), self)
        self.host.judge("before_delete", info.name, judged)
        self._refuse(judged.problems)
        with around(self, info, "trashed", [(id, before, {})]):
            self._save(info, id, before, {}, trashed_at=self.now)
            self._told(info, "trashed", [(id, int(before["version"]) + 1, before, {})])

    def restore(self, entity: type[Record] | str, id: int) -> None:
        """Bring a record back from the trash."""
        info = self.schema[entity]
        before = self._lock(info, id, Action.delete, trash=True)
        with around(self, info, "restored", [(id, before, {})]):
            self._save(info, id, before, {}, trashed_at=None)
            self._told(info, "restored", [(id, int(before["version"]) + 1, before, {})])

    def erase(self, entity: type[Record] | str, id: int) -> None:
        """Remove a record for good, with its history. Invalid when other records still point at it."""
        self.erase_many(entity, [id])

    def erase_many(self, entity: type[Record] | str, ids: Sequence[int]) -> None:
        """Remove several records for good with a handful of statements. All or nothing; they may point at each other."""
        info = self.schema[entity]
        locked = (
            [self._lock(info, id, Action.delete, trash=None) for id in ids]
            if len(ids) == 1
            else self._lock_many(info, ids, Action.delete)
        )
        self._refuse(checks.unreferenced(self, info, ids))
        with around(self, info, "erased", [(before["id"], before, {}) for before in locked]):
            followers.forget(self, info, ids)
            table = info.table
            for spec in info.fields.values():
                if spec.is_reference and spec.target == info.name:
                    self.run(
                        update(table)
                        .where(table.c.id.in_(ids), info.column(spec).is_not(None))
                        .values({spec.name: None})
                    )
            self.run(delete(table).where(table.c.id.in_(ids)))
            self._told(
                info, "erased", [(before["id"], int(before["version"]), before, {}) for before in locked]
            )

    def _judged(self, info: EntityInfo, rows: Sequence[Values]) -> list[dict[str, Any] | Refused]:
        """What will be stored of each new row, or why it may not be."""
        self.must(info.name, Action.create)
        judged = [self._judge_new(info, row) for row in rows]
        places = [place for place, found in enumerate(judged) if not isinstance(found, Refused)]
        problems = checks.among_others(
            self, info, [found for found in judged if not isinstance(found, Refused)]
        )
        for place, complaints in problems.items():
            judged[places[place]] = Invalid(complaints)
        return judged

    def _judge_new(self, info: EntityInfo, row: Values) -> dict[str, Any] | Refused:
        try:
            values = self._prepare(info, {}, row)
        except Refused as refusal:
            return refusal
        if info.owned and not self._within(info, values):
            return Forbidden(Text("You may not create this for somebody else."))
        return values

    def _insert(self, info: EntityInfo, prepared: Sequence[dict[str, Any]]) -> list[int]:
        if not prepared:
            return []
        with around(self, info, "created", [(0, {}, values) for values in prepared]) as made:
            made.extend(self._insert_all(info, prepared))
        return [id for id, _ in made]

    def _insert_all(self, info: EntityInfo, prepared: Sequence[dict[str, Any]]) -> list[tuple[int, Values]]:
        ids: list[int] = []
        with self._confined(info, ids):
            numbered = sequences.numbered(self, info, prepared)
            ids += self.tx.insert(info.table, self._new_rows(info, numbered), why="gate")
            self._link(info, list(zip(ids, numbered, strict=True)), fresh=True)
        self._told(info, "created", [(id, 1, {}, values) for id, values in zip(ids, numbered, strict=True)])
        return list(zip(ids, numbered, strict=True))

    def _new_rows(self, info: EntityInfo, prepared: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        blank = self._blank_row(info)
        new = [
            {**blank, **stored(info, values), **house_columns(info, values, values)} for values in prepared
        ]
        # Columns in which no row has anything would only make the statement longer.
        columns = info.table.columns
        filled = [
            name for name in blank if not columns[name].nullable or any(row[name] is not None for row in new)
        ]
        return [{name: row[name] for name in filled} for row in new]

    def _prepare(self, info: EntityInfo, before: Values, changes: Values) -> dict[str, Any]:
        """The values that will be stored: known, permitted, complete, judged by every rule, formulas worked out."""
        self._refuse(checks.known(self, info, changes, new=not before))
        values = dict(changes) if before else checks.coerced(info, self._with_defaults(info, changes))
        problems: list[Problem] = []
        if self.host.judges("before_save", info.name):
            judged: BeforeSave[Record] = BeforeSave(
                info.name,
                self.typed(info.cls, {**before, **values}),
                self.typed(info.cls, before) if before else None,
                values,
                self,
            )
            given = dict(values)
            self.host.judge("before_save", info.name, judged)
            self._refuse(misfits(info, given, judged.values))
            problems, values = judged.problems, checks.coerced(info, judged.values)
        problems = [*problems, *checks.complete(info, before, values)]
        problems += field_rules.judge(self, info, before, changes, values)
        self._refuse(problems)
        followers.work_out(self, info, before, values)
        return values

    def _with_defaults(self, info: EntityInfo, values: Values) -> dict[str, Any]:
        return {**{k: v for k, v in values.items() if v is not None}, **left_out(self, info, values)}

    def _blank_row(self, info: EntityInfo) -> dict[str, Any]:
        """What a new record has before it is given any values."""
        born = {
            "created_at": self.now,
            "created_by": self.actor.user,
            "updated_at": self.now,
            "updated_by": self.actor.user,
        }
        empty = {name: None for name in info.fields if name in info.columns and name != "id"}
        return {**empty, **born, "version": 1, "custom": None, "search": "", "sort_key": ""}

    def _within(self, info: EntityInfo, values: Values) -> bool:
        """Whether a record with this owner and team is one that the actor may create."""
        level = self.level(info, Action.create)
        if level == Level.all or values.get("owner") == self.actor.user:
            return True
        teams = (
            {self.actor.team}
            if level == Level.team
            else self.actor.below
            if level == Level.subteams
            else set()
        )
        return values.get("team") is not None and values["team"] in teams

    @contextmanager
    def _confined(self, info: EntityInfo, ids: Sequence[int]) -> Iterator[None]:
        """What is written inside must end where the actor's restrictions let it be; otherwise it is taken back."""
        limits = restrictions.limits_of(self, info)
        if not limits:
            yield
            return
        with self.tx.savepoint():
            yield
            restrictions.check_written(self, info, limits, ids)

    def _lock(
        self, info: EntityInfo, id: int, action: Action, *, trash: bool | None = False
    ) -> dict[str, Any]:
        """Every value of a record that the actor may change, held until the transaction ends."""
        statement = self._locking(info, [id], action)
        if trash is not None:
            gone = info.table.c.trashed_at
            statement = statement.where(gone.is_not(None) if trash else gone.is_(None))
        row: Row[Any] | None = self.run(statement).first() if is_id(id) else None
        if row is None:
            raise Forbidden if self.values(info, id, trash=bool(trash)) else NotFound
        return {**row._mapping, **self.linked(info, [id])[id]}  # noqa: SLF001  # SQLAlchemy's public name for a row's columns

    def _lock_many(self, info: EntityInfo, ids: Sequence[int], action: Action) -> list[dict[str, Any]]:
        """As `_lock`, of several records, in the trash or not; NotFound when one of them is missing."""
        found = self.run(self._locking(info, ids, action)).mappings().all()
        if len(found) != len(set(ids)):
            raise NotFound
        links = self.linked(info, ids)
        return [{**row, **links[row["id"]]} for row in found]

    def _locking(self, info: EntityInfo, ids: Sequence[int], action: Action) -> Select[Any]:
        table = info.table
        columns = [info.column(f).label(f.name) for f in info.fields.values() if not f.many]
        statement = select(*columns, *(table.c[name] for name in HOUSE_COLUMNS)).where(
            table.c.id.in_(ids), *self.rule(info, action)
        )
        # An edit never changes the key, so records that begin to point at this one need not wait, nor be waited for.
        return statement.with_for_update(of=table, key_share=action != Action.delete)

    def _with_unseen(self, info: EntityInfo, before: Values, values: dict[str, Any]) -> dict[str, Any]:
        """Many references that the actor cannot see stay: leaving out what one does not see takes nothing away."""
        for name, many in info.cls.many.items():
            if name in values:
                given = set(values[name] or ())
                gone = set(before[name]) - given
                values[name] = tuple(sorted(given | (gone - self.visible(many.target, list(gone)))))
        return values

    def _may_assign(self, info: EntityInfo, id: int, changes: Values) -> None:
        if info.owned and ({"owner", "team"} & changes.keys()):
            table = info.table
            if (
                self.run(select(table.c.id).where(table.c.id == id, *self.rule(info, Action.assign))).first()
                is None
            ):
                raise Forbidden(Text("You may not give this record to somebody else."))

    def _save(self, info: EntityInfo, id: int, before: Values, values: Values, **house: Any) -> None:
        table = info.table
        row = {
            **stored(info, values, before.get("custom")),
            **house_columns(info, {**before, **values}, values),
            **house,
        }
        statement = update(table).where(table.c.id == id, table.c.version == before["version"])
        done = self.run(
            statement.values(
                **row, version=table.c.version + 1, updated_at=self.now, updated_by=self.actor.user
            )
        )
        if done.rowcount != 1:
            raise Conflict(int(before["version"]) + 1, self._differences(info, before, values))
        self._link(info, [(id, values)], fresh=False)

    def _link(self, info: EntityInfo, records: Sequence[tuple[int, Values]], *, fresh: bool) -> None:
        for name in info.cls.many:
            link = link_table(info.name, name)
            touched = [(id, values[name] or ()) for id, values in records if name in values]
            if touched and not fresh:
                self.run(delete(link).where(link.c.record.in_([id for id, _ in touched])))
            pairs = [
                {"record": id, "target": target}
                for id, targets in touched
                for target in dict.fromkeys(targets)
            ]
            if pairs:
                self.tx.run(insert(link), pairs, why="gate")

    def _told(self, info: EntityInfo, what: str, saved: Sequence[tuple[int, int, Values, Values]]) -> None:
        """Remember the changes and tell of them: history, followers inside the transaction, outbox for the others."""
        lines = [
            (id, version, history.difference(info, before, values)) for id, version, before, values in saved
        ]
        history.write(
            self,
            [
                history.row(self, info, id, version, action=what, changes=changes)
                for id, version, changes in lines
            ],
        )
        followers.follow(self, info, what, saved)
        outgoing.tell(self, info, what, [(id, changes) for id, _, changes in lines])

    def _differences(self, info: EntityInfo, before: Values, values: Values) -> list[Difference]:
        """What stands now and what was to stand, as far as the actor may see either."""
        readable = {spec.name for spec in self.readable(info)}
        return [
            Difference(name, self._in_sight(info, name, before.get(name)), value)
            for name, value in values.items()
            if name in readable and before.get(name) != value
        ]

    def _in_sight(self, info: EntityInfo, name: str, value: Any) -> Any:
        many = info.cls.many.get(name)
        if many is None or not value:
            return value
        seen = self.visible(many.target, list(value))
        return tuple(id for id in value if id in seen)

    def _refuse(self, problems: Sequence[Problem]) -> None:
        if problems:
            raise Invalid(problems)


def _added(before: Values, name: str, after: Sequence[int]) -> tuple[int, ...]:
    """The many references that were not there before."""
    return tuple(id for id in after or () if id not in before[name])
