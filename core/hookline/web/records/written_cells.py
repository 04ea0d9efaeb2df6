"""The commonest cells of a list, written straight from the row: a page has hundreds, and most of a cell's price is describing it.

What comes out is what `rows.draw_cell` draws of the painter's cell; all other kinds go that way.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from hookline.crm.access.actors import hue, initials
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS
from hookline.kernel.lists.listing import LABEL
from hookline.kernel.schema import EntityInfo
from hookline.web.records.cells import NUMBERS, shown_as
from hookline.web.records.rows import NOTHING, opening, safe

if TYPE_CHECKING:
    from hookline.web.visit import Visit

Row = Mapping[str, Any]
Writer = Callable[[Row], str]


def writer(visit: "Visit", info: EntityInfo, spec: Field, area: str, *, opens: bool) -> Writer | None:
    """What writes this field's cells; None for those that are described first. `opens` says that a row leads to its record."""
    if spec.name == info.title.name:
        return _title(info, area) if opens and not info.cls.cover_field else None
    if make := _BY_KIND.get(spec.kind):
        return make(visit, spec, area)
    if spec.kind == "reference":
        return _reference(visit, spec, area)
    return _plain(visit, spec, area) if spec.kind in _PLAIN else None


def _title(info: EntityInfo, area: str) -> Writer:
    name, start = info.title.name, f'{opening("main", area)}<a href="/{safe(info.cls.slug)}/'

    def write(row: Row) -> str:
        id = row["id"]
        return f'{start}{id}">{safe(row.get(name) or f"#{id}")}</a></td>'

    return write


def _plain(visit: "Visit", spec: Field, area: str) -> Writer:
    name, start, kind, reader = spec.name, opening(shown_as(spec), area), KINDS[spec.kind], visit.reader
    if spec.kind == "text":
        return lambda row: f"{start}{safe(row[name])}</td>" if row[name] else NOTHING
    return lambda row: (
        f"{start}{safe(text)}</td>" if (text := kind.show(row[name], spec, reader)) else NOTHING
    )


def _email(_visit: "Visit", spec: Field, area: str) -> Writer:
    name, start = spec.name, opening("email", area)

    def write(row: Row) -> str:
        if row[name] is None:
            return NOTHING
        text = safe(row[name])
        return f'{start}<a href="mailto:{text}">{text}</a></td>' if text else f"{start}</td>"

    return write


def _phone(visit: "Visit", spec: Field, area: str) -> Writer:
    name, start, kind, reader = spec.name, opening("phone", area), KINDS["phone"], visit.reader

    def write(row: Row) -> str:
        text = kind.show(row[name], spec, reader)
        return f'{start}<a href="tel:{safe(row[name])}">{safe(text)}</a></td>' if text else NOTHING

    return write


def _person(visit: "Visit", spec: Field, area: str) -> Writer:
    people, name, start = visit.directory.people, spec.name, opening("person", area)

    # A page shows few people many times.
    @cache
    def written(id: int | None) -> str:
        person = people.get(id) if id is not None else None
        if person is None:
            return NOTHING
        face = f'<span class="face hue-{person.hue}" aria-hidden="true">{safe(person.initials)}</span>'
        text = safe(person.name)
        return (
            f'{start}<span class="with-face" title="{text}">{face}<span class="cut">{text}</span></span></td>'
        )

    return lambda row: written(row[name])


def _reference(visit: "Visit", spec: Field, area: str) -> Writer | None:
    target = visit.gate.schema[spec.target or ""]
    if spec.many or spec.target == "pipeline" or visit.is_short_list(spec.target or ""):
        return None
    name, label, start = spec.name, spec.name + LABEL, opening("ref", area)
    slug = safe(target.cls.slug)

    def write(row: Row) -> str:
        id, text = row[name], row.get(label)
        if id is None or text is None:
            return NOTHING
        face = f'<span class="face square hue-{hue(id)}" aria-hidden="true">{safe(initials(text))}</span>'
        return f'{start}<span class="with-face">{face}<a class="cut" href="/{slug}/{id}">{safe(text)}</a></span></td>'

    return write


_PLAIN: Final = frozenset({"text", "date", *NUMBERS})
_BY_KIND: Final[Mapping[str, Callable[["Visit", Field, str], Writer]]] = {
    "email": _email,
    "phone": _phone,
    "user": _person,
}
