"""Every page there is: the addresses of all doors that are read, filled from what stands in a database.

A page is there as soon as its door is. Where no sample fits a door's address, `pages` says so.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from hookline.app import list_doors
from hookline.crm.custom_fields import NewField, add_field
from hookline.crm.desks import dashboards
from hookline.crm.files import keep_file
from hookline.crm.imports.drafts import receive_file
from hookline.crm.imports.pruning import upload_folder
from hookline.crm.retention.policies import Rule, keep_rule
from hookline.crm.sign_in.sessions import open_session
from hookline.kernel.entity import Base
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.schema import EntityInfo
from hookline.web.doors import PUBLIC, Door
from hookline.web.guard import COOKIE
from httpx import Client
from litestar import Litestar
from sqlalchemy import func, insert, select

_STEP: Final = re.compile(r"\{(\w+):(\w+)\}")
# Whose ids stand in addresses that are not a record's own.
_ENTITY_AT: Final = {
    "/settings/pipelines": "pipeline",
    "/settings/stages": "stage",
    "/settings/users": "user",
    "/settings/teams": "team",
    "/settings/roles": "role",
}
# Further samples by the door's address: what to put for each step, or nothing where no page comes of it.
_SAMPLES: Final[Mapping[str, Sequence[Mapping[str, str]]]] = {
    "/-/plugins/{name:str}": ({"name": "core"},),
    "/-/plugins/{name:str}/switch": (),
    "/api/docs/{entity:str}": ({"entity": "deal"}, {"entity": "contact"}),
    "/lookup/{entity:str}": (),
    "/privacy/{entity:str}/{id:int}": ({"entity": "contact", "id": "1"},),
    "/settings/fields/{entity:str}": ({"entity": "deal"}, {"entity": "contact"}),
    "/settings/fields/{entity:str}/new": ({"entity": "deal"},),
    "/settings/fields/{entity:str}/{name:str}": ({"entity": "deal", "name": "region"},),
    "/settings/lists/{entity:str}": ({"entity": "source"}, {"entity": "lost_reason"}),
    "/settings/lists/{entity:str}/{id:int}": ({"entity": "source", "id": "1"},),
    "/settings/roles/{id:int}/fields/{entity:str}": ({"id": "2", "entity": "deal"},),
    "/settings/privacy/rules/{id:int}": ({"id": "1"},),
    "/imports/{id:int}": ({"id": "1"},),
    "/imports/{id:int}/mapping": ({"id": "1"},),
    "/imports/{id:int}/rejects": (),
    "/exports/{id:int}": (),
    "/notifications/bell": (),
    "/notifications/{id:int}": (),
    "/password/{secret:str}": ({"secret": "nobody-has-this-one"},),
    "/feed/{secret:str}": (),
    "/settings/webhooks/{id:int}": (),
    "/settings/webhooks/{id:int}/edit": (),
    "/sign-in/oidc": (),
    "/sign-in/oidc/callback": (),
    "/settings/plugins/{plugin:str}/{name:str}": (),
    "/blocks/{plugin:str}/{name:str}": (),
    # Pages of plugins: the town's house has none.
    "/x/{plugin:str}/{name:str}": (),
    "/x/{plugin:str}/{name:str}/{rest:path}": (),
    "/{path:path}": ({"path": "nowhere"},),
}
# What some pages must be asked.
_QUERIES: Final = {"/reports/letters/new": "?report=core.pipeline"}
# These say that nothing is there.
NOTHING_THERE: Final = ("/{path:path}", "/password/{secret:str}")
# Steps of a record's own doors that answer with a part of a page or with a file, or that need what nothing here has.
_PARTS: Final = frozenset({"reading", "menu", "content", "similar", "timeline", "move", "filter", "bulk"})
# Of a record's own pages these are everywhere; the others hang on what kind of record it is.
_EVERYWHERE: Final = (
    "/<E>",
    "/<E>/new",
    "/<E>/calendar",
    "/<E>/{id:int}",
    "/<E>/{id:int}/edit",
    "/<E>/{id:int}/why",
)
# Short lists that stand in no menu are drawn like all others: these of their pages stand for the rest.
_OF_SHORT_LISTS: Final = ("", "new", "{id:int}", "{id:int}/edit")


@dataclass(frozen=True)
class Address:
    """One page. `door` is the address as it is declared, with <E> for an entity's own part of it."""

    door: str
    path: str
    public: bool


