"""A small world for the tests of access: teams, people of every kind of right, and records of every entity that is owned."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from hookline.app import create_app, list_doors
from hookline.crm.access.lendings import share
from hookline.crm.access.roles import Role, field_right, permission, set_grants
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.custom_fields import NewField, add_field
from hookline.crm.files import keep_file
from hookline.crm.nouns import core
from hookline.crm.seeds import lay_seeds
from hookline.crm.sign_in.sessions import find_session, make_token, open_session
from hookline.errors import Invalid
from hookline.kernel.actor import HOUSE, Actor, Level
from hookline.kernel.db import Database
from hookline.kernel.fields import Field
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.migrations.migrate import migrate
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.schema import EntityInfo
from hookline.settings import Settings
from hookline.web.doors import Door
from hookline_sdk.testing.compiled import share_statements, share_templates
from litestar import Litestar
from sqlalchemy import insert, select

from tests.access.oracle import ALL, OWN, SUBTEAMS, TEAM, Levels, Planted, Principal, Share, Truth, plain
from tests.access.warden import WALLED, wall, warden
from tests.town import NOW

ORIGIN: Final = "http://town.example"
PER_ENTITY: Final = 9
_NOBODY: Final = Actor(user=None)
_SEES_HOUSE: Final = {HOUSE: {"read": ALL}}
_DOES: Final = ("create", "read", "edit", "delete", "assign", "share", "export", "import", "bulk")
# What the veiled one may not see: titles, numbers in formulas, a plugin's fields, one made by an administrator.
HIDDEN: Final = frozenset(
    {
        ("company", "email"), ("company", "description"), ("company", "revenue"),
        ("contact", "phone"), ("contact", "city"), ("contact", "warden_clearance"), ("contact", "c_nickname"),
        ("deal", "amount"), ("deal", "competitor"), ("deal", "warden_fear"), ("deal", "company"),
        ("lead", "name"), ("lead", "email"), ("lead", "campaign"), ("lead", "cost"),
        ("activity", "body"), ("activity", "due_at"), ("file", "name"), ("relation", "note"),
        ("warden_pass", "secret"), ("warden_pass", "doors"),
    }
)  # fmt: skip


def _does(level: int, *actions: str) -> Levels:
    return {"*": dict.fromkeys(actions or _DOES, level)}


# The roles of each kind of person, as an administrator would tell them.
ROLES: Final[Mapping[str, Sequence[Levels]]] = {
    "owner": [_does(OWN)],
    "mate": [_does(TEAM)],
    "leader": [_does(SUBTEAMS)],
    "all": [_does(ALL)],
    "merged": [
        {**_does(OWN), "deal": {"read": TEAM, "export": OWN}},
        {**_does(TEAM, "export"), "company": {"read": ALL, "edit": OWN}, "contact": {"read": SUBTEAMS, "export": ALL}},
    ],
    "guest": [_does(OWN)],
    "helper": [_does(OWN)],
    "veiled": [_does(ALL)],
    "observer": [_does(ALL, "read")],
    "walled": [_does(ALL)],
    "nobody": [],
}  # fmt: skip


@dataclass
class World:
    """The world, opened: installations over one database (the second with the wall), and everybody's keys."""

    installation: Installation
    folder: Path
    truth: Truth = field(default_factory=Truth)
    principals: dict[str, Principal] = field(default_factory=dict)
    cookies: dict[str, tuple[str, str]] = field(default_factory=dict)
    # Of each person one token that reads and one that writes.
    tokens: dict[str, str] = field(default_factory=dict)
    writing: dict[str, str] = field(default_factory=dict)
    apps: dict[bool, Litestar] = field(default_factory=dict)
    walled: Installation | None = None

    @property
    def owned(self) -> list[EntityInfo]:
        """The entities whose records belong to somebody."""
        return [info for info in self.schema.entities.values() if info.owned]

    @cached_property
    def schema(self) -> Any:
        """Every entity as it stands, custom fields included; no test makes further ones."""
        with self.installation.database.read() as tx:
            return self.installation.gate(tx, _NOBODY).schema

    @property
    def doors(self) -> list[Door]:
        """Every door of the application."""
        return list_doors(self.apps[False].state.site)

    @contextmanager
    def house(self) -> Iterator[Gate]:
        """A writing gate with the house's own rights."""
        with self.installation.house("the world") as gate:
            yield gate

    def app_of(self, who: Principal) -> Litestar:
        """The application that this person uses."""
        return self.apps[who.walled]


