"""Reports by e-mail: at their time, once, to each reader what the own rights show, through a real mail server."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hookline.crm.access.users import User
from hookline.crm.reports.schedules import (
    Plan,
    end_schedule,
    find_schedule,
    get_schedule,
    keep_schedule,
    list_schedules,
    pause_schedule,
)
from hookline.errors import Invalid, NotFound
from hookline.kernel.background.jobs import enqueue
from hookline.start import create_worker

from tests.town import NOW, Town
from tests.web.test_passwords import Post, serve_post

WEEKLY = Plan("week", 0, 8, "Europe/Helsinki")


@contextmanager
def mail(town: Town) -> Iterator[Post]:
    with serve_post() as post:
        old = town.installation.settings
        town.installation.settings = replace(
            old, smtp_url=f"smtp+plain://127.0.0.1:{post.port}", base_url="https://crm.example"
        )
        yield post
        town.installation.settings = old


def work(town: Town, at: datetime) -> None:
    """Let the clock strike, and the worker do whatever follows."""
    town.installation.clock = lambda: at
    with town.installation.database.write() as tx:
        enqueue(tx, "core.send_due_reports", {}, now=at)
    worker = create_worker(town.installation)
    while worker.run_once():
        pass


def keep(town: Town, *readers: str, plan: Plan = WEEKLY, query: str = "") -> int:
    with town.as_("max") as gate:
        return keep_schedule(gate, "core.pipeline", query, plan, [town.ids[name] for name in readers])


def results(town: Town, id: int) -> dict[str, str]:
    with town.house() as gate:
        found = find_schedule(gate.tx, id)
    assert found is not None
    return {
        name: found.results[str(town.ids[name])]
        for name in ("max", "clara", "olga")
        if str(town.ids[name]) in found.results
    }


def part(letter: EmailMessage, kind: str) -> str:
    body = letter.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_each_reader_gets_what_the_own_rights_show(town: Town) -> None:
    id = keep(town, "max", "clara", query=f"pipeline={town.ids['sales']}")
    with mail(town) as post:
        work(town, NOW)
        assert post.taken == []
        work(town, NOW + timedelta(days=7))
        letters = {str(letter["To"]): letter for letter in post.taken}
    assert letters.keys() == {"max@town.example", "clara@town.example"}
    mine, hers = letters["max@town.example"], letters["clara@town.example"]
    assert mine["Subject"] == "Hookline: Pipeline by stage"
    assert "€84,600.50" in part(mine, "plain")
    assert "€84,600.50" not in part(hers, "plain")
    assert "€12,000" in part(hers, "html")
    assert f"https://crm.example/reports/core/pipeline?pipeline={town.ids['sales']}" in part(hers, "plain")
    # A manager may export, a seller may not.
    assert [each.get_filename() for each in mine.iter_attachments()] == ["core-pipeline.xlsx"]
    assert list(hers.iter_attachments()) == []
    assert results(town, id) == {"max": "sent", "clara": "sent"}


@pytest.mark.one_engine
def test_what_was_missed_goes_out_once_and_never_twice(town: Town) -> None:
    id = keep(town, "max")
    with mail(town) as post:
        late = NOW + timedelta(days=40)
        work(town, late)
        work(town, late + timedelta(minutes=5))
        assert len(post.taken) == 1
        with town.house() as gate:
            found = find_schedule(gate.tx, id)
        assert found is not None
        assert found.last_at == late
        assert late < found.due_at <= late + timedelta(days=7)


@pytest.mark.one_engine
def test_who_left_or_has_no_right_gets_nothing(town: Town) -> None:
    id = keep(town, "clara", "olga", "max")
    with town.house() as gate:
        gate.update(User, town.ids["clara"], {"active": False})
        gate.update(User, town.ids["olga"], {"roles": ()})
    with mail(town) as post:
        work(town, NOW + timedelta(days=7))
        assert [str(letter["To"]) for letter in post.taken] == ["max@town.example"]
    assert results(town, id) == {"clara": "no right", "olga": "no right", "max": "sent"}


@pytest.mark.one_engine
def test_a_mail_server_that_refuses_is_tried_again(town: Town) -> None:
    id, when = keep(town, "max"), NOW + timedelta(days=7)
    with mail(town) as post:
        post.broken = True
        work(town, when)
        assert "451" in results(town, id)["max"]
        post.broken = False
        town.installation.clock = lambda: when + timedelta(minutes=1)
        worker = create_worker(town.installation)
        while worker.run_once():
            pass
        assert len(post.taken) == 1
    assert results(town, id) == {"max": "sent"}


@pytest.mark.one_engine
def test_it_rests_and_ends_and_belongs_to_one(town: Town) -> None:
    id = keep(town, "max")
    with town.as_("boris") as gate:
        assert list_schedules(gate) == []
        with pytest.raises(NotFound):
            end_schedule(gate, id)
    with town.as_("max") as gate:
        pause_schedule(gate, id, paused=True)
    with mail(town) as post:
        work(town, NOW + timedelta(days=30))
        town.installation.clock = lambda: NOW + timedelta(days=30)
        with town.as_("max") as gate:
            gate.now = NOW + timedelta(days=30)
            pause_schedule(gate, id, paused=False)
            assert get_schedule(gate, id).due_at > NOW + timedelta(days=30)
        work(town, NOW + timedelta(days=30, minutes=5))
        assert post.taken == []
    with town.as_("max") as gate:
        end_schedule(gate, id)
        assert list_schedules(gate) == []


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("plan", "readers"),
    [
        (Plan("year", 0, 8, "UTC"), ["max"]), (Plan("week", 7, 8, "UTC"), ["max"]), (Plan("month", 0, 8, "UTC"), ["max"]),
        (Plan("day", 0, 24, "UTC"), ["max"]), (Plan("day", 0, 8, "UTC"), []),
    ],
)  # fmt: skip
def test_a_plan_that_will_not_do_is_refused(town: Town, plan: Plan, readers: list[str]) -> None:
    with pytest.raises(Invalid):
        keep(town, *readers, plan=plan)


@pytest.mark.parametrize(
    ("plan", "after", "due"),
    [
        (Plan("day", 0, 8, "UTC"), datetime(2026, 3, 17, 8, tzinfo=UTC), datetime(2026, 3, 18, 8, tzinfo=UTC)),
        (Plan("week", 6, 7, "Europe/Berlin"), datetime(2026, 3, 26, tzinfo=UTC), datetime(2026, 3, 29, 5, tzinfo=UTC)),
        (Plan("month", 31, 9, "UTC"), datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 2, 28, 9, tzinfo=UTC)),
        # The night in which the clocks go forward has no half past two, but a morning.
        (Plan("day", 0, 2, "Europe/Berlin"), datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_plans_follow_the_clock_on_the_wall(plan: Plan, after: datetime, due: datetime) -> None:
    assert plan.following(after) == due
