"""Notifications: who is told of what, once, never of the own acts, never of what may not be seen, and by which way."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from hookline.crm.access.lendings import share
from hookline.crm.access.shares import share_record
from hookline.crm.access.users import User
from hookline.crm.activities import Activity, finish, log_activity, postpone
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead
from hookline.crm.notifications.choices import USUAL, Way, choose
from hookline.crm.notifications.inbox import (
    Notice,
    count_unread,
    find_notice,
    list_notices,
    mark_read,
    mark_unread,
    prune,
)
from hookline.crm.notifications.tables import Kind, Mail, notification
from hookline.crm.persons.erasing import erase_person
from hookline.crm.persons.subjects import find_subject
from hookline.crm.stages import close, move
from hookline.errors import Invalid, NotFound
from hookline.kernel.actor import house
from hookline.kernel.background.jobs import enqueue
from hookline.settings import Settings
from hookline.start import create_worker
from sqlalchemy import func, insert, select, update

from tests.town import NOW, Town
from tests.web.test_passwords import Post, serve_post


def told(town: Town, who: str) -> Sequence[Notice]:
    """What somebody finds in the inbox."""
    with town.as_(who) as gate:
        return list_notices(gate).notices


def kinds(town: Town, who: str) -> list[tuple[Kind, str]]:
    return [(notice.kind, notice.title) for notice in told(town, who)]


def work(town: Town, job: str, at: datetime) -> None:
    """Let the worker do one job at a time, and whatever follows from it."""
    town.installation.clock = lambda: at
    with town.installation.database.write() as tx:
        enqueue(tx, job, {}, now=at)
    worker = create_worker(town.installation)
    while worker.run_once():
        pass


@contextmanager
def post_for(town: Town) -> Iterator[Post]:
    with serve_post() as post:
        url = f"smtp+plain://127.0.0.1:{post.port}"
        settings = Settings(smtp_url=url, mail_from="post@town.example", base_url="http://town.example")
        town.installation.settings = settings
        yield post


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_whoever_is_mentioned_is_told_and_led_to_what_it_is_about(town: Town) -> None:
    with town.as_("max") as gate:
        deal = town.ids["scanners"]
        id = log_activity(
            gate, "note", f"deal:{deal}", {"body": "@Boris, @Vera and @Max, call Helen before Friday"}
        )
    (notice,) = told(town, "boris")
    assert (notice.kind, notice.by, notice.title) == (Kind.mention, town.ids["max"], "Scanners")
    assert notice.excerpt == "", "the note itself is not for sellers of the team"
    (seen,) = told(town, "vera")
    assert "before Friday" in seen.excerpt
    assert told(town, "max") == [], "nobody is told of what he wrote himself"
    with town.as_("max") as gate:
        gate.update(Activity, id, {"body": "@Boris, @Vera and @Max, call Helen on Friday"})
    assert len(told(town, "boris")) == 1, "who was mentioned before is not mentioned again"


def test_a_record_that_is_given_is_told_of_and_one_kept_is_not(town: Town) -> None:
    with town.as_("max") as gate:
        gate.create(Lead, {"name": "A mill in Kent", "owner": town.ids["boris"]})
        gate.create(Lead, {"name": "Mine"})
        gate.create(Activity, {"subject": "Was done", "owner": town.ids["boris"], "done_at": NOW})
        gate.create(
            Activity,
            {"subject": "Ring Helen", "owner": town.ids["boris"], "about": f"company:{town.ids['acme']}"},
        )
    assert sorted(kinds(town, "boris")) == [(Kind.assigned, "A mill in Kent"), (Kind.assigned, "Ring Helen")]
    assert told(town, "max") == []


def test_a_crowd_of_records_is_one_notice(town: Town) -> None:
    with town.as_("ada") as gate:
        for number in range(7):
            gate.create(Company, {"name": f"Mill {number}", "owner": town.ids["boris"]})
    with town.as_("ada") as gate:
        gate.create_many(Company, [{"name": f"Farm {n}", "owner": town.ids["boris"]} for n in range(5)])
    (notice,) = told(town, "boris")
    assert (notice.kind, notice.entity, notice.record, notice.count) == (Kind.assigned, "company", 0, 12)


def give(town: Town, number: int, when: datetime) -> None:
    """A rule gives Boris a task, each in a transaction of its own."""
    town.installation.clock = lambda: when
    home = town.installation
    with home.database.write() as tx:
        gate = home.gate(tx, house("a rule"), cause="a rule")
        gate.create(Activity, {"subject": f"Keys {number}", "owner": town.ids["boris"]})


def test_what_rules_give_in_a_day_is_one_notice(town: Town) -> None:
    for number in range(3):
        give(town, number, NOW)
    assert [(notice.record == 0, notice.count) for notice in told(town, "boris")] == [(False, 1)] * 3
    for number in range(3, 8):
        give(town, number, NOW + timedelta(hours=number))
    (notice,) = told(town, "boris")
    assert (notice.kind, notice.entity, notice.record, notice.count) == (Kind.assigned, "activity", 0, 8)
    with town.as_("max") as gate:
        gate.create(Activity, {"subject": "Ring Helen", "owner": town.ids["boris"]})
    by_hand = next(notice for notice in told(town, "boris") if notice.record)
    assert (by_hand.title, by_hand.by) == ("Ring Helen", town.ids["max"]), "a colleague's stands for itself"
    with town.as_("boris") as gate:
        mark_read(gate)
    give(town, 9, NOW + timedelta(days=2))
    newest = told(town, "boris")[0]
    assert (newest.title, newest.read) == ("Keys 9", False), "what is read is no part of what is new"


def test_moves_of_ones_deal_by_others_are_told_as_the_last_of_them(town: Town) -> None:
    deal = town.ids["scanners"]
    with town.as_("max") as gate:
        move(gate, Deal, deal, town.ids["qualified"])
    with town.as_("vera") as gate:
        move(gate, Deal, deal, town.ids["offer"])
    (notice,) = told(town, "boris")
    assert (notice.kind, notice.by, notice.detail, notice.count) == (
        Kind.moved,
        town.ids["vera"],
        town.ids["offer"],
        2,
    )
    with town.as_("boris") as gate:
        assert mark_read(gate) == 1
        move(gate, Deal, deal, town.ids["qualified"])
    with town.as_("max") as gate:
        close(gate, Deal, deal, "won")
    newest, read = told(town, "boris")
    assert (newest.word, newest.count, newest.read, read.read) == ("won", 1, False, True)


def test_what_is_taken_back_is_not_told(town: Town) -> None:
    with pytest.raises(RuntimeError), town.as_("max") as gate:  # noqa: PT012  # the transaction must end inside
        gate.create(Lead, {"name": "Never", "owner": town.ids["boris"]})
        raise RuntimeError
    assert told(town, "boris") == []


def test_a_share_is_told_to_the_person_or_everybody_in_the_team(town: Town) -> None:
    with town.as_("boris") as gate:
        share_record(gate, "deal", town.ids["scanners"], user=town.ids["clara"])
        share_record(gate, "company", town.ids["acme"], team=town.ids["south"])
    assert sorted(kinds(town, "clara")) == [(Kind.shared, "Acme Works"), (Kind.shared, "Scanners")]
    assert told(town, "max") == told(town, "boris") == []


def test_what_may_no_longer_be_seen_is_neither_shown_nor_counted_nor_led_to(town: Town) -> None:
    with town.as_("boris") as gate:
        share_record(
            gate, "deal", town.ids["scanners"], user=town.ids["clara"], expires_at=NOW + timedelta(hours=1)
        )
    (notice,) = told(town, "clara")
    with town.house() as gate:
        gate.update(Deal, town.ids["scanners"], {"name": "Secret scanners"})
        gate.tx.run(update(share).values(expires_at=NOW - timedelta(minutes=1)), why="test")
    with town.as_("clara") as gate:
        assert list_notices(gate).notices == []
        assert count_unread(gate) == 0
        with pytest.raises(NotFound):
            find_notice(gate, notice.id)


def test_nobody_reads_or_marks_the_notices_of_others(town: Town) -> None:
    with town.as_("max") as gate:
        gate.create(Lead, {"name": "For Boris", "owner": town.ids["boris"]})
    (notice,) = told(town, "boris")
    with town.as_("ada") as gate:
        with pytest.raises(NotFound):
            find_notice(gate, notice.id)
        with pytest.raises(NotFound):
            mark_unread(gate, notice.id)
        assert mark_read(gate, [notice.id]) == 0
    assert not told(town, "boris")[0].read


def test_an_activity_that_falls_due_is_told_once_and_again_when_it_was_put_off(town: Town) -> None:
    with town.as_("boris") as gate:
        task = gate.create(Activity, {"subject": "Ring Helen", "due_at": NOW + timedelta(hours=1)})
        gate.create(Activity, {"subject": "Later", "due_at": NOW + timedelta(days=1)})
        early = {
            "subject": "Early",
            "due_at": NOW + timedelta(days=1),
            "reminder_at": NOW + timedelta(minutes=30),
        }
        gate.create(Activity, early)
        done = gate.create(Activity, {"subject": "Done", "due_at": NOW + timedelta(minutes=5)})
        finish(gate, done)
    work(town, "core.remind", NOW)
    assert told(town, "boris") == []
    for minutes in (61, 66, 90):
        work(town, "core.remind", NOW + timedelta(minutes=minutes))
    assert sorted(kinds(town, "boris")) == [(Kind.due, "Early"), (Kind.due, "Ring Helen")]
    with town.as_("boris") as gate:
        mark_read(gate)
        postpone(gate, task, NOW + timedelta(hours=3))
    work(town, "core.remind", NOW + timedelta(hours=2))
    assert count(town, "boris") == 0
    work(town, "core.remind", NOW + timedelta(hours=3, minutes=4))
    newest = told(town, "boris")[0]
    assert (newest.title, newest.read) == ("Ring Helen", False)


def count(town: Town, who: str) -> int:
    with town.as_(who) as gate:
        return count_unread(gate)


def test_what_somebody_does_not_want_is_not_kept(town: Town) -> None:
    with town.as_("boris") as gate:
        choose(
            gate, {**USUAL, Kind.assigned: Way(shown=False), Kind.moved: Way(shown=False, mail=Mail.daily)}, 8
        )
        with pytest.raises(Invalid):
            choose(gate, USUAL, 24)
    with town.as_("max") as gate:
        gate.create(Lead, {"name": "Unwanted", "owner": town.ids["boris"]})
        move(gate, Deal, town.ids["scanners"], town.ids["offer"])
    assert told(town, "boris") == []
    with town.house() as gate:
        kept = gate.tx.run(select(notification.c.kind, notification.c.shown), why="test").all()
    assert [tuple(row) for row in kept] == [("moved", False)]


def test_a_letter_at_once_comes_once_with_the_readers_rights_and_language(town: Town) -> None:
    with post_for(town) as post:
        with town.house() as gate:
            gate.update(User, town.ids["boris"], {"language": "ru"})
        with town.as_("boris") as gate:
            choose(gate, {**USUAL, Kind.assigned: Way(mail=Mail.once)}, 8)
        with town.as_("max") as gate:
            lead = gate.create(Lead, {"name": "A <b>mill</b>", "owner": town.ids["boris"]})
        work(town, "core.start_daily_letters", NOW + timedelta(minutes=1))
        assert post.taken == [], "whoever reads it in the app within two minutes gets no letter"
        for minutes in (3, 4):
            work(town, "core.start_daily_letters", NOW + timedelta(minutes=minutes))
        (letter,) = post.taken
        assert letter["To"] == "boris@town.example"
        assert letter["Subject"] == "Теперь у вас: A <b>mill</b>"
        assert f"http://town.example/notifications/{told(town, 'boris')[0].id}" in text_of(letter)
        html = letter.get_body(("html",))
        assert html is not None
        assert "A &lt;b&gt;mill&lt;/b&gt;" in html.get_content()
        with town.as_("max") as gate:
            other = gate.create(Lead, {"name": "Read in time", "owner": town.ids["boris"]})
        with town.as_("boris") as gate:
            mark_read(gate)
        work(town, "core.start_daily_letters", NOW + timedelta(minutes=30))
        assert len(post.taken) == 1
        assert lead != other


def test_the_daily_letter_comes_at_the_chosen_hour_where_the_reader_is_with_what_is_unread(
    town: Town,
) -> None:
    with post_for(town) as post:
        with town.house() as gate:
            gate.update(User, town.ids["boris"], {"time_zone": "Asia/Yekaterinburg"})
        with town.as_("boris") as gate:
            choose(gate, USUAL, 18)
        with town.as_("max") as gate:
            gate.create(Lead, {"name": "First", "owner": town.ids["boris"]})
            gate.create(Lead, {"name": "Second", "owner": town.ids["boris"]})
            gate.create(Lead, {"name": "Third", "owner": town.ids["boris"]})
        read = next(notice for notice in told(town, "boris") if notice.title == "Third")
        with town.as_("boris") as gate:
            mark_read(gate, [read.id])
        six = datetime(2026, 3, 17, 13, 0, tzinfo=UTC)
        work(town, "core.start_daily_letters", six - timedelta(minutes=1))
        assert post.taken == []
        for minutes in (7, 22, 200):
            work(town, "core.start_daily_letters", six + timedelta(minutes=minutes))
        (letter,) = post.taken
        assert letter["Subject"] == "Hookline: 2 unread notifications"
        text = text_of(letter)
        assert "First" in text
        assert "Second" in text
        assert "Third" not in text
        work(town, "core.start_daily_letters", six + timedelta(days=1, minutes=7))
        assert len(post.taken) == 1, "nothing came since"


def test_erasing_leaves_nothing_that_leads_to_the_record_or_belongs_to_the_person(
    town: Town, tmp_path: Path
) -> None:
    with town.as_("max") as gate:
        gate.create(Activity, {"subject": "Ring", "owner": town.ids["boris"]})
        lead = gate.create(Lead, {"name": "Gone soon", "owner": town.ids["boris"]})
    with town.as_("ada") as gate:
        gate.create(Lead, {"name": "Stays", "owner": town.ids["clara"]})
    with town.as_("boris") as gate:
        choose(gate, USUAL, 7)
    with town.as_("ada") as gate:
        erase_person(gate, find_subject(gate, "lead", str(lead)), tmp_path, reason="asked")
    assert kinds(town, "boris") == [(Kind.assigned, "Ring")]
    with town.as_("ada") as gate:
        erase_person(gate, find_subject(gate, "user", str(town.ids["boris"])), tmp_path, reason="asked")
    with town.house() as gate:
        left = gate.tx.run(select(notification.c.user).distinct(), why="test").scalars().all()
    assert left == [town.ids["clara"]]


def test_what_was_read_long_ago_is_forgotten(town: Town) -> None:
    rows = [(None, 100), (NOW - timedelta(days=59), 59), (NOW - timedelta(days=61), 61), (None, 400)]
    blank = {
        "user": town.ids["boris"],
        "kind": "due",
        "entity": "activity",
        "count": 1,
        "word": "",
        "shown": True,
        "mail": "",
    }
    with town.house() as gate:
        for number, (read, days) in enumerate(rows, start=1):
            row = {**blank, "record": number, "read_at": read, "at": NOW - timedelta(days=days)}
            gate.tx.run(insert(notification).values(row), why="test")
        assert prune(gate.tx, NOW) == 2
        assert gate.tx.run(select(func.count()).select_from(notification), why="test").scalar_one() == 2


def test_a_page_of_the_inbox_ends_where_the_next_begins(town: Town) -> None:
    with town.as_("max") as gate:
        for number in range(3):
            gate.create(Lead, {"name": f"Lead {number}", "owner": town.ids["boris"]})
    with town.as_("boris") as gate:
        first = list_notices(gate, limit=2)
        second = list_notices(gate, limit=2, before=first.older)
        assert [n.title for n in (*first.notices, *second.notices)] == ["Lead 2", "Lead 1", "Lead 0"]
        assert second.older == ""
        for nonsense in ("x", "2026-01-01", "2026-01-01T00:00:00~1", "2026-01-01T00:00:00+00:00~x"):
            with pytest.raises(Invalid):
                list_notices(gate, before=nonsense)
