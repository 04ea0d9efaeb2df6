"""People of every kind of right over a plugin's records, and what each of them may see of these."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from hookline.crm.access.lendings import share
from hookline.crm.access.roles import Role, field_right, permission, set_grants
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.plugins.facts import manifest
from hookline.errors import Invalid
from hookline.kernel.actor import HOUSE, Level
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.contributions import Contribution
from hookline.kernel.schema import EntityInfo
from httpx import Response
from sqlalchemy import insert

from hookline_sdk.testing.client import Client, sign_in
from hookline_sdk.testing.crm import Crm
from hookline_sdk.testing.oracle import (
    ALL,
    OWN,
    SUBTEAMS,
    TEAM,
    Levels,
    Planted,
    Principal,
    Share,
    Truth,
    plain,
)

_DOES: Final = ("create", "read", "edit", "delete", "assign", "share", "export", "import", "bulk")
_WORD: Final = re.compile(r"fv([a-z]+?)x([a-z]+?)(\d\d)z")
# Who owns the records, in turn; one of each is lent to the guest.
_OWNERS: Final = ("owner", "mate", "north", "south", "leader", "guest")
_LENT: Final = 3


def _does(level: int, *actions: str) -> Levels:
    return {"*": dict.fromkeys(actions or _DOES, level)}


_ROLES: Final[Mapping[str, Levels]] = {
    "owner": _does(OWN),
    "mate": _does(TEAM),
    "leader": _does(SUBTEAMS),
    "all": _does(ALL),
    "veiled": _does(ALL),
    "guest": _does(OWN),
    "observer": _does(ALL, "read"),
    "nobody": {},
}


@dataclass
class Strangers:
    """The people, the records, and the truth about both."""

    crm: Crm
    owned: Sequence[EntityInfo]
    truth: Truth = field(default_factory=Truth)
    principals: dict[str, Principal] = field(default_factory=dict)
    clients: dict[str, Client] = field(default_factory=dict)
    # Who was answered what at an address, as long as nothing is written.
    answers: dict[tuple[str, str], Response] = field(default_factory=dict, repr=False)

    def house(self) -> AbstractContextManager[Gate]:
        """A writing gate with the house's own rights."""
        return self.crm.house()

    @property
    def askers(self) -> list[Principal]:
        """Those who ask; of the others there are only records."""
        return [who for who in self.principals.values() if who.name in _ROLES]

    def unlawful(self, who: Principal, text: str) -> list[str]:
        """What a text shows that this person may not see."""
        found = set()
        for entity, name, number in _WORD.findall(text):
            info = next((i for i in self.owned if plain(i.name) == entity), None)
            record = next(
                (r for r in self.truth.records if info and (r.entity, r.number) == (info.name, int(number))),
                None,
            )
            if info is None or record is None:
                continue
            spec = next(f for f in info.fields if plain(f) == name)
            if not (self.truth.sees(who, record) and self.truth.shows(who, info.name, spec)):
                found.add(f"{spec} of record {record.id}")
        return sorted(found)

    def paths(self) -> Iterator[str]:
        """Where the plugin's records could be seen: by their own pages and by what the plugin shows elsewhere."""
        for info in self.owned:
            base = f"/{info.cls.slug}"
            yield from (
                base,
                f"{base}?sort=-{info.cls.title}",
                f"{base}?group=owner",
                f"{base}/new",
                f"/api/v1{base}",
            )
            yield f"/lookup/{info.name}?q=fv"
            for record in self.truth.of(info.name):
                yield from (f"{base}/{record.id}", f"{base}/{record.id}/edit", f"/api/v1{base}/{record.id}")
                yield from (f"{base}/{record.id}/panel/{c.plugin}/{c.name}" for c in self._panels(info))
        yield "/search?q=fv"
        for plugin in self.crm.plugins:
            for each in manifest(self.crm.home.host, plugin.name)["contributions"]:
                if each["address"].startswith("/"):
                    yield each["address"]

    def _panels(self, info: EntityInfo) -> list[Contribution]:
        names = {plugin.name for plugin in self.crm.plugins}
        return [
            c
            for c in self.crm.home.host.all()
            if c.kind == "panel" and c.entity == info.name and c.plugin in names
        ]


