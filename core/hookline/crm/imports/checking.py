"""Whether a mapping can be used: its fields are there for this actor, its columns in the file, its references findable."""

from collections.abc import Iterator, Sequence

from hookline.crm.imports.mappings import ImportMapping, Source
from hookline.crm.imports.pipelines import missing_pipelines
from hookline.crm.imports.references import KEY_KINDS
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.actor import Action, FieldRight
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.schema import EntityInfo


def refuse_unusable(gate: Gate, mapping: ImportMapping, columns: Sequence[str]) -> None:
    """Raises Forbidden without the right to import these records, Invalid with everything that is wrong with the mapping."""
    info = gate.schema[mapping.entity]
    gate.must(info.name, Action.import_)
    if mapping.mode != "update":
        gate.must(info.name, Action.create)
    if mapping.mode != "create":
        gate.must(info.name, Action.edit)
    problems = [
        *_key(gate, info, mapping),
        *_fields(gate, info, mapping, columns),
        *_pipelines(gate, mapping),
    ]
    if problems:
        raise Invalid(problems)


def _key(gate: Gate, info: EntityInfo, mapping: ImportMapping) -> Iterator[Problem]:
    if mapping.key is None:
        if mapping.mode != "create":
            yield Problem("key", Text("Say by which field a row finds its record."))
    elif mapping.key not in mapping.fields:
        yield Problem("key", Text("The key %(name)s is not among the mapped fields.", name=mapping.key))
    elif not _can_be_found_by(gate, info, mapping.key):
        yield Problem("key", Text("Records cannot be found by %(name)s.", name=mapping.key))


def _fields(
    gate: Gate, info: EntityInfo, mapping: ImportMapping, columns: Sequence[str]
) -> Iterator[Problem]:
    writable = {f.name for f in gate.importable(info)}
    if not mapping.fields:
        yield Problem("", Text("Choose at least one column to import."))
    for name, source in mapping.sources.items():
        if name not in writable:
            yield Problem(name, Text("There is no field %(name)s that you may fill.", name=name))
        else:
            yield from _source(gate, info.fields[name], source, columns)


def _source(gate: Gate, spec: Field, source: Source, columns: Sequence[str]) -> Iterator[Problem]:
    if sum(s is not None for s in (source.column, source.text, source.value)) != 1:
        yield Problem(spec.name, Text("Give exactly one of column, text and value."))
    for column in source.columns:
        if column not in columns:
            yield Problem(spec.name, Text("The file has no column “%(name)s”.", name=column))
    if source.find is not None:
        yield from _reference(gate, spec, source)
    elif source.create:
        yield Problem(
            spec.name, Text("Say by which field the records are found, so that missing ones can be created.")
        )


def _reference(gate: Gate, spec: Field, source: Source) -> Iterator[Problem]:
    entity, find = spec.target or (source.entity if spec.kind == "record" else None), source.find or ""
    target = gate.schema.entities.get(entity or "")
    if target is None:
        yield Problem(spec.name, Text("This field does not point at records that could be found."))
    elif not _can_be_found_by(gate, target, find):
        yield Problem(
            spec.name, Text("%(what)s cannot be found by %(name)s.", what=target.cls.plural, name=find)
        )
    elif source.create:
        writable = {f.name for f in gate.writable(target)}
        if spec.kind == "stage" or not {find, *source.make} <= writable:
            yield Problem(
                spec.name,
                Text("%(what)s cannot be created from %(name)s alone.", what=target.cls.plural, name=find),
            )
        elif not gate.may(target.name, Action.create):
            yield Problem(spec.name, Text("You may not create %(what)s.", what=target.cls.plural))


def _can_be_found_by(gate: Gate, info: EntityInfo, name: str) -> bool:
    spec = info.fields.get(name)
    return (
        spec is not None and spec.kind in KEY_KINDS and gate.actor.right(info.name, name) > FieldRight.hidden
    )


def _pipelines(gate: Gate, mapping: ImportMapping) -> Iterator[Problem]:
    if not gate.may("pipeline", Action.create):
        for plan in missing_pipelines(gate, mapping.pipelines):
            yield Problem(
                "pipeline",
                Text("There is no pipeline “%(name)s”, and you may not create it.", name=plan.name),
            )
