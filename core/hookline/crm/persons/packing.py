"""A dossier as one ZIP: JSON for programs, a page for people, and the files."""

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile

from markupsafe import Markup

from hookline.crm.audit.trail import note
from hookline.crm.files import clean_name, path_of
from hookline.crm.persons.dossiers import Changed, Dossier, Held
from hookline.errors import Text
from hookline.kernel.gate import Gate

Say = Callable[[Text | str], str]
_STYLE: Final = Markup(
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#18181b}"
    "h2{margin-top:2.5rem;border-top:1px solid #d4d4d8;padding-top:1rem}"
    "table{border-collapse:collapse;width:100%;margin:.5rem 0}"
    "th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #e4e4e7;"
    "white-space:pre-wrap;overflow-wrap:anywhere}th{width:14rem;font-weight:500;color:#52525b}"
    "@media(max-width:40rem){th,td{display:block;width:auto}}"
)


def pack(gate: Gate, dossier: Dossier, store: Path, say: Say = str, language: str = "en") -> bytes:
    """The ZIP. That it was made is noted in the audit log."""
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as archive:
        archive.writestr(
            "data.json", json.dumps(_plain(dossier), ensure_ascii=False, indent=1, default=_as_json)
        )
        archive.writestr("index.html", _page(dossier, say, language))
        for record in dossier.records:
            path = path_of(store, record.file) if record.file else None
            if path is not None and path.is_file():
                archive.write(path, _place(record))
    note(gate, "person.exported", about=dossier.subject.key, records=len(dossier.records))
    return held.getvalue()


def _place(record: Held) -> str:
    return f"files/{record.id}-{clean_name(record.title)}"


def _plain(dossier: Dossier) -> dict[str, Any]:
    found: dict[str, Any] = dataclasses.asdict(dossier)
    for record, held in zip(found["records"], dossier.records, strict=True):
        record["file"] = _place(held) if held.file else None
        record["values"] = {value["name"]: value["value"] for value in record["values"]}
    return found


def _as_json(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _page(dossier: Dossier, say: Say, language: str) -> str:
    title = say(Text("Everything held on %(name)s", name=dossier.subject.title))
    parts = [Markup("<h1>{}</h1><p>{}</p>").format(title, _moment(dossier.made_at))]
    parts += [_record(record, say) for record in dossier.records]
    linked = [(f"{say(what)}: {say(field)}", ", ".join(titles)) for what, field, titles in dossier.linked]
    told = [(f"{say(m.entity)} #{m.id}: {m.title}", m.excerpt) for m in dossier.mentions]
    imports = [
        (f"{row['file_name']}, {row['row']}", f"{row['entity']} #{row['record']}: {row['result']}")
        for row in dossier.imports
    ]
    parts += [
        _section(say("Records that name this person"), linked),
        _section(say("Texts that name this person"), told),
        _section(say("Imports"), imports),
    ]
    for name, rows in dossier.account.items():
        parts.append(_section(say(name), [(str(i), _line(row)) for i, row in enumerate(rows, start=1)]))
    for plugin, values in dossier.plugins.items():
        parts.append(_section(plugin, [(name, _line(value)) for name, value in values.items()]))
    head = Markup(
        '<!doctype html><html lang="{}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{}</title><style>{}</style><body>'
    )
    return str(head.format(language, title, _STYLE) + Markup("").join(parts) + Markup("</body></html>"))


def _record(record: Held, say: Say) -> Markup:
    rows = [(say(value.label), value.text) for value in record.values]
    body = Markup("<h2>{}: {}</h2>").format(say(record.label), record.title) + _table(rows)
    if record.file:
        body += Markup('<p><a href="{0}">{0}</a></p>').format(_place(record))
    if record.history:
        lines = [(f"{_moment(line.at)} {line.who}", _told(line, say)) for line in record.history]
        body += Markup("<details><summary>{}</summary>{}</details>").format(say("History"), _table(lines))
    return body


def _told(line: Changed, say: Say) -> str:
    return "\n".join(
        [
            say(line.action),
            *(f"{say(label)}: {_line(old)} → {_line(new)}" for label, old, new in line.changes),
        ]
    )


def _section(title: str, rows: Sequence[tuple[str, str]]) -> Markup:
    return Markup("<h2>{}</h2>").format(title) + _table(rows) if rows else Markup("")


def _table(rows: Sequence[tuple[str, str]]) -> Markup:
    lines = Markup("").join(Markup("<tr><th scope=row>{}</th><td>{}</td></tr>").format(*row) for row in rows)
    return Markup("<table>{}</table>").format(lines)


def _line(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_line(each)}" for name, each in value.items() if each not in (None, ""))
    if isinstance(value, list | tuple):
        return ", ".join(_line(each) for each in value)
    return "—" if value is None else _moment(value) if isinstance(value, datetime) else str(value)


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
