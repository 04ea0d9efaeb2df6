"""The form in which a mapping is made: a line for each column of the file, and what it becomes."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from hookline.crm.imports.mappings import ImportMapping, Source
from hookline.crm.imports.references import KEY_KINDS
from hookline.crm.imports.runs import Run
from hookline.crm.sheets.reading import open_sheet
from hookline.errors import Text
from hookline.kernel.fields import Field
from hookline.kernel.kinds.detection import suggest_kind
from hookline.kernel.schema import EntityInfo

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_SAMPLES: Final = 200
_SHOWN: Final = 3
_MODES: Final = (
    ("create", Text("only create new ones")),
    ("update", Text("only update those that are there")),
    ("both", Text("update those that are there, create the others")),
)
_ENCODINGS: Final = (
    ("utf-8", "UTF-8"),
    ("utf-16", "UTF-16"),
    ("cp1251", "Windows-1251"),
    ("koi8-r", "KOI8-R"),
    ("cp866", "CP866 (DOS)"),
    ("mac-cyrillic", "Mac Cyrillic"),
    ("cp1252", "Windows-1252"),
    ("latin-1", "ISO 8859-1"),
    ("mac-roman", "Mac Roman"),
)
_DELIMITERS: Final = (
    (",", Text("Comma ,")),
    (";", Text("Semicolon ;")),
    ("\t", Text("Tab")),
    ("|", Text("Bar |")),
)
_DECIMALS: Final = ((".", Text("Point: 1,200.50")), (",", Text("Comma: 1 200,50")))
_NUMBERED: Final = ("decimal", "money", "percent", "integer")
_DATES: Final = {
    "day-month-year": Text("day, month, year"),
    "month-day-year": Text("month, day, year"),
    "year-month-day": Text("year, month, day"),
}


def mapping_context(visit: "Visit", run: Run, mapping: ImportMapping) -> dict[str, Any]:
    """What the form shows of this mapping of a draft."""
    info = visit.gate.schema[run.entity]
    by_column, others = _by_column(mapping)
    rows = open_sheet(run.path, **run.opening).sample(_SAMPLES)
    return {
        "columns": [
            _column(visit, place, name, [row.cells[place] for row in rows], by_column.get(name))
            for place, name in enumerate(run.columns)
        ],
        "targets": _targets(visit, info),
        "others": [
            {"field": name, "label": visit.say(info.fields[name].label), "value": _told(source)}
            for name, source in others
            if name in info.fields
        ],
        "modes": [(value, visit.say(label)) for value, label in _MODES],
        "mode": mapping.mode,
        "keys": [(f.name, visit.say(f.label)) for f in visit.gate.importable(info) if f.kind in KEY_KINDS],
        "key": mapping.key or "",
        "clears": mapping.empty == "clear",
        "orders": [(order, visit.say(label)) for order, label in _DATES.items()],
        "decimals": [(sign, visit.say(label)) for sign, label in _DECIMALS],
        "pipelines": [plan.name for plan in mapping.pipelines],
    }  # fmt: skip


def opening_context(visit: "Visit", run: Run | None) -> dict[str, Any]:
    """How a file is opened, to be corrected. Without a run: of one that is still to come."""
    how = run.opening if run else {}
    sheets = open_sheet(run.path, **run.opening).sheets if run else ()
    encoding, delimiter = how.get("encoding", ""), how.get("delimiter", "")
    encodings = dict(_ENCODINGS)
    found = encoding.removesuffix("-sig")
    delimiters = {sign: visit.say(label) for sign, label in _DELIMITERS}
    told = (delimiters.get(delimiter, delimiter), encodings.get(found, found))
    return {
        "told": ", ".join(part for part in ((how.get("sheet", ""),) if sheets else told) if part),
        "sheets": [(name, name) for name in sheets],
        "sheet": how.get("sheet", ""),
        "encodings": [*_ENCODINGS, *([(found, found)] if found and found not in encodings else [])],
        "encoding": found,
        "delimiters": [*delimiters.items(), *([(delimiter, delimiter)] if delimiter and delimiter not in delimiters else [])],
        "delimiter": delimiter,
    }  # fmt: skip


def sent_opening(visit: "Visit") -> dict[str, str]:
    """How the file shall be opened, as far as that was said."""
    sent = {"encoding": visit.value("encoding").strip(), "sheet": visit.value("sheet").strip(), "delimiter": visit.value("delimiter")}  # fmt: skip
    return {name: value for name, value in sent.items() if value}


def sent_mapping(visit: "Visit", run: Run) -> ImportMapping:
    """The mapping that was sent. What the form cannot show of the draft's own is kept, unless it was ticked off."""
    by_column, others = _by_column(run.mapping)
    dropped = set(visit.values("drop"))
    fields: dict[str, Source | str] = {name: source for name, source in others if name not in dropped}
    for place, column in enumerate(run.columns):
        name, source = _sent_source(visit, place, by_column.get(column, ("", Source(column=column))))
        if name:
            fields[name] = source
    fixed = visit.value("fixed_field").partition("|")
    if fixed[0] and visit.value("fixed_value").strip():
        fields[fixed[0]] = Source(value=visit.value("fixed_value").strip(), find=fixed[2] or None)
    mode = visit.value("mode") if visit.value("mode") in ("create", "update", "both") else "create"
    return msgspec.structs.replace(
        run.mapping, fields=fields, mode=mode, key=visit.value("key") or None, empty="clear" if visit.value("clears") else "keep"
    )  # fmt: skip


