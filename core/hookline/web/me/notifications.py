"""The inbox: what somebody was told, the bell that counts what is unread, and each person's choice of what comes how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from hookline.crm.access.actors import Person
from hookline.crm.notifications.choices import Way, choices_of, choose
from hookline.crm.notifications.inbox import (
    EXPORT,
    IMPORT,
    MOST_COUNTED,
    WEBHOOK,
    Notice,
    count_unread,
    find_notice,
    list_notices,
    mark_read,
    mark_unread,
)
from hookline.crm.notifications.mailing import WORK_TITLES
from hookline.crm.notifications.tables import Kind, Mail
from hookline.crm.notifications.words import ICONS, LABELS, phrase
from hookline.errors import Text
from hookline.web.addresses import own_address
from hookline.web.doors import SIGNED_IN, Doors
from hookline.web.me.places import favourite_links
from hookline.web.visit import Answer, Visit

door = Doors()
INBOX: Final = "/notifications"
_EXCERPT: Final = 180
_MAILS: Final = {
    Mail.never: Text("No e-mail"), Mail.once: Text("E-mail at once"), Mail.daily: Text("In the daily e-mail"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One notice as the page shows it. `who` is None where nobody did it."""

    id: int
    title: str
    phrase: str
    icon: str
    who: Person | None
    about: str
    excerpt: str
    when: str
    times: int
    read: bool


@dataclass(frozen=True)
class Day:
    """Notices under the day on which they came."""

    label: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class KindChoice:
    """One kind in the form of choices."""

    name: str
    label: str
    shown: bool
    mail: str


@door("GET", INBOX, needs=SIGNED_IN)
def show(visit: Visit) -> Answer:
    """Everything, or with show=unread what is unread, newest first."""
    unread, before = visit.query.get("show") == "unread", visit.query.get("before", "")
    page = list_notices(visit.gate, unread=unread, before=before)
    views = [
        {"label": visit.say("All"), "url": INBOX, "current": not unread},
        {"label": visit.say("Unread"), "url": f"{INBOX}?show=unread", "current": unread},
    ]
    return visit.page(
        "notifications/inbox.html", block="notices", page_title=visit.say("Notifications"), views=views,
        days=_days(visit, page.notices), any_unread=any(not notice.read for notice in page.notices), unread_only=unread,
        older_url=visit.address(before=page.older) if page.older else "", back=visit.address(),
    )  # fmt: skip


@door("GET", f"{INBOX}/bell", needs=SIGNED_IN)
def bell(visit: Visit) -> Answer:
    """What a page asks for once it is there: how many are unread, and the favourites for its menu."""
    unread = count_unread(visit.gate)
    told = f"{MOST_COUNTED}+" if unread > MOST_COUNTED else str(unread)
    links = favourite_links(visit) if visit.query.get("favourites") else None
    return visit.block("notifications/bell.html", "bell", unread=unread, told=told, favourites=links)


@door("GET", f"{INBOX}/{{id:int}}", needs=SIGNED_IN, commits=True)
def follow(visit: Visit) -> Answer:
    """To the record that a notice is about; it counts as read."""
    notice = find_notice(visit.gate, visit.path_id)
    mark_read(visit.gate, [notice.id])
    return visit.see(url_of(visit, notice))


@door("POST", f"{INBOX}/reading", needs=SIGNED_IN)
def read_all(visit: Visit) -> Answer:
    """Everything counts as read."""
    count = mark_read(visit.gate)
    return _back(visit, Text("Everything is read.") if count else Text("There was nothing unread."))


@door("POST", f"{INBOX}/{{id:int}}/reading", needs=SIGNED_IN)
def read_one(visit: Visit) -> Answer:
    """One counts as read."""
    mark_read(visit.gate, [find_notice(visit.gate, visit.path_id).id])
    return _back(visit)


