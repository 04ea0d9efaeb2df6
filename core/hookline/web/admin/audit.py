"""/settings/audit: who did what, from where; by person, kind, record and time, and as a file."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from hookline.crm.audit.entries import LONGEST_ABOUT, PERMISSION, Asked, Entry, list_entries
from hookline.crm.audit.trail import note
from hookline.crm.exports.files import FORMATS, write_csv
from hookline.errors import Text
from hookline.kernel.kinds.cells import safe_cell
from hookline.kernel.kinds.keys import id_in, key_in
from hookline.kernel.schema import EntityInfo
from hookline.kernel.titles import keys_by_entity, titles_of
from hookline.web.admin.audit_words import WHAT, lines, name_of
from hookline.web.admin.home import trail
from hookline.web.again import again
from hookline.web.doors import Doors
from hookline.web.guard import STRANGER
from hookline.web.visit import Answer, Visit

door = Doors()

NEEDS: Final = PERMISSION
_PAGE: Final = 50
_BATCH: Final = 500
_FIRST: Final = date(1970, 1, 1)
_LAST: Final = date(9000, 1, 1)
_FILTERS: Final = ("person", "what", "about", "since", "until")
# What is shown of records that have a page elsewhere than under their own address.
_PAGES: Final = {
    "user": "/settings/users/{}",
    "role": "/settings/roles/{}",
    "team": "/settings/teams/{}",
    "pipeline": "/settings/pipelines/{}",
}


@door("GET", "/settings/audit", needs=NEEDS)
def show(visit: Visit) -> Answer:
    """A page of the log, newest first."""
    sent, asked = _sent(visit)
    before = id_in(visit.query.get("before", ""))
    found = list_entries(visit.gate, asked, before=before, limit=_PAGE + 1)
    page = found[:_PAGE]
    names = titles_of(visit.gate, keys_by_entity(entry.about for entry in page))
    return visit.page(
        "admin/audit.html",
        page_title=visit.say("Audit log"),
        crumbs=trail(visit),
        entries=[_line(visit, entry, names) for entry in page],
        sent=sent,
        filtered=any(sent.values()),
        people=_people(visit),
        kinds=sorted(
            ((what, visit.say(text)) for what, text in WHAT.items()), key=lambda pair: pair[1].casefold()
        ),
        first_url=visit.address(before=None) if before is not None else "",
        next_url=visit.address(before=str(page[-1].number)) if len(found) > _PAGE else "",
        export_url=f"/settings/audit/export?{urlencode(sent)}",
    )


@door("POST", "/settings/audit/export", needs=NEEDS)
def export(visit: Visit) -> Answer:
    """The filtered log as a CSV file, made while it is sent."""
    sent, asked = _sent(visit)
    note(
        visit.gate,
        "export.made",
        entity="audit",
        format="csv",
        filter=urlencode({k: v for k, v in sent.items() if v}),
    )
    name = f"audit-{visit.fmt.today.isoformat()}.csv"
    heads = [
        visit.say(each)
        for each in ("Number", "Time (UTC)", "Person", "Seen as", "Address", "What", "Record", "Facts")
    ]
    return Answer(
        write_csv(heads, _rows(visit, asked), visit.language),
        media_type=FORMATS["csv"],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _rows(visit: Visit, asked: Asked) -> Iterator[Sequence[object]]:
    """Page by page; whoever loses the permission meanwhile gets no further one."""
    before: int | None = None
    while True:
        with again(visit) as reading:
            found = list_entries(reading.gate, asked, before=before, limit=_BATCH)
            lines = [_cells(reading, entry) for entry in found]
        yield from lines
        if len(found) < _BATCH:
            return
        before = found[-1].number


def _cells(visit: Visit, entry: Entry) -> list[object]:
    told = None if entry.facts is None else json.dumps(entry.facts, ensure_ascii=False, sort_keys=True)
    texts = (
        entry.at.astimezone(UTC).isoformat(timespec="seconds"), _who(visit, entry), _person(visit, entry.seen_as), entry.address,
        entry.what, entry.about, told,
    )  # fmt: skip
    return [entry.number, *(safe_cell(text) if text else None for text in texts)]


def _line(visit: Visit, entry: Entry, titles: Mapping[tuple[str, int], str]) -> Mapping[str, Any]:
    record, url = _record(visit, entry.about, titles)
    return {
        "number": entry.number,
        "when": visit.fmt.datetime(entry.at),
        "who": _who(visit, entry),
        "person": entry.actor,
        "seen_as": _person(visit, entry.seen_as),
        "address": entry.address,
        "what": name_of(visit, entry.what),
        "record": record,
        "url": url,
        "about_url": visit.address(about=entry.about, before=None) if entry.about else "",
        "redacted": entry.facts is None,
        "lines": lines(visit, entry.facts or {}, _kind(visit, entry.about)),
    }


def _record(visit: Visit, about: str, titles: Mapping[tuple[str, int], str]) -> tuple[str, str]:
    """What an entry is about, in words, and where that is."""
    key, info = key_in(about), _kind(visit, about)
    if info is None or key is None:
        return about, ""
    entity, id = key
    title = titles.get(key)
    words = f"{visit.say(info.cls.label)}: {title or f'#{id}'}"
    page = _PAGES.get(entity) or (f"/{info.cls.slug}/{{}}" if info.cls.menu else "")
    return words, page.format(id) if page and title else ""


def _kind(visit: Visit, about: str) -> EntityInfo | None:
    return visit.gate.schema.entities.get(about.partition(":")[0])


def _who(visit: Visit, entry: Entry) -> str:
    if entry.actor is not None or entry.by != STRANGER.name:
        return _person(visit, entry.actor) or entry.by
    # Whoever is just coming in is known by what the entry is about.
    key = key_in(entry.about)
    came_in = key is not None and entry.what == "signed_in" and key.entity == "user"
    return _person(visit, key.id) if key and came_in else visit.say(Text("Not signed in"))


def _person(visit: Visit, id: int | None) -> str:
    if id is None:
        return ""
    person = visit.directory.people.get(id)
    return person.name if person else visit.say(Text("Person %(id)s", id=id))


def _people(visit: Visit) -> list[tuple[str, str]]:
    found = visit.directory.people.values()
    return sorted(((str(p.id), p.name) for p in found), key=lambda pair: pair[1].casefold())


def _sent(visit: Visit) -> tuple[dict[str, str], Asked]:
    """The filter as it was sent, what makes no sense left out, and as it is asked."""
    sent = {name: visit.query.get(name, "").replace("\0", "").strip()[:LONGEST_ABOUT] for name in _FILTERS}
    since, until = _day(sent["since"]), _day(sent["until"])
    sent |= {"since": since.isoformat() if since else "", "until": until.isoformat() if until else ""}
    person = id_in(sent["person"])
    sent["person"] = "" if person is None else str(person)
    asked = Asked(
        person, sent["what"], sent["about"],
        since=_start(visit, since) if since else None,
        until=_start(visit, until + timedelta(days=1)) if until else None,
    )  # fmt: skip
    return sent, asked


def _start(visit: Visit, day: date) -> datetime:
    """When a day begins on the person's own clock."""
    return datetime.combine(day, time(), visit.reader.zone_info)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # The days at the ends of the calendar have no neighbours, nor their like in other zones.
    return found if _FIRST < found < _LAST else None