def _by_column(mapping: ImportMapping) -> tuple[dict[str, tuple[str, Source]], list[tuple[str, Source]]]:
    """The field that each column fills, and the fields that are filled in another way, or from a column a second time."""
    found: dict[str, tuple[str, Source]] = {}
    others = []
    for name, source in mapping.sources.items():
        if source.column is not None and source.column not in found:
            found[source.column] = (name, source)
        else:
            others.append((name, source))
    return found, others


def _column(
    visit: "Visit", place: int, name: str, cells: Sequence[Any], mapped: tuple[str, Source] | None
) -> Mapping[str, Any]:
    texts = [str(cell) for cell in cells if cell not in (None, "")]
    detected = suggest_kind(texts, language=visit.language)
    field, source = mapped or ("", Source())
    return {
        "place": place,
        "name": name,
        "samples": [text[:60] for text in dict.fromkeys(texts)][:_SHOWN],
        "evidence": visit.say(detected.evidence) if detected.evidence else "",
        "sure": detected.sure,
        "target": f"{field}|{source.find}" if source.find else field,
        "create": source.create,
        "pairs": "\n".join(f"{old} = {new}" for old, new in source.values.items()),
        "dates": source.dates or "",
        "dated": detected.kind in ("date", "datetime"),
        "decimal": source.decimal or "",
        "numbered": detected.kind in _NUMBERED,
        "default": source.default or "",
    }


def _sent_source(visit: "Visit", place: int, drawn: tuple[str, Source]) -> tuple[str, Source]:
    """What was sent for a column; what the form does not show of its source stays."""
    name, _, find = visit.value(f"field-{place}").partition("|")
    pairs = [line.partition("=") for line in visit.value(f"values-{place}").splitlines() if "=" in line]
    before, sign = visit.value(f"dates-{place}"), visit.value(f"decimal-{place}")
    return name, msgspec.structs.replace(
        drawn[1] if drawn[0] == name else Source(column=drawn[1].column),
        find=find or None,
        create=bool(find) and bool(visit.value(f"create-{place}")),
        values={old.strip(): new.strip() for old, _, new in pairs},
        dates=before if before in _DATES else None,
        decimal=sign if sign in (".", ",") else None,
        default=visit.value(f"default-{place}").strip() or None,
    )


def _targets(visit: "Visit", info: EntityInfo) -> list[tuple[str, str]]:
    """What a column can become: a field, or for a reference a field and what the other record is found by."""
    return [
        choice
        for field in visit.gate.importable(info)
        if not field.hidden
        for choice in _choices(visit, field)
    ]


def _choices(visit: "Visit", field: Field) -> list[tuple[str, str]]:
    label = visit.say(field.label)
    target = visit.gate.schema.entities.get(field.target or "")
    if target is None:
        return [] if field.kind == "record" else [(field.name, label)]
    found = [
        f
        for f in visit.gate.readable(target)
        if f.kind in KEY_KINDS and (f is target.title or f.unique or f.index or f.search)
    ]
    ways = [(f"{field.name}|{f.name}", f"{label}: {visit.say(f.label)}") for f in found]
    return [*ways, (field.name, f"{label}: {visit.say('Number')}")]


def _told(source: Source) -> str:
    return source.text or source.value or source.column or ""
