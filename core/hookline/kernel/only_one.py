"""`only_one`: at most one record at a time may say something, and the database itself holds it, however fast two people are."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import Index, Table, and_, select
from sqlalchemy.exc import IntegrityError

from hookline.errors import Problem, Text
from hookline.kernel.entity import Base, Record
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.rules import BeforeSave

_INFO: Final = "only_one"


def only_one(
    entity: type[Record],
    *fields: str,
    where: Mapping[str, Sequence[str]] | None = None,
    text: Text,
    asks: bool = True,
) -> None:
    """Of the records that agree in these fields, let only one be as `where` says: field by field, the values that count.

    `text` is said beside the first field to whoever comes second. Records in the trash do not count, nor do empty fields.

        only_one(Hold, "unit", where={"state": ("active", "sold")}, text=Text("This unit is held or sold already."))

    Behind it stands a unique index with that condition, which the next revision of the plugin makes. Of records that come by
    the thousand let the index alone say it, with `asks=False`: else each costs a question beforehand.
    """
    table = cast(Table, entity.__table__)
    counted = {name: tuple(map(str, values)) for name, values in (where or {}).items()}
    condition = and_(
        *(table.c[name].in_(values) for name, values in counted.items()), table.c.trashed_at.is_(None)
    )
    name = f"uq_{table.name}_{'_'.join((*fields, *counted))}"
    columns = [table.c[field] for field in fields]
    Index(name, *columns, unique=True, sqlite_where=condition, postgresql_where=condition)
    # SQLite names the columns where PostgreSQL names the index.
    spelled = ", ".join(f"{table.name}.{field}" for field in fields)
    table.info.setdefault(_INFO, []).append((f'"{name}"', f": {spelled}", Problem(fields[0], text)))

    def refuse_second(event: BeforeSave[Any]) -> None:
        new = {name: event.values.get(name, getattr(event.record, name)) for name in (*fields, *counted)}
        if not all(new[name] in values for name, values in counted.items()):
            return
        if any(new[field] is None for field in fields):
            return
        same = [getattr(entity, field) == new[field] for field in fields]
        same += [getattr(entity, name).in_(values) for name, values in counted.items()]
        rivals = select(entity.id).where(*same).limit(2)
        if any(id != event.record.id for (id,) in event.gate.rows(rivals)):
            event.reject(text, fields[0])

    if not asks:
        return
    # What others still fill in counts, so it is asked after them.
    judge = Contribution(
        entity.plugin.name, "before_save", table.name, "only_one", "only_one", refuse_second, {"last": True}
    )
    entity.plugin.contributions.append(judge)


def problem_of(error: IntegrityError) -> Problem | None:
    """What to say when the database has refused a second one; None when it refused something else."""
    said = str(error.orig)
    found = (problem for index, columns, problem in _promises() if index in said or said.endswith(columns))
    return next(found, None)


def _promises() -> Iterator[tuple[str, str, Problem]]:
    for table in Base.metadata.tables.values():
        yield from table.info.get(_INFO, ())
