"""The rows of a list as HTML. A page has hundreds of cells, and a template takes ten times as long for them.

It is the only markup written in Python. Everything that comes from a record goes through `safe`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from hookline.web.records.cells import Cell

if TYPE_CHECKING:
    from hookline.web.visit import Visit

_SPECIAL: Final = re.compile("[&<>'\"]")
NOTHING: Final = '<td role="cell"></td>'


@dataclass(frozen=True)
class Line:
    """A row of the list. Without an address it cannot be opened: it lies in the trash. Its cells are drawn: see `draw_cell`."""

    id: int
    title: str
    url: str
    menu_url: str
    edits: bool
    cells: Sequence[str]
    # The actions on many records that are not for this one as it stands: their keys, as words.
    closed: str = ""


@dataclass(frozen=True)
class Words:
    """What the rows say besides their values, in the language of the page, and where the icons are."""

    sprite: str
    more: str
    select: str
    nothing: str
    yes: str


def draw_rows(rows: Sequence[Line], ticks: bool, words: Words) -> Markup:
    """The rows; `ticks` puts a box before each."""
    return Markup("\n".join(_row(row, ticks, words) for row in rows))  # noqa: S704  # every value in it was escaped below


def row_words(visit: "Visit") -> Words:
    """What rows say, in this person's language."""
    say, sprite = visit.say, visit.site.assets.url("vendor/icons.svg")
    return draw_words(sprite, say("More"), say("Select"), say("Nothing planned"), say("Yes"))


def draw_words(sprite: str, more: str, select: str, nothing: str, yes: str) -> Words:
    """The words, made safe to stand between tags."""
    return Words(safe(sprite), *(safe(text) for text in (more, select, nothing, yes)))


def draw_cell(cell: Cell, area: str, url: str, words: Words) -> str:
    """A cell that stands in this place on a phone, in a row that leads to this address."""
    if cell.text is None and cell.kind != "activity":
        return NOTHING
    start = opening(cell.kind, area, old=cell.old, at=cell.at)
    draw = _BY_KIND.get(cell.kind)
    if draw is not None:
        return f"{start}{draw(cell, url, words)}</td>"
    if cell.tone:
        return f"{start}{_toned(cell)}</td>"
    if cell.url:
        return f'{start}<a href="{safe(cell.url)}">{safe(cell.text)}</a></td>'
    return f"{start}{safe(cell.text)}</td>"


def opening(kind: str, area: str, *, old: bool = False, at: datetime | None = None) -> str:
    """How a cell begins."""
    place = f" a-{area}" if area != "none" else ""
    moment = f' data-at="{at.isoformat()}"' if at is not None else ""
    return f'<td role="cell" class="k-{kind}{place}{" old" if old else ""}"{moment}>'


def safe(text: str | None) -> str:
    """A text as it stands between tags and in attributes."""
    return text if text is not None and _SPECIAL.search(text) is None else str(escape(text))


def _row(row: Line, ticks: bool, words: Words) -> str:
    title = safe(row.title)
    closed = f' data-closed="{safe(row.closed)}"' if row.closed else ""
    box = (
        f'<td class="c-check" role="cell"><label><input type="checkbox" class="check" name="id" value="{row.id}"{closed}'
        f' aria-label="{words.select}: {title}"></label></td>' if ticks else ""
    )  # fmt: skip
    return (
        f'<tr role="row"{" data-edit" if row.edits else ""}>{box}{"".join(row.cells)}'
        '<td class="c-more" role="cell"><a class="btn" data-variant="ghost" data-size="icon-sm" data-menu'
        f' href="{safe(row.menu_url)}" aria-label="{words.more}: {title}"></a></td></tr>'
    )


def _main(cell: Cell, url: str, _words: Words) -> str:
    name = f'<a href="{safe(url)}">{safe(cell.text)}</a>' if url else safe(cell.text)
    if not cell.picture:
        return name
    picture = f'<img class="cover" src="{safe(cell.picture)}" alt="" loading="lazy" decoding="async">'
    return f'<span class="with-cover">{picture}{name}</span>'


def _reference(cell: Cell, _url: str, _words: Words) -> str:
    face = f'<span class="face square hue-{cell.hue}" aria-hidden="true">{safe(cell.initials)}</span>'
    text = safe(cell.text)
    name = (
        f'<a class="cut" href="{safe(cell.url)}">{text}</a>'
        if cell.url
        else f'<span class="cut">{text}</span>'
    )
    return f'<span class="with-face">{face}{name}</span>'


def _person(cell: Cell, _url: str, _words: Words) -> str:
    text = safe(cell.text)
    face = f'<span class="face hue-{cell.hue}" aria-hidden="true">{safe(cell.initials)}</span>'
    return f'<span class="with-face" title="{text}">{face}<span class="cut">{text}</span></span>'


def _toned(cell: Cell) -> str:
    return f'<span class="stage tone-{cell.tone}"><span>{safe(cell.text)}</span></span>'


def _activity(cell: Cell, _url: str, words: Words) -> str:
    if not cell.text:
        return f'<span class="act none">{_icon(words, "calendar-plus")}<span class="cut">{words.nothing}</span></span>'
    verb, when = safe(cell.verb), safe(cell.text)
    said = (f'<span class="cut">{verb}</span>' if verb else "") + f'<span class="when">{when}</span>'
    return f'<span class="act {cell.urgency}">{_icon(words, cell.icon)}{said}</span>'


def _tags(cell: Cell, _url: str, _words: Words) -> str:
    tags = (f'<span class="badge{_tone_class(tag["tone"])}">{safe(tag["text"])}</span>' for tag in cell.items)
    return f'<span class="tags">{"".join(tags)}</span>'


def _tone_class(tone: str) -> str:
    return f" tone-{tone}" if tone else ""


def _tick(cell: Cell, _url: str, words: Words) -> str:
    use = f'<use href="{words.sprite}#check"/>'
    return (
        f'<svg class="icon" width="16" height="16" role="img" aria-label="{words.yes}">{use}</svg>'
        if cell.text
        else ""
    )


def _progress(cell: Cell, _url: str, _words: Words) -> str:
    text = safe(cell.text)
    bar = f'<progress value="{cell.percent}" max="100" aria-label="{text}"></progress>'
    return f'<span class="progress">{bar}<span>{text}</span></span>'


def _icon(words: Words, name: str) -> str:
    return f'<svg class="icon" width="16" height="16" aria-hidden="true"><use href="{words.sprite}#{name}"/></svg>'


_BY_KIND: Final[Mapping[str, Callable[[Cell, str, Words], str]]] = {
    "main": _main,
    "ref": _reference,
    "person": _person,
    "activity": _activity,
    "tags": _tags,
    "bool": _tick,
    "progress": _progress,
}
