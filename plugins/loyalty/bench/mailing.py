"""A mailing at size, run by hand: `pytest bench/mailing.py -s`: 10,000 people, some of whom must get nothing, and two kills.

The worker is a process of its own and is killed (SIGKILL) by the mail server twice, in the middle of handing a letter over.
Prints what was sent to whom it must not be, who got it twice, and how long it took.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope
from hookline_sdk import Contact, func, select
from hookline_sdk.testing import Client, Clock, Crm, Jobs

from hookline_loyalty.campaigns.data import Campaign, Recipient, State, Suppression
from hookline_loyalty.campaigns.launching import carry
from hookline_loyalty.campaigns.terms import Mailing

PEOPLE, AT_ONCE, KILLS = 10_000, 1_000, (2_500, 5_000)


@dataclass
class Office:
    """Takes letters, and kills the worker after some of them."""

    taken: list[str] = field(default_factory=list)
    worker: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's name
        self.taken += envelope.rcpt_tos
        if len(self.taken) in KILLS and self.worker:
            os.killpg(self.worker, signal.SIGKILL)
        return "250 taken"


def test_ten_thousand(crm: Crm, client: Client, jobs: Jobs, clock: Clock) -> None:
    silent, listed = _people(crm)
    with crm.house() as gate:
        terms = Mailing.of(gate)
        terms.quiet_from = terms.quiet_to = 0
        terms.keep(gate)
    with crm.writing() as gate:
        id = gate.create(
            Campaign, {"name": "Ten thousand", "purpose": 1, "subject": "Hello {{first_name}}", "said": "Dear {{first_name|friend}}"}
        )  # fmt: skip
        carry(gate, id, state=State.approved)
    office = Office()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    controller = Controller(office, hostname="127.0.0.1", port=port)
    controller.start()
    crm.home.settings = replace(crm.home.settings, smtp_url=f"smtp+plain://127.0.0.1:{port}")
    client.get(f"/loyalty/campaigns/{id}/action/loyalty/launch")
    client.form().submit()
    crm.settle()
    crm.hooks.clear()
    began = time.perf_counter()
    for _ in KILLS:
        _work_until_killed(crm, office, port)
        # The lease of the killed run ends by the clock.
        clock.set(datetime.now(UTC) + timedelta(hours=1))
        with crm.home.database.write() as tx:
            tx.run(_due_now(clock.now - timedelta(hours=2)), why="bench")
    office.worker = 0
    clock.set(datetime.now(UTC) + timedelta(hours=1))
    jobs.run()
    took = time.perf_counter() - began
    controller.stop()
    with crm.house() as gate:
        found = select(Recipient.group, Recipient.fate, func.count(Recipient.id)).where(
            Recipient.campaign == id
        )
        fates = [tuple(row) for row in gate.rows(found.group_by(Recipient.group, Recipient.fate))]
    counts = Counter(office.taken)
    print(f"\n{PEOPLE} people, {len(silent)} have not agreed, {len(listed)} are on the suppression list")
    print(f"  left out: {_left_out(crm, id)}")
    print(
        f"  letters taken by the server: {len(office.taken)}, to {len(counts)} people; killed {len(KILLS)} times"
    )
    print(f"  got it twice: {sum(n > 1 for n in counts.values())}")
    print(
        f"  sent to who has not agreed: {len(silent & counts.keys())}, to who is on the list: {len(listed & counts.keys())}"
    )
    print(f"  {fates}")
    print(f"  {took:.0f} s, {len(office.taken) / took:.0f} letters a second")
    assert not (silent | listed) & counts.keys()
    assert max(counts.values()) == 1


def _people(crm: Crm) -> tuple[set[str], set[str]]:
    """Every tenth has not agreed, every twentieth is on the list, by the contact or by the address."""
    silent: set[str] = set()
    listed: set[str] = set()
    for start in range(0, PEOPLE, AT_ONCE):
        numbers = range(start, start + AT_ONCE)
        with crm.house() as gate:
            ids = gate.create_many(
                Contact, [{"first_name": f"P{n}", "email": f"p{n}@mail.example"} for n in numbers]
            )
            words = [
                {"about": f"contact:{id}", "purpose": 1, "said": "given", "source": "Form"}
                for id, n in zip(ids, numbers, strict=True)
                if n % 10
            ]
            gate.create_many("consent", words)
            banned = [(id, n) for id, n in zip(ids, numbers, strict=True) if n % 20 == 7]
            gate.create_many(
                Suppression,
                [
                    {"address": f"p{n}@mail.example", "contact": id if n % 40 == 7 else None}
                    for id, n in banned
                ],
            )
        # The kit keeps what each hook was called with: gates, and all that they hold.
        crm.hooks.clear()
        silent |= {f"p{n}@mail.example" for n in numbers if n % 10 == 0}
        listed |= {f"p{n}@mail.example" for _, n in banned}
    return silent, listed


def _work_until_killed(crm: Crm, office: Office, port: int) -> None:
    environment = {
        **os.environ, "HOOKLINE_DATABASE_URL": crm.url, "HOOKLINE_DATA_DIR": str(crm.folder),
        "HOOKLINE_PLUGINS": "hookline_loyalty:plugin", "HOOKLINE_BASE_URL": "http://crm.example",
        "HOOKLINE_SMTP_URL": f"smtp+plain://127.0.0.1:{port}",
    }  # fmt: skip
    command = [sys.executable, "-m", "hookline.cli", "work"]
    with subprocess.Popen(command, env=environment, start_new_session=True) as worker:  # our own worker
        office.worker = worker.pid
        assert worker.wait(timeout=900) == -signal.SIGKILL


def _due_now(moment: datetime) -> Any:
    """The killed run's lease, ended."""
    from hookline.kernel.tables import job  # noqa: PLC0415  # to end a lease that would end by itself in a minute
    from sqlalchemy import update  # noqa: PLC0415  # only here

    return update(job).where(job.c.state == "running").values(due_at=moment)


def _left_out(crm: Crm, id: int) -> str:
    with crm.house() as gate:
        return gate.get(Campaign, id).left_out or ""
