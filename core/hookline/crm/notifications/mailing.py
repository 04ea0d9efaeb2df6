"""Mailing notices: one letter at once, or one a day with what is still unread, at the hour each person has chosen.

A letter is written with the rights of whoever gets it, when it is written. What was read meanwhile is left out.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Final

from sqlalchemy import select, update

from hookline.crm.access.actors import directory
from hookline.crm.access.users import User
from hookline.crm.core import core
from hookline.crm.listeners import Listener, listener
from hookline.crm.notifications.choices import choices_of
from hookline.crm.notifications.inbox import EXPORT, IMPORT, WEBHOOK, Notice, read_notices
from hookline.crm.notifications.tables import UNREAD, Mail, notification
from hookline.crm.notifications.words import phrase
from hookline.crm.settings import setting
from hookline.errors import Text
from hookline.kernel import mail
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.gate import Gate
from hookline.kernel.reads import Reads

DAILY: Final = "core.mail_notices"
_MOST: Final = 50
# What notices are about that are of no record.
WORK_TITLES: Final = {IMPORT: Text("Import"), EXPORT: Text("Export"), WEBHOOK: Text("Webhook")}
# Nobody wants to read in a letter what lay unread for longer.
_OLDEST: Final = timedelta(days=7)


@core.job(attempts=5)
def mail_notice(run: JobRun) -> None:
    """A letter about one notice, unless it has been read."""
    _mail(run, Mail.once, [int(run.args["notification"])])


@core.job(attempts=5)
def mail_notices(run: JobRun) -> None:
    """The daily letter of one person."""
    _mail(run, Mail.daily, None)


@core.job(cron="7,22,37,52 * * * *")
def start_daily_letters(run: JobRun) -> None:
    """Leave a daily letter for everybody whose hour has come and who has something unread from before it; once a day."""
    if not mail.can_send(run.home.settings):
        return
    table = notification.c
    waits = (table.mail == Mail.daily, UNREAD, table.mailed_at.is_(None), table.at > run.now - _OLDEST)
    with run.transaction(durable=False) as gate:
        first: dict[int, datetime] = {}
        for row in gate.tx.run(select(table.user, table.at).where(*waits), why="notifications"):
            first[row.user] = min(first.get(row.user, row.at), row.at)
        for user, choices in choices_of(gate.tx, first).items():
            hour = choices.last_hour(run.now)
            if first[user] <= hour:
                key = f"{DAILY}@{user}:{hour.isoformat()}"
                enqueue(gate.tx, DAILY, {}, now=run.now, unique_key=key, user=user)


def _mail(run: JobRun, how: Mail, ids: Sequence[int] | None) -> None:
    if not mail.can_send(run.home.settings):
        return
    with run.reading() as gate:
        notices = _waiting(gate, run.now, how, ids)
        email = _address(gate)
        if not notices or not email:
            return
        to = listener(gate, gate.actor.user)
        subject = to.say(_subject(gate, notices))
        lines = [_line(run, to, notice) for notice in notices]
        address = f"{run.home.settings.base_url.rstrip('/')}/me#notifications"
        last = to.say(Text("What comes by e-mail you choose here:"))
    text = "\n\n".join(f"{title}\n{told}\n{url}" for title, told, url in lines)
    mail.send(
        run.home.settings,
        email,
        subject,
        f"{text}\n\n{last}\n{address}\n",
        _html(to.reader.language, lines, last, address),
    )
    with run.transaction() as gate:
        sent = [notice.id for notice in notices]
        mine = update(notification).where(notification.c.id.in_(sent))
        gate.tx.run(mine.values(mailed_at=run.now), why="notifications")


def _waiting(gate: Reads, now: datetime, how: Mail, ids: Sequence[int] | None) -> list[Notice]:
    table = notification.c
    waits = (
        table.user == gate.actor.user,
        table.mail == how,
        UNREAD,
        table.mailed_at.is_(None),
        table.at > now - _OLDEST,
    )
    asked = select(notification).where(*waits).order_by(table.at.desc(), table.id.desc()).limit(_MOST)
    if ids is not None:
        asked = asked.where(table.id.in_(ids))
    return read_notices(gate, [dict(row) for row in gate.tx.run(asked, why="notifications").mappings()])


def _address(gate: Gate) -> str | None:
    """The e-mail address of whom the letter is for."""
    user = User.__table__.c
    return gate.tx.run(select(user.email).where(user.id == gate.actor.user), why="notifications").scalar()


def _subject(gate: Gate, notices: Sequence[Notice]) -> Text:
    house = str(setting(gate, "house_name"))
    if len(notices) == 1:
        notice = notices[0]
        return Text("%(what)s: %(title)s", what=phrase(gate, notice), title=_title(gate, notice))
    return Text("%(house)s: %(count)s unread notifications", house=house, count=len(notices))


def _title(gate: Reads, notice: Notice) -> str | Text:
    """What a notice is about: the record, or what kind of records and how many."""
    if notice.title:
        return notice.title
    if notice.entity in gate.schema.entities:
        return Text(
            "%(what)s (%(count)s)", what=Text(gate.schema[notice.entity].cls.plural), count=notice.count
        )
    return WORK_TITLES[notice.entity]


def _line(run: JobRun, to: Listener, notice: Notice) -> tuple[str, str, str]:
    """Title, what has happened and through whom, and the address that leads there."""
    title = _title(to.gate, notice)
    person = directory(to.gate).people.get(notice.by or 0)
    about = notice.about[2] if notice.about is not None else ""
    told = [to.say(phrase(to.gate, notice)), person.name if person is not None else "", about]
    url = f"{run.home.settings.base_url.rstrip('/')}/notifications/{notice.id}"
    return (
        (title if isinstance(title, str) else to.say(title)),
        " · ".join(part for part in told if part),
        url,
    )


def _html(language: str, lines: Sequence[tuple[str, str, str]], last: str, address: str) -> str:
    """A plain page: mail programs know little more than this."""
    told = "".join(
        f'<p><a href="{escape(url)}" style="color: #2f4fd0"><b>{escape(title)}</b></a><br>'
        f'<span style="color: #59636e">{escape(what)}</span></p>'
        for title, what, url in lines
    )
    return (
        f'<!doctype html><html lang="{language}"><body style="font-family: sans-serif; line-height: 1.5; color: #1f2328">'
        f'<div style="max-width: 36em; margin: 2em auto; padding: 0 1em">{told}'
        f'<p style="color: #59636e">{escape(last)} <a href="{escape(address)}">{escape(address)}</a></p></div></body></html>'
    )
