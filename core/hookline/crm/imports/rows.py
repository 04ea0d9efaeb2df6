"""From the cells of a row to a record's values: translated, put together, read in the format of their column."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from hookline.crm.imports.columns import Cells, SourceRow, composed, with_format
from hookline.crm.imports.mappings import ImportMapping, Source
from hookline.crm.imports.references import Coming, Finder, Found, Waiting, find_stage, folded
from hookline.crm.sheets.rows import too_wide
from hookline.crm.sheets.workbook_forms import Broken, Padded, Share
from hookline.errors import Problem, Text
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import KINDS, BadValue, Kind, Reader
from hookline.kernel.schema import EntityInfo
from hookline.kernel.search import foresee

_NUMBERS: Final = ("integer", "decimal", "money")


@dataclass
class Row:
    """A row as it was understood. With problems it is refused; `waiting`, it names a record that may still come."""

    number: int
    cells: Cells
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    waiting: bool = False


@dataclass(frozen=True)
class _Part:
    """How one field is read."""

    spec: Field
    source: Source
    kind: Kind
    reader: Reader
    places: Mapping[str, int]
    place: int

    @property
    def finds(self) -> bool:
        """Whether the value is that of another record, looked up."""
        return (self.spec.target is not None or self.spec.kind == "record") and (self.source.find is not None)


class RowReader:
    """Reads the rows of one file by one mapping."""

    def __init__(
        self, info: EntityInfo, mapping: ImportMapping, columns: Sequence[str], reader: Reader
    ) -> None:
        self.reader = reader
        self._begun: tuple[Sequence[SourceRow], list[Row]] | None = None
        self._info, self._mapping, self._width = info, mapping, len(columns)
        places = {name: place for place, name in reversed(list(enumerate(columns)))}
        self._parts = [
            _part(info.fields[name], source, places, reader) for name, source in mapping.sources.items()
        ]

    def begin(self, rows: Sequence[SourceRow]) -> None:
        """Do already what hangs on nothing but the cells, for the `read` of these rows that comes next."""
        found = self._plain(rows)
        foresee(self._info, (row.values for row in found))
        self._begun = rows, found

    def read(self, gate: Gate, rows: Sequence[SourceRow], finder: Finder) -> list[Row]:
        """These rows, with what their cells mean now. Nothing is made for a row that cannot be read anyway."""
        begun, self._begun = self._begun, None
        found = begun[1] if begun is not None and begun[0] is rows else self._plain(rows)
        fit = [row for row in found if not row.problems]
        for part in (p for p in self._parts if p.finds and p.spec.kind != "stage"):
            self._read_references(part, fit, finder)
        for part in (p for p in self._parts if p.finds and p.spec.kind == "stage"):
            self._read_stages(gate, part, fit)
        return found

    def coming(self, rows: Sequence[SourceRow]) -> Coming:
        """What these rows have in the fields by which other rows of the file find them."""
        finds = {p.source.find for p in self._parts if self._info.name in (p.spec.target, p.source.entity)}
        named = [part for part in self._parts if part.spec.name in finds]
        texts = {p.spec.name: {folded(p.spec, _text(_raw(p, cells))) for _, cells in rows} for p in named}
        return Coming(self._info.name, texts)

    def _plain(self, rows: Sequence[SourceRow]) -> list[Row]:
        found = [self._row(number, cells) for number, cells in rows]
        for part in (p for p in self._parts if not p.finds):
            self._read_plain(part, found)
        return found

    def _row(self, number: int, cells: Cells) -> Row:
        wide = len(cells) > self._width
        return Row(number, cells, problems=[Problem("", too_wide(len(cells), self._width))] if wide else [])

    def _read_plain(self, part: _Part, rows: Sequence[Row]) -> None:
        # Towns and titles come again and again.
        known: dict[str, Any] = {}
        for row in rows:
            raw = _raw(part, row.cells)
            if type(raw) is str and raw in known:
                self._put(row, part.spec, known[raw])
                continue
            try:
                value = _read(part, raw)
            except BadValue as bad:
                row.problems.append(Problem(part.spec.name, bad.text))
                continue
            if type(raw) is str:
                known[raw] = value
            self._put(row, part.spec, value)

    def _read_references(self, part: _Part, rows: Sequence[Row], finder: Finder) -> None:
        texts = [_texts(part, row.cells) for row in rows]
        wanted: dict[str, int] = {}
        for row, words in zip(rows, texts, strict=True):
            for word in words:
                wanted.setdefault(word, row.number)
        known = finder.find(part.spec, part.source, wanted) if wanted else {}
        for row, words in zip(rows, texts, strict=True):
            self._put_references(part, row, [known[word] for word in words])

    def _put_references(self, part: _Part, row: Row, found: Sequence[Found]) -> None:
        spec = part.spec
        row.problems += [Problem(spec.name, match) for match in found if isinstance(match, Text)]
        row.waiting = row.waiting or any(isinstance(match, Waiting) for match in found)
        ids = tuple(dict.fromkeys(match for match in found if isinstance(match, int)))
        if spec.many:
            self._put(row, spec, ids or None)
        elif spec.kind == "record":
            self._put(row, spec, f"{part.source.entity}:{ids[0]}" if ids else None)
        else:
            self._put(row, spec, ids[0] if ids else None)

    def _read_stages(self, gate: Gate, part: _Part, rows: Sequence[Row]) -> None:
        known: dict[tuple[int | None, str], int | Text] = {}
        for row in rows:
            words, line = _texts(part, row.cells), row.values.get("pipeline")
            if words:
                key = (line, words[0])
                if key not in known:
                    known[key] = find_stage(gate, line, self._info.name, words[0])
                found = known[key]
                if isinstance(found, Text):
                    row.problems.append(Problem(part.spec.name, found))
                else:
                    row.values[part.spec.name] = found

    def _put(self, row: Row, spec: Field, value: Any) -> None:
        if value is not None:
            row.values[spec.name] = value
        elif self._mapping.empty == "clear":
            row.values[spec.name] = () if spec.many else None


def _part(spec: Field, source: Source, places: Mapping[str, int], reader: Reader) -> _Part:
    mine = {c: places[c] for c in source.columns}
    return _Part(
        spec, source, KINDS[spec.kind], with_format(reader, source), mine, next(iter(mine.values()), -1)
    )


def _read(part: _Part, raw: Any) -> Any:
    value = None if raw is None else part.kind.parse(_meant(raw, part.spec), part.spec, part.reader)
    if part.source.times is not None and isinstance(value, int | Decimal):
        return _multiplied(value, part.source.times, part.spec)
    return value


def _raw(part: _Part, cells: Cells) -> Any:
    """The cell, or the text made of several: translated, or the default when there is nothing."""
    source = part.source
    if source.value is not None:
        return source.value
    if source.text is not None:
        raw: Any = composed(
            source.text, {name: _text(_cell(source, cells, place)) for name, place in part.places.items()}
        )
    else:
        raw = _cell(source, cells, part.place)
    return source.default if raw is None or raw == "" else raw


def _meant(raw: Any, spec: Field) -> Any:
    """A cell of a workbook as its field takes it: 25 % is 25 of a hundred, 0.25 of one; a text is what is shown."""
    if type(raw) is str:
        return raw
    if isinstance(raw, Share):
        return (
            raw if spec.kind in _NUMBERS else (Decimal(str(raw)[:-1]) if spec.kind == "percent" else str(raw))
        )
    if isinstance(raw, Broken):
        raise BadValue(Text("The formula in this cell has no value."))
    return raw if not isinstance(raw, Padded) or spec.kind in _NUMBERS else str(raw)


def _cell(source: Source, cells: Cells, place: int) -> Any:
    raw = cells[place] if place < len(cells) else None
    return source.values.get(_text(raw).strip(), raw) if source.values else raw


def _texts(part: _Part, cells: Cells) -> tuple[str, ...]:
    """The names in a cell: one, or for a field of many references as many as are parted by semicolons."""
    text = " ".join(_text(_raw(part, cells)).split())
    if not part.spec.many:
        return (text,) if text else ()
    return tuple(_parted(text))


def _parted(text: str) -> Iterator[str]:
    for word in text.split(";"):
        if word.strip():
            yield word.strip()


def _text(raw: Any) -> str:
    if raw is None:
        return ""
    if isinstance(raw, float) and raw.is_integer() and not isinstance(raw, Share):
        return str(int(raw))
    return raw if isinstance(raw, str) else str(raw)


def _multiplied(value: int | Decimal, times: Decimal, spec: Field) -> int | Decimal:
    """A number in the field's own unit. A factor with a fraction gives endless digits: the nearest that the field keeps counts."""
    if times == times.to_integral_value():
        return value * int(times)
    return (value * times).quantize(Decimal(1).scaleb(-spec.places), ROUND_HALF_EVEN)
