"""The stream of a record's page: writing into it, what is planned, what has happened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlencode

from hookline.crm.activities import kind_icons
from hookline.crm.mentions import find_mentions
from hookline.crm.timeline import CHANGES, FILES, Event, Timeline, is_journal, read_timeline
from hookline.errors import Text
from hookline.kernel.actor import Action
from hookline.kernel.fields import Field
from hookline.kernel.kinds import KINDS, BadValue
from hookline.kernel.kinds.keys import key_in
from hookline.kernel.titles import keys_by_entity, titles_of
from hookline.kernel.whole import KNOWN, Whole, read_whole
from hookline.web.records.composer import Refusal, composer
from hookline.web.records.related import file_url
from hookline.web.records.words import Titles, counted, shown_value

if TYPE_CHECKING:
    from hookline.web.visit import Answer, Visit

_VERBS = {
    "created": ("plus", Text("Created")),
    "changed": ("pencil", Text("Changed")),
    "reverted": ("undo-2", Text("A change was taken back")),
    "trashed": ("trash-2", Text("Put into the trash")),
    "merged": ("git-merge", Text("Another record was merged into this one")),
    "restored": ("rotate-ccw", Text("Brought back from the trash")),
}
_MOVED = {"won": "trophy", "after": "truck", "lost": "thumbs-down"}


class Line(NamedTuple):
    """One event, ready to show. `body` is a list of (text, whether it names a colleague)."""

    icon: str
    title: str
    who: str
    at: str
    at_iso: str
    url: str = ""
    body: Sequence[tuple[str, bool]] = ()
    changes: Sequence[Mapping[str, str]] = ()
    files: Sequence[Mapping[str, str]] = ()
    pin_url: str = ""
    pinned: bool = False


@dataclass(frozen=True)
class Planned:
    """One activity that is still open. `dialog` says that its address is a form that may open over the page."""

    icon: str
    title: str
    when: str
    who: str
    urgency: str
    url: str
    done_url: str
    later_url: str
    dialog: bool


@dataclass(frozen=True)
class Stream:
    """A timeline with what it points at, before it is put into words."""

    timeline: Timeline
    show: str
    titles: Titles
    icons: Mapping[str, str]


def older(visit: "Visit", entity: str) -> "Answer":
    """The page of the timeline before those that are shown."""
    record = read_whole(visit.gate, visit.gate.schema[entity], visit.path_id)
    stream = read_stream(visit, record)
    return visit.block("records/detail.html", "timeline_more", **_past(visit, record, stream))


def stream_block(
    visit: "Visit", record: Whole, refused: Refusal | None = None, *, status: int = 200
) -> "Answer":
    """The stream alone, for htmx."""
    context = stream_context(visit, record, read_stream(visit, record), refused)
    return visit.block("records/detail.html", "stream", status=status, **context)


def read_stream(visit: "Visit", record: Whole, keys: Sequence[str] = ()) -> Stream:
    """The timeline that the address asks for, and the titles of everything it and `keys` ("deal:7") point at."""
    show = visit.query.get("show", "")
    kinds = visit.gate.schema["activity"].fields["kind"].options
    show = show if show in kinds or show in (CHANGES, FILES) else ""
    timeline = read_timeline(visit.gate, record, show=show, before=visit.query.get("before", ""))
    events = [*timeline.events, *timeline.open, *timeline.pinned]
    wanted = keys_by_entity([*keys, *(e.about for e in events if e.about != record.key)])
    for name, change in (
        (name, change) for e in timeline.events for name, change in e.changes.items() if e.kind != "created"
    ):
        spec = record.info.fields.get(name)
        if spec is not None and spec.target and spec.target not in KNOWN:
            for side in change:
                wanted.setdefault(spec.target, set()).update(_ids(side))
    return Stream(timeline, show, titles_of(visit.gate, wanted), kind_icons(visit.gate.host))


def stream_context(
    visit: "Visit", record: Whole, stream: Stream, refused: Refusal | None = None
) -> dict[str, Any]:
    """What the block `stream` of records/detail.html is given."""
    writes = is_journal(record.info) and not record.trashed and visit.gate.may("activity", Action.create)
    pinned = [_activity(visit, record, e, stream, pinned=True) for e in stream.timeline.pinned]
    return {
        "composer": composer(visit, record, refused) if writes else "",
        "nexts": [_planned(visit, record, e, stream) for e in stream.timeline.open],
        "plan_url": "#composer-task" if writes else "",
        "shows": _shows(visit, record, stream.show) if is_journal(record.info) else [],
        "pinned": pinned,
        **_past(visit, record, stream),
    }


def _past(visit: "Visit", record: Whole, stream: Stream) -> dict[str, Any]:
    days: dict[date, list[Line]] = {}
    zone = visit.reader.zone_info
    for event in stream.timeline.events:
        assert event.at is not None, "what has happened has a time"
        line = _line(visit, record, event, stream)
        if line is not None:
            days.setdefault(event.at.astimezone(zone).date(), []).append(line)
    cursor = stream.timeline.older
    query = urlencode({"before": cursor, **({"show": stream.show} if stream.show else {})})
    return {
        "days": [{"label": _day(visit, day), "items": lines} for day, lines in days.items()],
        "older_url": f"{record.url}/timeline?{query}" if cursor else None,
    }


def _day(visit: "Visit", day: date) -> str:
    today = visit.fmt.today
    if day == today:
        return visit.say("Today")
    return visit.say("Yesterday") if day == today - timedelta(days=1) else visit.fmt.date(day)


def _shows(visit: "Visit", record: Whole, current: str) -> list[Mapping[str, Any]]:
    options = visit.gate.schema["activity"].fields["kind"].options
    wanted = [
        ("", Text("All")),
        *((o.value, Text(o.label)) for o in options.values()),
        (CHANGES, Text("Changes")),
        (FILES, Text("Files")),
    ]
    return [
        {
            "label": visit.say(label),
            "url": f"{record.url}?show={name}" if name else record.url,
            "current": name == current,
        }
        for name, label in wanted
    ]


def _line(visit: "Visit", record: Whole, event: Event, stream: Stream) -> Line | None:
    if event.source == "activity":
        return _activity(visit, record, event, stream)
    return _file(visit, event) if event.source == "file" else _change(visit, record, event, stream.titles)


def _activity(visit: "Visit", record: Whole, event: Event, stream: Stream, *, pinned: bool = False) -> Line:
    spec = visit.gate.schema["activity"].fields
    said = [
        visit.say(spec[name].options[value].label)
        for name, value in (("direction", event.direction), ("outcome", event.outcome))
        if value in spec[name].options
    ]
    kind = spec["kind"].options.get(event.kind)
    title = visit.say(event.title) if kind is not None and event.title == kind.label else event.title
    details = [
        _name(visit, event.who),
        *said,
        visit.fmt.duration(event.duration) if event.duration is not None else "",
        event.contact[1] if event.contact and not _is_here(record, event) else "",
        _elsewhere(record, event, stream.titles),
    ]
    files = [{"name": visit.say("Recording"), "url": event.recording}] if event.recording else []
    pin = (
        f"/activities/{event.id}/pin?{urlencode({'back': record.url})}"
        if event.kind == "note" and event.about == record.key
        else ""
    )
    body = _body(visit, event.body)
    return Line(
        stream.icons.get(event.kind, "activity"), title, " · ".join(d for d in details if d), *_time(visit, event, dated=pinned),
        url=f"/activities/{event.id}", body=body, files=files, pin_url=pin, pinned=pinned,
    )  # fmt: skip


def _is_here(record: Whole, event: Event) -> bool:
    """Whether the contact of an activity is the record itself, or its own contact, so that naming it says nothing."""
    return event.contact is not None and (
        record.key == f"contact:{event.contact[0]}" or record.values.get("contact") == event.contact[0]
    )


def _elsewhere(record: Whole, event: Event, titles: Titles) -> str:
    """The record that an activity is about, where it is another than this one."""
    if not event.about or event.about == record.key:
        return ""
    key = key_in(event.about)
    return titles.get(key, "") if key else ""


def _file(visit: "Visit", event: Event) -> Line:
    return Line(
        "paperclip",
        event.title,
        _name(visit, event.who),
        *_time(visit, event),
        url=file_url(event.id, event.title),
    )


def _change(visit: "Visit", record: Whole, event: Event, titles: Titles) -> Line | None:
    icon, verb = _VERBS.get(event.kind, ("pencil", Text("Changed")))
    title, changes = (
        visit.say(verb),
        _differences(visit, record, event, titles) if event.kind != "created" else [],
    )
    if event.kind in ("changed", "reverted"):
        move = event.changes.get("stage") if record.info.is_staged else None
        if move is not None:
            stage = visit.pipelines.stages.get(move[1])
            icon = _MOVED.get(stage.kind, "arrow-right") if stage else "arrow-right"
            title = visit.say(Text("Moved to %(stage)s", stage=stage.name if stage else f"#{move[1]}"))
        elif not changes:
            return None
        elif event.kind == "changed":
            title = counted(visit, "%(num)d field changed", "%(num)d fields changed", len(changes))
    who = _name(visit, event.who) or ("" if ":" in event.title else visit.say(event.title))
    return Line(icon, title, who, *_time(visit, event), changes=changes)


def _differences(visit: "Visit", record: Whole, event: Event, titles: Titles) -> list[Mapping[str, str]]:
    """What somebody set, in words; what follows from it by itself is left out."""
    moved = record.info.is_staged and "stage" in event.changes
    following = ("stage", "pipeline", "probability") if moved else ()
    found: list[Mapping[str, str]] = []
    for name, (old, new) in event.changes.items():
        spec = record.info.fields.get(name)
        # What the house links by itself, such as consents, follows from nothing else on this page.
        if spec is None or spec.hidden or (spec.read_only and not spec.many) or name in following:
            continue
        before, after = (_in_words(visit, spec, side, titles) for side in (old, new))
        found.append({"label": visit.say(spec.label), "before": before, "after": after})
    return found


def _in_words(visit: "Visit", spec: Field, raw: Any, titles: Titles) -> str:
    try:
        value = None if raw is None else KINDS[spec.kind].load(raw, spec)
    except BadValue:
        return str(raw)
    return shown_value(visit, spec, value, titles)


def _planned(visit: "Visit", record: Whole, event: Event, stream: Stream) -> Planned:
    when, urgency = visit.fmt.when(event.at) if event.at else (visit.say("No date"), "")
    who = " · ".join(
        part for part in (_name(visit, event.who), _elsewhere(record, event, stream.titles)) if part
    )
    url = f"/activities/{event.id}"
    back = urlencode({"back": record.url})
    opens = visit.gate.may("activity", Action.edit)
    return Planned(
        stream.icons.get(event.kind, "activity"), event.title, when, who, urgency, f"{url}/edit?{back}" if opens else url,
        f"{url}/completion?{back}", f"{url}/postponement?{back}", opens,
    )  # fmt: skip


def _body(visit: "Visit", text: str) -> list[tuple[str, bool]]:
    if "@" not in text:
        return [(text, False)] if text else []
    parts, at = [], 0
    for mention in find_mentions(text, visit.directory.people):
        parts += [(text[at : mention.start], False), (text[mention.start : mention.end], True)]
        at = mention.end
    return [part for part in (*parts, (text[at:], False)) if part[0]]


def _time(visit: "Visit", event: Event, *, dated: bool = False) -> tuple[str, str]:
    """The hour, under the heading of its day; where there is none, the day too."""
    assert event.at is not None, "what has happened has a time"
    return visit.fmt.ago(event.at) if dated else visit.fmt.clock(event.at), event.at.isoformat()


def _name(visit: "Visit", user: int | None) -> str:
    person = visit.directory.people.get(user) if user is not None else None
    return person.name if person else ""


def _ids(raw: Any) -> list[int]:
    return (
        [raw]
        if isinstance(raw, int)
        else [i for i in raw if isinstance(i, int)]
        if isinstance(raw, list)
        else []
    )