@contextmanager
def open_world(url: str, folder: Path) -> Iterator[World]:
    """Build the world in a database that may be empty, and open its doors."""
    world = World(_installed(url, warden), folder)
    lay_seeds(world.installation)
    with world.house() as gate:
        add_field(gate, "contact", NewField(label="Nickname", kind="text", name="nickname", filter=True))
    with world.house() as gate:
        _settle(world, gate)
    with world.house() as gate:
        _plant(world, gate)
    with world.house() as gate:
        _share(world, gate)
        _give_keys(world, gate)
    world.walled = _opened(url, warden, wall)
    settings = Settings(database_url=url, data_dir=folder, base_url=ORIGIN)
    world.apps = {False: create_app(settings, world.installation), True: create_app(settings, world.walled)}
    for app in world.apps.values():
        share_templates(app)
    yield world
    for home in (world.installation, world.walled):
        home.database.close()


def _installed(url: str, *plugins: Plugin) -> Installation:
    home = _opened(url, *plugins)
    migrate(home.database, home.host)
    return home


def _opened(url: str, *plugins: Plugin) -> Installation:
    host = PluginHost(strict=True)
    host.load([core, *plugins])
    database = Database(url)
    share_statements(database)
    return Installation(database, host, clock=lambda: NOW)


def _settle(world: World, gate: Gate) -> None:
    north = gate.create(Team, {"name": "North"})
    east = gate.create(Team, {"name": "East", "parent": north})
    south = gate.create(Team, {"name": "South"})
    for name, roles in ROLES.items():
        ids = [_role(gate, f"{name} {place}", levels) for place, levels in enumerate(roles)]
        if name == "veiled":
            gate.tx.run(insert(field_right), [{"role": ids[0], "entity": e, "field": f, "right": 0} for e, f in sorted(HIDDEN)], why="test")  # fmt: skip
        if name == "walled":
            gate.tx.run(insert(permission), [{"role": ids[0], "name": WALLED}], why="test")
        user = _person(gate, name, north, ids)
        hidden = HIDDEN if name == "veiled" else frozenset()
        world.principals[name] = Principal(
            name, user, north, frozenset({north, east}), roles, hidden, walled=name == "walled"
        )
    world.principals["stranger"] = Principal("stranger", None)
    for name, team in (("north", north), ("east", east), ("south", south)):
        user = _person(gate, f"of {name}", team, [])
        world.principals[f"of {name}"] = Principal(f"of {name}", user, team)
    gate.configured()


def _role(gate: Gate, name: str, levels: Levels) -> int:
    role = gate.create(Role, {"name": name})
    set_grants(gate, role, {e: {a: Level(n) for a, n in given.items()} for e, given in {**_SEES_HOUSE, **levels}.items()})  # fmt: skip
    gate.tx.run(insert(permission), [{"role": role, "name": name} for name in ("reports", "imports")], why="test")  # fmt: skip
    return role


def _person(gate: Gate, name: str, team: int, roles: Sequence[int]) -> int:
    values = {"name": name.capitalize(), "email": f"{name.replace(' ', '-')}@town.example", "team": team}
    return gate.create(User, {**values, "roles": tuple(roles)})


def _plant(world: World, gate: Gate) -> None:
    """Records of every entity that is owned, those that are about others last; the last of each goes into the trash."""
    owned = [info for info in gate.schema.entities.values() if info.owned]
    for info in sorted(owned, key=lambda info: "about" in info.fields):
        for number in range(1, PER_ENTITY + 1):
            _plant_one(world, gate, info, number)


def _plant_one(world: World, gate: Gate, info: EntityInfo, number: int) -> None:
    names = ("owner", "merged", "guest", "helper", "of north", "of east", "of south", "mate", "of north")
    owner = world.principals[names[number - 1]]
    about = _about(world, info, number) if "about" in info.fields else None
    values = {"owner": owner.user, "team": owner.team} | values_for(world, gate, info, number, about)
    if info.name == "file":
        content = f"fvfilecontent{number:02d}z".encode()
        id = keep_file(gate, world.folder / "files", f"{values['name']}.txt", content, _key(about))
        gate.update("file", id, {"owner": owner.user, "team": owner.team})
    else:
        id = gate.create(info.name, values)
    trashed = number == PER_ENTITY and _trash(gate, info, id)
    world.truth.records.append(Planted(info.name, id, number, owner.user, owner.team, about, trashed))


def _trash(gate: Gate, info: EntityInfo, id: int) -> bool:
    """Some records stay where they are, whatever one wishes."""
    try:
        gate.trash(info.name, id)
    except Invalid:
        return False
    return True


def _about(world: World, info: EntityInfo, number: int) -> tuple[str, int]:
    """Parents of every kind and of every visibility in turn."""
    parents = [r for r in world.truth.records if r.about is None and not r.trashed]
    if info.name == "consent":
        parents = [r for r in parents if r.entity in ("contact", "lead")]
    return (chosen := parents[number * 7 % len(parents)]).entity, chosen.id


def values_for(
    world: World, gate: Gate, info: EntityInfo, number: int, about: tuple[str, int] | None = None
) -> dict[str, Any]:
    """A value for every field that people may set: texts that say which field of which record they are."""
    found: dict[str, Any] = {}
    for spec in info.writable:
        value = _value(world, gate, info, spec, number, about)
        if value is not None:
            found[spec.name] = value
    return found


