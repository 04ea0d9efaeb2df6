"""The plugins' parts of the story: told after the house's own, each once per database, whole or not at all."""

import traceback
from dataclasses import replace
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from hookline.crm.access.users import User
from hookline.crm.seeds import laid_seed
from hookline.kernel.actor import house
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.plugins.watching.alarms import within
from hookline.kernel.stories import Story, StoryPerson

ZONE: Final = ZoneInfo("Europe/Amsterdam")


def tell_parts(home: Installation) -> list[Contribution]:
    """Let every plugin tell its part that this database has not heard; those that failed, whose parts are told another time."""
    with home.database.read() as tx:
        known = set(tx.run(select(laid_seed.c.name), why="demo").scalars())
    parts = [part for part in home.host.contributions("demo") if _mark(part) not in known]
    return [part for part in parts if not _tell(home, part)]


def make_story(home: Installation, gate: Gate) -> Story:
    """The story as of now, for a part that is told in this transaction."""
    columns = (User.id, User.name, User.team, User.language)
    rows = gate.rows(select(*columns).where(User.active.is_(True), User.email.is_not(None)).order_by(User.id))
    people: dict[str, StoryPerson] = {}
    for id, name, team, language in rows:
        people.setdefault(name.split()[0], StoryPerson(id, name, team, language))
    today = home.clock().astimezone(ZONE).date()
    return Story(today, people, ZONE, partial(_acting, home, gate))


def _tell(home: Installation, part: Contribution) -> bool:
    try:
        with home.house("demo", durable=False) as gate:
            story = make_story(home, gate)
            with within(home.host.watch.patience.quiet):
                part.call(story, gate)
            gate.tx.run(insert(laid_seed).values(name=_mark(part), laid_at=gate.now), why="demo")
    except Exception:
        if home.host.strict:
            raise
        home.host.failed(part, traceback.format_exc(limit=20))
        return False
    return True


def _acting(home: Installation, gate: Gate, person: StoryPerson) -> Gate:
    return home.gate(gate.tx, replace(house("demo"), user=person.id, name=person.name))


def _mark(part: Contribution) -> str:
    return f"demo {part.key}"
