"""From what stands in a cell to the record that is meant: looked up for many rows at once, made where that was asked for."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from hookline.crm.imports.mappings import Source
from hookline.crm.imports.writes import create_rows
from hookline.crm.pipelines import pipelines
from hookline.errors import Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS, BadValue, Reader
from hookline.kernel.kinds.keys import RecordKey
from hookline.kernel.schema import EntityInfo
from hookline.kernel.stored import sort_key

# Kinds whose values are the same in any case.
_TEXTS: Final = ("text", "long_text", "email")
KEY_KINDS: Final = ("text", "email", "phone", "url", "integer", "date", "decimal", "money")


@dataclass(frozen=True)
class Waiting:
    """The record that is meant may still come later in the same file."""


@dataclass(frozen=True)
class Made:
    """A record that was made because a row names it."""

    row: int
    entity: str
    record: int


Found = int | Text | Waiting
WAITING: Final = Waiting()


@dataclass(frozen=True)
class Coming:
    """The rows still to come, among which there may be a record that is not found.

    `texts` are what they have in the fields by which records are found; None where they have not been read yet.
    """

    entity: str
    texts: Mapping[str, Collection[Any]] | None = None

    def may_bring(self, target: EntityInfo, by: Field, text: str) -> bool:
        """Whether one of them may be the record with this text."""
        if target.name != self.entity:
            return False
        return self.texts is None or folded(by, text) in self.texts.get(by.name, ())


@dataclass
class Finder:
    """Finds what the cells of one batch of rows mean. `made` are the records it had to make."""

    gate: Gate
    reader: Reader
    careful: bool
    coming: Coming
    made: list[Made] = field(default_factory=list)

    def find(self, spec: Field, source: Source, wanted: Mapping[str, int]) -> dict[str, Found]:
        """What each of these texts means. `wanted` maps a text to the number of the first row that has it."""
        target = self.gate.schema[spec.target or source.entity or ""]
        search = _Search(self.gate, target, target.fields[source.find or "id"], self.reader, self.careful)
        values = search.values(wanted)
        awaited, missing = self._parted(search, search.look_up(values))
        search.found.update(dict.fromkeys(awaited, WAITING))
        if source.create and missing:
            made = search.make({text: values[text] for text in missing}, source.make)
            self.made += [Made(wanted[text], target.name, id) for text, id in made.items()]
        else:
            search.found.update({text: nothing_found(target, text) for text in missing})
        return search.found

    def _parted(self, search: "_Search", texts: Sequence[str]) -> tuple[list[str], list[str]]:
        """Those that may still come, and those that will not."""
        awaited = [text for text in texts if self.coming.may_bring(search.target, search.by, text)]
        return awaited, [text for text in texts if text not in awaited]


@dataclass
class _Search:
    """One look for the records of one entity that have certain values in one field."""

    gate: Gate
    target: EntityInfo
    by: Field
    reader: Reader
    careful: bool
    found: dict[str, Found] = field(default_factory=dict)

    def values(self, texts: Iterable[str]) -> dict[str, Any]:
        """The texts that can be read, as values."""
        values: dict[str, Any] = {}
        for text in texts:
            try:
                values[text] = KINDS[self.by.kind].parse(text, self.by, self.reader)
            except BadValue as bad:
                self.found[text] = bad.text
        return values

    def look_up(self, values: Mapping[str, Any]) -> list[str]:
        """Find these; the texts for which there is nothing are returned."""
        known = lookup(self.gate, self.target, self.by, values.values())
        matches = {text: pick(known, self.by, value) for text, value in values.items()}
        self.found.update({text: match for text, match in matches.items() if match is not None})
        return [text for text, match in matches.items() if match is None]

    def make(self, missing: Mapping[str, Any], more: Mapping[str, str]) -> dict[str, int]:
        """One new record for all texts that are the same but for their case. Returns the ids, by the first of the texts."""
        groups: dict[Any, list[str]] = {}
        for text, value in missing.items():
            groups.setdefault(folded(self.by, value), []).append(text)
        fixed = {name: self._fixed(self.target.fields[name], raw) for name, raw in more.items()}
        rows = [{**fixed, self.by.name: missing[texts[0]]} for texts in groups.values()]
        made = {}
        done = create_rows(self.gate, self.target.name, rows, careful=self.careful)
        for texts, result in zip(groups.values(), done, strict=True):
            if isinstance(result, int):
                self.found.update(dict.fromkeys(texts, result))
                made[texts[0]] = result
            else:
                self.found.update(dict.fromkeys(texts, _why_not(self.target, texts[0], result)))
        return made

    def _fixed(self, spec: Field, raw: str) -> Any:
        return KINDS[spec.kind].parse(raw, spec, self.reader)


def folded(spec: Field, value: Any) -> Any:
    """What two values have in common that a person takes for the same."""
    return (
        " ".join(value.split()).casefold().replace("ё", "е")
        if spec.kind in _TEXTS and isinstance(value, str)
        else value
    )


def lookup(
    gate: Gate, info: EntityInfo, by: Field, values: Iterable[Any]
) -> dict[Any, list[tuple[int, Any]]]:
    """The records that have one of these values in a field: (id, value) by the folded value. One statement."""
    asked = set(values)
    if not asked:
        return {}
    titled = by is info.title
    source = gate.narrow(info, house=("sort_key",)).subquery(info.name)
    condition = (
        source.c.sort_key.in_(sorted({sort_key(v) for v in asked}))
        if titled
        else source.c[by.name].in_(list(asked))
    )
    found: dict[Any, list[tuple[int, Any]]] = {}
    for id, value in gate.run(select(source.c.id, source.c[by.name]).where(condition).order_by(source.c.id)):
        found.setdefault(folded(by, value), []).append((int(id), value))
    return found


def pick(known: Mapping[Any, Sequence[tuple[int, Any]]], by: Field, value: Any) -> int | Text | None:
    """The one record with this value, written exactly so if there are several; None when there is none."""
    matches = known.get(folded(by, value), ())
    exact = [id for id, written in matches if written == value]
    ids = exact or [id for id, _ in matches]
    if len(ids) > 1:
        return Text(
            "%(count)s records have “%(value)s” here; it is not clear which is meant.",
            count=len(ids),
            value=value,
        )
    return ids[0] if ids else None


def pointed_at(info: EntityInfo, values: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The records that these values point at: (entity, id)."""
    for name, value in values.items():
        spec = info.fields[name]
        if value is None:
            continue
        if spec.kind == "record":
            yield RecordKey.of(value)
        elif spec.target is not None:
            for id in value if spec.many else (value,):
                yield spec.target, id


def find_stage(gate: Gate, pipeline: int | None, entity: str, text: str) -> int | Text:
    """A stage by its name in a pipeline; without one in the first that is offered."""
    known = pipelines(gate)
    line = known.by_id.get(pipeline) if pipeline else next(iter(known.of(entity)), None)
    wanted = " ".join(text.split()).casefold()
    for stage in line.stages if line else ():
        if stage.name.casefold() == wanted:
            return stage.id
    return Text(
        "The pipeline %(pipeline)s has no stage “%(value)s”.", pipeline=line.name if line else "–", value=text
    )


def nothing_found(target: EntityInfo, text: str) -> Text:
    """What is said when a name leads nowhere."""
    return Text("No record under %(what)s has “%(value)s”.", what=target.cls.plural, value=text)


def _why_not(target: EntityInfo, text: str, problems: Sequence[Problem]) -> Text:
    message = "“%(value)s” could not be made under %(what)s: %(reason)s"
    return Text(message, value=text, what=target.cls.plural, reason=problems[0].text)