_LEFT_OUT: Final = {
    "owner",
    "team",
    "pipeline",
    "stage",
    "repeat",
    "currency",
    "mentions",
    "size",
    "status",
    "done_at",
}


def _value(
    world: World, gate: Gate, info: EntityInfo, spec: Field, number: int, about: tuple[str, int] | None
) -> Any:
    title = f"mk{plain(info.name)}{number:02d}z"
    if spec.name == info.cls.title or (info.name == "contact" and spec.name == "last_name"):
        return title
    if spec.name in _LEFT_OUT and spec.name != "currency":
        return None
    makers: dict[str, Callable[[], Any]] = {
        "text": lambda: "EUR" if spec.name == "currency" else word(info.name, spec.name, number),
        "long_text": lambda: word(info.name, spec.name, number),
        "email": lambda: f"{word(info.name, spec.name, number)}@mail.example",
        "url": lambda: f"https://{word(info.name, spec.name, number)}.example/",
        "phone": lambda: f"+4930{_hash(info.name + spec.name):05d}{number:02d}",
        "integer": lambda: 1000 + number,
        "decimal": lambda: Decimal(number),
        "percent": lambda: Decimal(10 + number),
        "money": lambda: Decimal(7_000_000 + _hash(spec.name) % 9000 * 100 + number),
        "date": lambda: dt.date(2026, 3, number),
        "datetime": lambda: NOW - dt.timedelta(hours=number),
        "yes_no": lambda: False,
        "choice": lambda: next(iter(spec.options), None),
        "record": lambda: _key(about) if spec.name == "about" else _other(world, number),
        "reference": lambda: _target(world, gate, spec, number),
        "references": lambda: _targets(world, spec.target or "", number),
    }
    return makers[spec.kind]() if spec.kind in makers else None


def word(entity: str, name: str, number: int) -> str:
    """The word that stands in one field of one record."""
    return f"fv{plain(entity)}x{plain(name)}{number:02d}z"


def _hash(name: str) -> int:
    return sum(ord(c) * (place + 7) * 131 for place, c in enumerate(name)) % 90_000 + 10_000


def _key(about: tuple[str, int] | None) -> str | None:
    return f"{about[0]}:{about[1]}" if about else None


def _other(world: World, number: int) -> str:
    deals = world.truth.of("deal")
    return f"deal:{deals[(number + 3) % (len(deals) - 1)].id}"


def _target(world: World, gate: Gate, spec: Field, number: int) -> int | None:
    """Another number than the record's own, so that what is in sight points at what is not; of a catalog any entry."""
    found = [r for r in world.truth.of(spec.target or "") if not r.trashed]
    if found:
        return found[number % len(found)].id
    info = gate.schema[spec.target or ""]
    if not spec.required or info.owned:
        return None
    first = gate.scalar(select(info.cls.id).limit(1))
    return gate.create(info.name, {info.cls.title: "Entry"}) if first is None else int(first)


def _targets(world: World, entity: str, number: int) -> tuple[int, ...] | None:
    found = [r.id for r in world.truth.of(entity) if not r.trashed]
    return (
        tuple(sorted({found[(number + 2) % len(found)], found[(number + 5) % len(found)]})) if found else None
    )


def _share(world: World, gate: Gate) -> None:
    """The guest may read the sixth of each, the helper may edit the seventh for an hour; the helper's other hour is over."""
    guest, helper = world.principals["guest"], world.principals["helper"]
    hour, giver = dt.timedelta(hours=1), world.principals["all"].user
    rows = []
    for info in (i for i in gate.schema.entities.values() if i.owned):
        of = {r.number: r.id for r in world.truth.of(info.name)}
        for number, user, right, until in (
            (6, guest.user, "read", None),
            (7, helper.user, "edit", NOW + hour),
            (5, helper.user, "edit", NOW - hour),
        ):
            row = {
                "entity": info.name,
                "record": of[number],
                "user": user,
                "right": right,
                "expires_at": until,
            }
            rows.append({**row, "reason": "test", "by": giver, "created_at": NOW})
            expired = until is not None and until < NOW
            world.truth.shares.append(Share(info.name, of[number], right, user, expired=expired))
    gate.tx.run(insert(share), rows, why="test")


def _give_keys(world: World, gate: Gate) -> None:
    for name, who in world.principals.items():
        if who.user is not None:
            cookie = open_session(gate.tx, who.user, NOW, address="127.0.0.1", agent="test")
            found = find_session(gate.tx, cookie, NOW)
            assert found is not None
            world.cookies[name] = (cookie, found.csrf)
            world.tokens[name] = make_token(gate.tx, who.user, "test", "read", NOW)
            world.writing[name] = make_token(gate.tx, who.user, "writes", "write", NOW)
