"""Tells the story: people first, then what they sell, whom they sell to, and what has happened so far."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import insert, select, update

from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.catalogs import LostReason, Product, Source
from hookline.crm.demo.customers import meet_customers
from hookline.crm.demo.days import fill_days
from hookline.crm.demo.offers import PARTNERS, SALES, settle_offers
from hookline.crm.demo.people import ACCOUNTS, PASSWORD, Account, settle_people
from hookline.crm.demo.play import Play
from hookline.crm.demo.requests import fill_inbox
from hookline.crm.demo.sales import sell
from hookline.crm.demo.views import keep_views
from hookline.crm.notifications.tables import notification
from hookline.crm.pipelines import pipelines
from hookline.crm.seeds import laid_seed
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation

__all__ = ["PASSWORD", "is_begun", "list_accounts", "tell", "tell_once"]

_BEGUN: Final = "demo.begun"
_TOLD: Final = "demo.told"
_HOUSE: Final = "demo.house"
_STORY: Final = "demo.story"
_READ: Final = "demo.read"
# What came longer ago everybody has read.
_UNREAD: Final = timedelta(days=3)


def tell(home: Installation) -> None:
    """Lay the story into a database that has been migrated and seeded. What is told already is not told again."""
    _chapter(home, _HOUSE, _settle)
    _chapter(home, _STORY, lambda gate: _live(home, gate))
    _chapter(home, _READ, _catch_up)


def tell_once(home: Installation, story: Callable[[Installation], None] = tell) -> None:
    """Let a story be told, this one or a bundle's own, unless one has been told in this database."""
    if _stands(home, _TOLD):
        return
    _chapter(home, _BEGUN, lambda _: None)
    story(home)
    _chapter(home, _TOLD, lambda _: None)


def is_begun(home: Installation) -> bool:
    """Whether this database was made for a story."""
    return _stands(home, _BEGUN)


def list_accounts() -> tuple[Account, ...]:
    """Whom one can sign in as; the password of all of them is PASSWORD."""
    return ACCOUNTS


def _chapter(home: Installation, name: str, write: Callable[[Gate], None]) -> None:
    """One part of the story, whole or not at all."""
    with home.house("demo", durable=False) as gate:
        if not _is_laid(gate.tx, name):
            write(gate)
            gate.tx.run(insert(laid_seed).values(name=name, laid_at=gate.now), why="seeds")


def _settle(gate: Gate) -> None:
    settle_people(gate)
    settle_offers(gate)


def _live(home: Installation, gate: Gate) -> None:
    people = {name.split()[0]: id for id, name in gate.rows(select(User.id, User.name))}
    play = Play(home, gate.tx, people, _known(gate))
    meet_customers(play)
    sell(play)
    fill_days(play)
    fill_inbox(play)
    play.perform()
    keep_views(play)


def _catch_up(gate: Gate) -> None:
    """Let the inboxes look like those of people who come every day."""
    old = update(notification).where(notification.c.at < gate.now - _UNREAD)
    gate.tx.run(old.values(read_at=notification.c.at), why="demo")


def _known(gate: Gate) -> dict[str, int]:
    """Ids by name of what was settled before the story begins."""
    found = {
        name: id
        for noun in (Product, Source, LostReason, Team)
        for id, name in gate.rows(select(noun.id, noun.name))
    }
    stages = {(line.name, s.name): s.id for line in pipelines(gate).by_id.values() for s in line.stages}
    for line, rows in (("Sales", SALES), ("Partners", PARTNERS)):
        found |= {key: stages[line, str(name)] for key, name, *_ in rows}
    return found


def _stands(home: Installation, name: str) -> bool:
    with home.database.read() as tx:
        return _is_laid(tx, name)


def _is_laid(tx: Transaction, name: str) -> bool:
    return tx.run(select(laid_seed.c.name).where(laid_seed.c.name == name), why="seeds").first() is not None
