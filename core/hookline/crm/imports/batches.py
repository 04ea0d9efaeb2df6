"""A handful of rows at once, through the gate: what is there is updated, the rest created, what may not be is refused alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from sqlalchemy import select

from hookline.crm.imports.columns import Cells, SourceRow
from hookline.crm.imports.mappings import ImportMapping
from hookline.crm.imports.references import (
    Coming,
    Finder,
    Made,
    folded,
    lookup,
    nothing_found,
    pick,
    pointed_at,
)
from hookline.crm.imports.rows import Row, RowReader
from hookline.crm.imports.writes import create_rows, update_row
from hookline.errors import Problem, Text
from hookline.kernel import checks
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo

Values = Mapping[str, Any]
_NOTHING: Final[Values] = MappingProxyType({})


class Result(StrEnum):
    """What became of a row. `made` is a record that was made because a row names it."""

    created = "created"
    updated = "updated"
    unchanged = "unchanged"
    skipped = "skipped"
    rejected = "rejected"
    waiting = "waiting"
    made = "made"


class Outcome(NamedTuple):
    """What became of one row. `version` is the one that the record has had since; `before` how it stood."""

    row: int
    result: Result
    entity: str
    record: int | None = None
    version: int | None = None
    problems: Sequence[Problem] = ()
    cells: Cells = ()
    before: Values = _NOTHING
    after: Values = _NOTHING


@dataclass
class Batch:
    """One batch on its way. `done` is what became of its rows, in the order in which it was done."""

    gate: Gate
    info: EntityInfo
    mapping: ImportMapping
    careful: bool
    done: list[Outcome] = field(default_factory=list)
    _new: list[Row] = field(default_factory=list)
    _new_keys: set[Any] = field(default_factory=set)

    def run(self, rows: Sequence[Row]) -> None:
        """Do what the mapping says with these rows."""
        fit = [row for row in rows if not self._put_aside(row)]
        known = self._known(fit)
        for row in fit:
            key = self._key(row)
            if key is not None and key in self._new_keys:
                # The file names the same record twice: the second row is about what the first one makes.
                self._create()
                known |= self._known([row])
            self._place(row, key, known)
        self._create()

    def _put_aside(self, row: Row) -> bool:
        if row.problems:
            self._reject(row, row.problems)
        elif row.waiting:
            self.done.append(Outcome(row.number, Result.waiting, self.info.name, cells=row.cells))
        return bool(row.problems) or row.waiting

    def _key(self, row: Row) -> Any:
        name = self.mapping.key
        return (
            folded(self.info.fields[name], row.values[name])
            if name and row.values.get(name) is not None
            else None
        )

    def _known(self, rows: Sequence[Row]) -> dict[Any, tuple[int, Values] | Text]:
        """The records that these rows are about, by key."""
        if self.mapping.key is None:
            return {}
        by = self.info.fields[self.mapping.key]
        keys = [row.values[by.name] for row in rows if row.values.get(by.name) is not None]
        found = lookup(self.gate, self.info, by, keys)
        picked = {folded(by, key): match for key in keys if (match := pick(found, by, key)) is not None}
        records = _records(
            self.gate, self.info, self.mapping, [match for match in picked.values() if isinstance(match, int)]
        )
        return {
            key: match if isinstance(match, Text) else (match, records[match])
            for key, match in picked.items()
        }

    def _place(self, row: Row, key: Any, known: dict[Any, tuple[int, Values] | Text]) -> None:
        found = known.get(key) if key is not None else None
        if isinstance(found, Text):
            self._reject(row, [Problem(self.mapping.key or "", found)])
        elif found is None and self.mapping.mode == "update":
            self._reject(row, [Problem(self.mapping.key or "", self._nobody(row))])
        elif found is None:
            self._new.append(row)
            if key is not None:
                self._new_keys.add(key)
        elif self.mapping.mode == "create":
            self.done.append(Outcome(row.number, Result.skipped, self.info.name, found[0]))
        else:
            known[key] = found[0], self._update(row, *found)

    def _nobody(self, row: Row) -> Text:
        value = row.values.get(self.mapping.key or "")
        return Text("Please fill this in.") if value is None else nothing_found(self.info, str(value))

    def _update(self, row: Row, id: int, before: Values) -> Values:
        """Change what differs. Returns how the record stands after that, as far as the mapping goes."""
        changes = {
            name: value
            for name, value in checks.coerced(self.info, row.values).items()
            if before.get(name) != value
        }
        if not changes:
            self.done.append(Outcome(row.number, Result.unchanged, self.info.name, id))
            return before
        version = update_row(self.gate, self.info.name, id, changes, careful=self.careful)
        if not isinstance(version, int):
            self._reject(row, version)
            return before
        result = Result.unchanged if version == before["version"] else Result.updated
        self.done.append(
            Outcome(row.number, result, self.info.name, id, version, before=before, after=changes)
        )
        return {**before, **changes, "version": version}

    def _create(self) -> None:
        rows, self._new, self._new_keys = self._new, [], set()
        values = [row.values for row in rows]
        done = create_rows(self.gate, self.info.name, values, careful=self.careful) if rows else []
        for row, made in zip(rows, done, strict=True):
            if isinstance(made, int):
                self.done.append(
                    Outcome(row.number, Result.created, self.info.name, made, 1, after=row.values)
                )
            else:
                self._reject(row, made)

    def _reject(self, row: Row, problems: Sequence[Problem]) -> None:
        self.done.append(
            Outcome(row.number, Result.rejected, self.info.name, problems=tuple(problems), cells=row.cells)
        )


def import_batch(
    gate: Gate,
    mapping: ImportMapping,
    reader: RowReader,
    rows: Sequence[SourceRow],
    *,
    coming: Coming,
    careful: bool,
) -> list[Outcome]:
    """Import these rows and say what became of each.

    What no rule foresaw is raised; do the batch again then, `careful`, and only the row at fault is refused.
    """
    info = gate.schema[mapping.entity]
    finder = Finder(gate, reader.reader, careful, coming)
    read = reader.read(gate, rows, finder)
    batch = Batch(gate, info, mapping, careful)
    batch.run(read)
    made = _made(gate, info, finder, read, batch.done)
    return [*(Outcome(m.row, Result.made, m.entity, m.record, 1) for m in made), *batch.done]


def _records(gate: Gate, info: EntityInfo, mapping: ImportMapping, ids: Sequence[int]) -> dict[int, Values]:
    """How these records stand, in the fields that the mapping sets. One statement, and one more for each many-field."""
    names = [name for name in ("version", *mapping.sources) if name in info.fields]
    source = gate.source(info.name)
    columns = [source.c[name].label(name) for name in names if not info.fields[name].many]
    statement = select(source.c.id.label("hookline_id"), *columns).where(source.c.id.in_(ids))
    found: dict[int, dict[str, Any]] = (
        {row["hookline_id"]: dict(row) for row in gate.run(statement).mappings()} if ids else {}
    )
    if any(info.fields[name].many for name in names):
        for id, links in gate.linked(info, list(found)).items():
            found[id] |= {name: value for name, value in links.items() if name in names}
    return {**found}


def _made(
    gate: Gate, info: EntityInfo, finder: Finder, rows: Sequence[Row], done: Sequence[Outcome]
) -> list[Made]:
    """The records that had to be made, but for those that only refused rows wanted: they are taken away again."""
    if not finder.made:
        return []
    rejected = {outcome.row for outcome in done if outcome.result == Result.rejected}
    wanted = {target for row in rows if row.number not in rejected for target in pointed_at(info, row.values)}
    # A later row of the batch may be about a record that was made for a refused one.
    wanted |= {(outcome.entity, outcome.record) for outcome in done if outcome.record is not None}
    kept = [made for made in finder.made if (made.entity, made.record) in wanted]
    for entity in {made.entity for made in finder.made}:
        idle = [made.record for made in finder.made if made.entity == entity and made not in kept]
        if idle:
            gate.erase_many(entity, idle)
    return kept