def pages(
    client: Client, app: Litestar, home: Installation, who: int = 1, *, each: int | None = None
) -> Iterator[tuple[Address, str]]:
    """Every page with its markup, as this person sees it; what answers with a part of a page is left out.

    Or only the first ones of `each` door. AssertionError when one cannot be had that ought to be there.
    """
    cookie, missing, found = _sign_in(home, who), list[str](), Counter[str]()
    for address in addresses(app, home):
        if each is not None and found[address.door] >= each:
            continue
        sent = {} if address.public else {"cookie": f"{COOKIE}={cookie}"}
        answer = client.get(address.path, headers=sent, follow_redirects=False)
        client.cookies.clear()
        if answer.status_code in (404, 422) and not _must_be_there(address.door):
            continue
        if answer.status_code not in ((404, 410) if address.door in NOTHING_THERE else (200, 303)):
            missing.append(f"{address.path}: {answer.status_code}")
        elif "<html" in answer.text[:300]:
            found[address.door] += 1
            yield address, answer.text
    assert not missing, f"say in tests/pages.py what to put into these addresses: {missing}"


def addresses(app: Litestar, home: Installation) -> list[Address]:
    """The address of every page."""
    with home.house("every page") as gate:
        entities = {info.cls.slug: info for info in gate.schema.entities.values()}
        reports = [(c.plugin, c.name) for c in home.host.contributions("report")]
        return [
            Address(_general(door.path, entities), path, door.needs == PUBLIC)
            for door in list_doors(app.state.site)
            if door.method == "GET" and not door.api
            for path in _filled(gate, door, entities, reports)
        ]


def add_rarities(home: Installation, folder: Path, people: bytes = b"Name;City\nAda;Bremen\n") -> None:
    """What the demo story has none of, and some page shows: a field of the house's own, a rule, a file, a consent, an import."""
    with home.house("every page") as gate:
        add_field(gate, "deal", NewField(label="Region", kind="text", name="region", filter=True))
    with home.house("every page") as gate:
        keep_rule(gate, Rule(0, "lead", "", "created_at", 900, "trash", active=True))
        keep_file(gate, folder / "files", "Offer.txt", b"As we said.", f"deal:{_latest(gate, 'deal')}")
        row = {"name": "Sales", "shared_with": "all", "owner": 1, "state": {"widgets": []}}
        gate.tx.run(insert(dashboards.table).values(row), why="test")
        gate.create("consent", {"about": "contact:1", "purpose": 1, "source": "A form"})
        receive_file(gate, upload_folder(folder), "people.csv", people, "contact")


def _filled(
    gate: Gate, door: Door, entities: Mapping[str, EntityInfo], reports: Sequence[tuple[str, str]]
) -> Iterator[str]:
    if door.path in _SAMPLES:
        yield from (_put(door.path, sample) for sample in _SAMPLES[door.path])
    elif door.path == "/reports/{plugin:str}/{name:str}":
        yield from (f"/reports/{plugin}/{name}" for plugin, name in reports)
    elif (slug := door.path.split("/")[1]) in entities:
        yield from _of_entity(gate, door, entities[slug])
    elif "{" not in door.path:
        yield door.path + _QUERIES.get(door.path, "")
    else:
        entity = next((name for prefix, name in _ENTITY_AT.items() if door.path.startswith(prefix)), None)
        id = _latest(gate, entity) if entity else _latest_row(gate, door.path.split("/")[1].removesuffix("s"))
        if id is not None:
            yield _put(door.path, {"id": id, "entity": "deal"})


def _must_be_there(door: str) -> bool:
    return door in _EVERYWHERE if door.startswith("/<E>") else "{" not in door or door in _SAMPLES


def _of_entity(gate: Gate, door: Door, info: EntityInfo) -> Iterator[str]:
    rest = door.path.removeprefix(f"/{info.cls.slug}").strip("/")
    steps = rest.split("/")
    if _PARTS & set(steps) or any(step.startswith("{") for step in steps if step != "{id:int}"):
        return
    if not info.cls.menu and rest not in _OF_SHORT_LISTS:
        return
    id = _latest(gate, info.name)
    if "{id:int}" not in steps:
        yield door.path
    elif id is not None:
        yield _put(door.path, {"id": id})


def _latest(gate: Gate, entity: str) -> str | None:
    """The newest record: nothing has ended there yet."""
    columns: Any = gate.schema[entity].cls
    found = gate.scalar(select(func.max(columns.id)))
    return None if found is None else str(found)


def _latest_row(gate: Gate, name: str) -> str | None:
    """The newest row of a table that is named like the pages are."""
    table = Base.metadata.tables.get(name)
    if table is None or "id" not in table.c:
        return None
    found = gate.tx.run(select(func.max(table.c.id)), why="test").scalar()
    return None if found is None else str(found)


def _put(path: str, values: Mapping[str, str]) -> str:
    return _STEP.sub(lambda step: values.get(step[1], "unknown" if step[2] == "str" else "1"), path)


def _general(path: str, entities: Mapping[str, EntityInfo]) -> str:
    slug = path.split("/")[1]
    return path.replace(f"/{slug}", "/<E>", 1) if slug in entities else path


def _sign_in(home: Installation, who: int) -> str:
    with home.database.write() as tx:
        return open_session(tx, who, home.clock(), address="127.0.0.1", agent="every page")
