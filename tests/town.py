"""The town that tests live in: five people with the five roles, two teams, one pipeline, a few companies and deals.

    ada     administrator
    vera    head of both teams
    max     manager of the north team
    boris   seller of the north team
    clara   seller of the south team
    olga    observer

Everybody's password is `PASSWORD`, everybody's e-mail `<name>@town.example`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from argon2 import PasswordHasher
from hookline.crm.access.actors import load_actor
from hookline.crm.access.roles import Role
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.nouns import core
from hookline.crm.pipelines import Pipeline, Stage
from hookline.crm.sign_in.credentials import accept, credential, try_password
from hookline.kernel.db import Database
from hookline.kernel.entity import Base
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.memory import configuration_version
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline_sdk.testing.compiled import share_statements
from sqlalchemy import Column, Table, insert, select

PASSWORD = "a-quiet-place-by-the-mill"
NOW = datetime(2026, 3, 17, 9, 30, tzinfo=UTC)
PEOPLE = {
    "ada": "Administrator",
    "vera": "Head",
    "max": "Manager",
    "boris": "Seller",
    "clara": "Seller",
    "olga": "Observer",
}
STAGES = (
    ("New", "open", 10),
    ("Qualified", "open", 30),
    ("Offer", "open", 60),
    ("Won", "won", 100),
    ("Delivery", "after", 100),
    ("Lost", "lost", 0),
)


@dataclass
class Town:
    """An installation with people in it. `ids` names every record made: town.ids["boris"], town.ids["acme"]."""

    installation: Installation
    ids: dict[str, int] = field(default_factory=dict)

    @contextmanager
    def as_(self, name: str) -> Iterator[Gate]:
        """A writing gate of one of the people; commits when the block ends."""
        with self.installation.database.write() as tx:
            version = configuration_version(tx)
            actor = load_actor(tx, self.installation.memory, version, self.ids[name], NOW)
            assert actor is not None, f"{name} cannot act"
            yield self.installation.gate(tx, actor, version=version)

    def signs_in(
        self, email: str, password: str, *, address: str = "here", now: datetime = NOW
    ) -> int | None:
        """Whom this password lets in, as the door judges it."""
        attempt = try_password(self.installation.database, email, password, address, now)
        with self.installation.database.write() as tx:
            return accept(tx, attempt)

    @contextmanager
    def house(self) -> Iterator[Gate]:
        """A writing gate with the house's own rights."""
        with self.installation.house("the town") as gate:
            yield gate


def build_town(url: str, plugins: Sequence[Plugin] = ()) -> Town:
    """Settle an installation whose database is migrated."""
    town = open_town(url, plugins)
    with town.house() as gate:
        for seed in town.installation.host.contributions("seed"):
            seed.call(gate)
        _people(gate, town.ids)
        _pipeline(gate, town.ids)
        _customers(gate, town.ids)
    return town


def open_town(url: str, plugins: Sequence[Plugin] = ()) -> Town:
    """An installation over this database, strict: what a plugin raises reaches the test."""
    host = PluginHost(strict=True)
    host.load([core, *plugins])
    database = Database(url)
    share_statements(database)
    return Town(Installation(database, host, clock=lambda: NOW))


def tables_of_the_core() -> list[Table]:
    """The core's tables by name. Tests in the same process declare plugins, whose tables this database does not have."""
    return [table for _, table in sorted(Base.metadata.tables.items()) if table.info.get("owner") == "core"]


def columns_of_the_core(table: Table) -> list[Column[Any]]:
    """The columns of a table but for those that such plugins have added."""
    return [column for column in table.columns if column.info.get("owner", "core") == "core"]


def _people(gate: Gate, ids: dict[str, int]) -> None:
    ids["north"] = gate.create(Team, {"name": "North"})
    ids["south"] = gate.create(Team, {"name": "South", "parent": ids["north"]})
    roles = {name: id for id, name in gate.rows(select(Role.id, Role.name))}
    for name, role in PEOPLE.items():
        team = {"clara": ids["south"], "olga": None}.get(name, ids["north"])
        values = {
            "name": name.capitalize(),
            "email": f"{name}@town.example",
            "team": team,
            "roles": (roles[role],),
        }
        ids[name] = gate.create(User, values)
        gate.tx.run(
            insert(credential).values(user=ids[name], password_hash=_hash(), changed_at=NOW), why="the town"
        )
    gate.configured()


def _pipeline(gate: Gate, ids: dict[str, int]) -> None:
    ids["sales"] = gate.create(Pipeline, {"name": "Town sales", "position": -1})
    for position, (name, kind, probability) in enumerate(STAGES):
        values = {
            "name": name,
            "pipeline": ids["sales"],
            "position": position,
            "kind": kind,
            "probability": probability,
        }
        ids[name.lower()] = gate.create(Stage, values)


def _customers(gate: Gate, ids: dict[str, int]) -> None:
    north, south = (
        {"owner": ids["boris"], "team": ids["north"]},
        {"owner": ids["clara"], "team": ids["south"]},
    )
    ids["acme"] = gate.create(Company, {"name": "Acme Works", "industry": "Machines", **north})
    ids["the_mill"] = gate.create(Company, {"name": "The Old Mill", "parent": ids["acme"], **south})
    ids["ivan"] = gate.create(
        Contact,
        {
            "first_name": "Иван",
            "last_name": "Мельников",
            "email": "ivan@mill.example",
            "company": ids["the_mill"],
            **south,
        },
    )
    ids["helen"] = gate.create(
        Contact, {"first_name": "Helen", "last_name": "Marsh", "company": ids["acme"], **north}
    )
    ids["scanners"] = gate.create(
        Deal,
        {
            "name": "Scanners",
            "company": ids["acme"],
            "contact": ids["helen"],
            "amount": Decimal("84600.50"),
            **north,
        },
    )
    ids["flour"] = gate.create(
        Deal, {"name": "Мука, 40 тонн", "company": ids["the_mill"], "amount": Decimal(12_000), **south}
    )


@lru_cache(maxsize=1)
def _hash() -> str:
    """One cheap hash for everybody: tests of the hash itself make their own."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