def meet_strangers(crm: Crm) -> Strangers:
    """Let them move in, and give them records of every entity of the plugins under test that belongs to somebody."""
    names = {plugin.name for plugin in crm.plugins}
    owned = [info for info in crm.schema.entities.values() if info.owner in names and info.owned]
    there = Strangers(crm, owned)
    with crm.house() as gate:
        _people(there, gate)
    for info in owned:
        for number, owner in enumerate(_OWNERS, 1):
            _plant(there, info, number, there.principals[owner])
    with crm.house() as gate:
        _lend(there, gate, crm.clock())
    for name, who in there.principals.items():
        if who.user is not None and name in _ROLES:
            there.clients[name] = Client(crm, name, *sign_in(crm.installation, who.user))
    return there


def _people(there: Strangers, gate: Gate) -> None:
    north = gate.create(Team, {"name": "Strangers of the north"})
    east = gate.create(Team, {"name": "Strangers of the east", "parent": north})
    south = gate.create(Team, {"name": "Strangers of the south"})
    for name, levels in _ROLES.items():
        role = _role(gate, name, levels)
        hidden = _veil(there.owned) if name == "veiled" else frozenset()
        rows = [{"role": role, "entity": e, "field": f, "right": 0} for e, f in sorted(hidden)]
        if rows:
            gate.tx.run(insert(field_right), rows, why="test")
        user = _person(gate, name, north, (role,))
        there.principals[name] = Principal(name, user, north, frozenset({north, east}), (levels,), hidden)
    for name, team in (("north", east), ("south", south)):
        there.principals[name] = Principal(name, _person(gate, name, team, ()), team)
    gate.configured()


def _role(gate: Gate, name: str, levels: Levels) -> int:
    role = gate.create(Role, {"name": f"Stranger: {name}"})
    given = {HOUSE: {"read": ALL}, **levels}
    set_grants(gate, role, {e: {a: Level(n) for a, n in each.items()} for e, each in given.items()})
    gate.tx.run(insert(permission), [{"role": role, "name": "reports"}], why="test")
    return role


def _person(gate: Gate, name: str, team: int, roles: tuple[int, ...]) -> int:
    email = f"stranger-{name}@crm.example"
    return gate.create(User, {"name": f"Stranger {name}", "email": email, "team": team, "roles": roles})


def _veil(owned: Sequence[EntityInfo]) -> frozenset[tuple[str, str]]:
    """Of each entity a text and a figure that are not its title. The house's own, such as the currency, nobody can hide."""
    found = set()
    for info in owned:
        for kinds in (("text", "long_text"), ("money", "integer", "decimal", "date")):
            names = [
                f.name
                for f in info.writable
                if f.kind in kinds and f.name != info.cls.title and not f.required and not f.hidden
            ]
            found |= {(info.name, name) for name in names[:1]}
    return frozenset(found)


def _plant(there: Strangers, info: EntityInfo, number: int, owner: Principal) -> None:
    texts = {
        f.name: f"fv{plain(info.name)}x{plain(f.name)}{number:02d}z"
        for f in info.writable
        # What is hidden is the plugin's own, written in a form of its own.
        if f.kind in ("text", "long_text") and (f.max_length or 1000) >= 60 and not f.hidden
    }
    title = {name: said for name, said in texts.items() if name == info.cls.title}
    for values in (texts, title, {}):
        try:
            made: Any = there.crm.make.full(info.cls, owner=owner.user, team=owner.team, **values)
        except Invalid:
            # A rule of the plugin takes no such words: what is left tells by its number alone.
            continue
        # A rule of the plugin may have given it to somebody else, as a part goes with its whole.
        there.truth.records.append(Planted(info.name, made.id, number, made.owner, made.team))
        return


def _lend(there: Strangers, gate: Gate, now: datetime) -> None:
    guest, giver = there.principals["guest"].user, there.principals["all"].user
    rows = []
    for record in (r for r in there.truth.records if r.number == _LENT):
        row = {
            "entity": record.entity,
            "record": record.id,
            "user": guest,
            "right": "read",
            "expires_at": None,
        }
        rows.append({**row, "reason": "test", "by": giver, "created_at": now})
        there.truth.shares.append(Share(record.entity, record.id, "read", guest))
    if rows:
        gate.tx.run(insert(share), rows, why="test")
