"""What the gate's rules add to a page of 50: the same list for those who see all of it, a team's part, their own, what is shared."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from hookline.crm.access.lendings import share
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.kernel.actor import Actor, Lending, Level
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import ListQuery, fetch_counted
from hookline.kernel.memory import configuration_version
from hookline.settings import Settings
from hookline.start import create_installation
from sqlalchemy import insert, select, text, update

ROUNDS, PAGES = 5, 10
COLUMNS = ("name", "company", "email", "phone", "city", "job_title", "owner")
READER = Reader(
    language="en", zone="UTC", currency="EUR", region="GB", now=datetime(2026, 1, 5, 9, tzinfo=UTC)
)
# Of a hundred contacts so many belong to the team, and so many to the person; of a thousand so many are shared.
TEAM_SHARE, OWN_SHARE, LENT_SHARE = 5, 1, 2


def measure_rules(url: str) -> dict[str, float]:
    """The median ms of the page by what its reader sees. Changes whose the contacts are: nothing is measured afterwards."""
    home = create_installation(Settings(database_url=url))
    with home.house("bench", durable=False) as gate:
        actors = _people(gate)
    _tidy(home)
    times: dict[str, list[float]] = {name: [] for name in actors}
    for _ in range(ROUNDS):
        # In turns, so that a busy moment falls on each alike.
        for name, actor in actors.items():
            times[name] += _pages(home, actor)
    home.database.close()
    return {name: statistics.median(found) * 1000 for name, found in times.items()}


def _people(gate: Gate) -> Mapping[str, Actor]:
    """Somebody for each level, and the contacts that are theirs."""
    contact = gate.schema["contact"].table
    team = gate.create(Team, {"name": "Other"})
    values = {"name": "Sam Seller", "email": "sam@example.test", "team": team}
    user, giver = gate.create(User, values), gate.create(User, {**values, "email": "gil@example.test"})
    for share_of, change in ((TEAM_SHARE, {"team": team}), (OWN_SHARE, {"owner": user, "team": team})):
        some = contact.c.id % (100 // share_of) == 0
        gate.tx.run(update(contact).where(some).values(**change), why="bench")
    lent = gate.tx.run(select(contact.c.id).where(contact.c.id % 1000 < LENT_SHARE), why="bench").scalars()
    fixed = {
        "entity": "contact",
        "user": user,
        "right": "read",
        "by": giver,
        "reason": "",
        "created_at": gate.now,
    }
    gate.tx.run(insert(share), [{**fixed, "record": id} for id in lent], why="bench")
    names = Actor(
        user, "Sam Seller", team, grants={("company", "read"): Level.all, ("user", "read"): Level.all}
    )
    levels = {"all": Level.all, "team": Level.team, "own": Level.own}
    actors = {name: _seeing(names, level) for name, level in levels.items()}
    lending = Lending("contact", edit=False, giver=replace(actors["all"], user=giver))
    return {**actors, "own and shared": replace(actors["own"], shared=(lending,))}


def _seeing(actor: Actor, level: Level) -> Actor:
    return replace(actor, grants={**actor.grants, ("contact", "read"): level})


def _tidy(home: Installation) -> None:
    statement = "ANALYZE" if home.database.sqlite else "VACUUM ANALYZE"
    with home.database.engine.connect() as connection:
        alone = connection.execution_options(isolation_level="AUTOCOMMIT", hookline_stamp="bench")
        alone.execute(text(statement))


def _pages(home: Installation, actor: Actor) -> Iterator[float]:
    """How long each took. The first, which builds the statement, is the price of a new page and not of a rule."""
    for number in range(PAGES + 1):
        with home.database.read() as tx:
            gate = home.gate(tx, actor, version=configuration_version(tx))
            info = gate.schema["contact"]
            start = time.perf_counter()
            page, _totals = fetch_counted(gate, info, ListQuery(columns=COLUMNS), READER, labels=("company",))
            took = time.perf_counter() - start
        if not page.rows:
            raise RuntimeError(f"{actor.name} sees no contact")
        if number:
            yield took