@door("POST", f"{INBOX}/{{id:int}}/unreading", needs=SIGNED_IN)
def unread_one(visit: Visit) -> Answer:
    """One stands as new again."""
    mark_unread(visit.gate, find_notice(visit.gate, visit.path_id).id)
    return _back(visit)


@door("POST", "/me/notifications", needs=SIGNED_IN)
def change_choices(visit: Visit) -> Answer:
    """Keep what one wants to be told of, and how."""
    known = {mail.value: mail for mail in Mail}
    ways = {
        kind: Way(visit.value(f"shown-{kind}") == "on", known.get(visit.value(f"mail-{kind}"), Mail.never))
        for kind in Kind
    }
    hour = visit.value("hour")
    choose(visit.gate, ways, int(hour) if hour.isascii() and hour.isdecimal() and len(hour) < 3 else -1)
    return visit.see("/me", done=Text("Saved."))


def choices_context(visit: Visit) -> Mapping[str, Any]:
    """What the form of choices on one's account needs."""
    user = visit.gate.actor.user or 0
    kept = choices_of(visit.tx, [user])[user]
    return {
        "kinds": [
            KindChoice(kind.value, visit.say(LABELS[kind]), way.shown, way.mail.value)
            for kind, way in kept.ways.items()
        ],
        "mails": [(mail.value, visit.say(label)) for mail, label in _MAILS.items()],
        "hour": str(kept.hour),
        "hours": [(str(hour), f"{hour:02d}:00") for hour in range(24)],
        "can_mail": bool(visit.site.settings.smtp_url),
    }


def url_of(visit: Visit, notice: Notice) -> str:
    """Where a notice leads."""
    if notice.entity == IMPORT:
        return f"/imports/{notice.record}"
    if notice.entity == EXPORT:
        return f"/exports/{notice.record}"
    if notice.entity == WEBHOOK:
        return f"/settings/webhooks/{notice.record}"
    slug = visit.gate.schema[notice.entity].cls.slug
    if not notice.record:
        return f"/{slug}?owner=me&sort=-id"
    mentioned = notice.kind is Kind.mention and notice.entity != "activity"
    return f"/{slug}/{notice.record}{'#stream' if mentioned else ''}"


def _days(visit: Visit, notices: Sequence[Notice]) -> list[Day]:
    found: dict[str, list[Line]] = {}
    for notice in notices:
        found.setdefault(_day(visit, notice.at), []).append(_line(visit, notice))
    return [Day(label, lines) for label, lines in found.items()]


def _day(visit: Visit, at: datetime) -> str:
    """Today and yesterday by name, others with their day of the week."""
    day = at.astimezone(visit.reader.zone_info).date()
    ago = (visit.fmt.today - day).days
    return visit.say(("Today", "Yesterday")[ago]) if ago in (0, 1) else visit.fmt.long_day(day)


def _line(visit: Visit, notice: Notice) -> Line:
    about = notice.about[2] if notice.about is not None else ""
    title, what = _title(visit, notice), visit.say(phrase(visit.gate, notice))
    return Line(
        notice.id, title, what, ICONS[notice.kind], visit.directory.people.get(notice.by or 0), about,
        _cut(notice.excerpt), visit.fmt.clock(notice.at), notice.count if notice.record else 1, notice.read,
    )  # fmt: skip


def _title(visit: Visit, notice: Notice) -> str:
    if notice.title:
        return notice.title
    if notice.entity in visit.gate.schema.entities:
        plural = visit.say(visit.gate.schema[notice.entity].cls.plural)
        return visit.say(Text("%(what)s (%(count)s)", what=plural, count=notice.count))
    return visit.say(WORK_TITLES[notice.entity])


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _EXCERPT else f"{plain[:_EXCERPT].rstrip()}…"


def _back(visit: Visit, done: Text | str = "") -> Answer:
    """Back to where the form stood."""
    return visit.see(own_address(visit.value("back"), INBOX), done=done)
