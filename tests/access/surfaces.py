"""The surfaces: every door that answers a question, by its address, with what it must show of which records.

The doors themselves come from the application. One that stands in no line here fails `test_every_door_is_covered`: say
below which surface it belongs to, and how to ask it.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from hookline.kernel.schema import EntityInfo
from hookline.web.doors import Door

from tests.access.asking import Asker, Heard
from tests.access.oracle import Planted, Principal, plain
from tests.access.world import World

MARKER: Final = re.compile(r"mk([a-z]+?)(\d\d)z")
WORD: Final = re.compile(r"fv([a-z]+?)x([a-z]+?)(\d\d)z")


@dataclass(frozen=True)
class Question:
    """One request of one surface. `exact` is the action whose records it must show, all of them and of trash only `trash`.

    Without `exact` it may show fewer. `about` is the record it asks for, when it asks for one. A `rare` one is asked by
    the curious only.
    """

    surface: str
    info: EntityInfo
    path: str
    exact: str = ""
    trash: bool = False
    about: Planted | None = None
    method: str = "GET"
    api: bool = False
    rare: bool = False

    def put(self, asker: Asker, who: Principal) -> Heard:
        """Ask it."""
        if self.method == "POST":
            return asker.post(who, self.path)
        return asker.get(who, self.path, api=self.api)


Asks = Callable[[World, EntityInfo], Iterator[Question]]


def of_list(
    surface: str, path: str, *, exact: str = "read", trash: bool = False, method: str = "GET", api: bool = False, rare: bool = False
) -> Asks:  # fmt: skip
    """A surface that shows the records of an entity at once; `{titles}` stands for the word that begins all of them."""

    def ask(_world: World, info: EntityInfo) -> Iterator[Question]:
        filled = path.format(E=info.cls.slug, entity=info.name, titles=f"mk{plain(info.name)}")
        filled = filled.replace(
            "COLUMNS", "&".join(f"column={f.name}" for f in info.fields.values() if not f.hidden)
        )
        yield Question(surface, info, filled, exact, trash, method=method, api=api, rare=rare or not exact)

    return ask


def of_each(surface: str, path: str, *, exact: str = "", numbers: tuple[int, ...] = (3, 6), api: bool = False) -> Asks:  # fmt: skip
    """A surface that shows one record; the numbers choose some of every visibility."""

    def ask(world: World, info: EntityInfo) -> Iterator[Question]:
        for record in world.truth.of(info.name):
            if record.number in numbers:
                yield Question(
                    surface,
                    info,
                    path.format(E=info.cls.slug, id=record.id),
                    exact,
                    about=record,
                    api=api,
                    rare=not exact,
                )

    return ask


def only(names: tuple[str, ...], asks: Asks) -> Asks:
    """A surface of some entities only."""

    def ask(world: World, info: EntityInfo) -> Iterator[Question]:
        if info.name in names:
            yield from asks(world, info)

    return ask


def clues(world: World, info: EntityInfo) -> Iterator[Question]:
    """The duplicate check, with the title and the ways of reaching some records of every visibility."""
    for record in (r for r in world.truth.of(info.name) if r.number in (1, 3, 6)):
        n = record.number
        name = f"last_name={record.marker}" if info.name == "contact" else f"{info.cls.title}={record.marker}"
        mail = f"email=fv{plain(info.name)}xemail{n:02d}z@mail.example"
        for asked in (name, mail) if "email" in info.fields else (name,):
            yield Question("duplicate check", info, f"/{info.cls.slug}/similar?{asked}", rare=True)


EVERY: Final = tuple(range(1, 10))
SURFACES: Final[Mapping[str, tuple[Asks, ...]]] = {
    "GET /<E>": (
        of_list("list", "/{E}?COLUMNS&sort=id"),
        of_list("list of the trash", "/{E}?trash=1&sort=id", trash=True),
        of_list("words in a list", "/{E}?q={titles}&sort=id", exact="found"),
        of_list("groups", "/{E}?group=owner", exact=""),
        of_list("refused list", "/{E}?sort=nothing", exact=""),
    ),
    "GET /<E>/filter": (of_list("filters", "/{E}/filter?set=id&op=is&value=1", exact=""),),
    "GET /<E>/board": (of_list("board", "/{E}/board", exact=""),),
    "GET /<E>/calendar": (of_list("calendar", "/{E}/calendar?date=2026-03-10", exact=""),),
    "GET /<E>/new": (of_list("form fields", "/{E}/new", exact=""),),
    "GET /<E>/similar": (clues,),
    "GET /<E>/conditions": (of_list("form fields", "/{E}/conditions?of=1", exact=""),),
    "GET /<E>/reading": (of_list("form fields", "/{E}/reading?expected_close=tomorrow", exact=""),),
    "GET /<E>/views/counts": (of_list("saved views", "/{E}/views/counts", exact=""),),
    "GET /<E>/views/new": (of_list("saved views", "/{E}/views/new?query=sort%3Did", exact=""),),
    "GET /<E>/views/{id:int}/edit": (of_list("saved views", "/{E}/views/1/edit", exact=""),),
    "GET /<E>/bulk/{id:int}": (of_list("bulk", "/{E}/bulk/1", exact=""),),
    "GET /<E>/{id:int}": (of_each("detail", "/{E}/{id}", exact="read", numbers=(3, 6, 9)),),
    "GET /<E>/{id:int}/menu": (of_each("detail", "/{E}/{id}/menu"),),
    "GET /<E>/{id:int}/reach": (of_each("detail", "/{E}/{id}/reach"),),
    "GET /<E>/{id:int}/move": (of_each("board", "/{E}/{id}/move"),),
    "GET /<E>/{id:int}/edit": (of_each("form fields", "/{E}/{id}/edit", exact="edit", numbers=(6, 7)),),
    "GET /<E>/{id:int}/field/{field:str}": (
        of_each("form fields", "/{E}/{id}/field/owner"),
        of_each("form fields", "/{E}/{id}/field/company"),
    ),
    "GET /<E>/{id:int}/cell/{field:str}": (
        of_each("form fields", "/{E}/{id}/cell/owner"),
        of_each("form fields", "/{E}/{id}/cell/company"),
    ),
    "GET /<E>/{id:int}/assignment": (of_each("form fields", "/{E}/{id}/assignment"),),
    "GET /<E>/{id:int}/shares": (of_each("sharing", "/{E}/{id}/shares"),),
    "GET /<E>/{id:int}/neighbours": (of_each("list", "/{E}/{id}/neighbours?sort=id"),),
    "GET /<E>/{id:int}/merge": (
        of_each("merging", "/{E}/{id}/merge"),
        of_each("merging", "/{E}/{id}/merge?with=1"),
        of_each("merging", "/{E}/{id}/merge?with=6"),
    ),
    "GET /<E>/{id:int}/why": (of_each("explaining", "/{E}/{id}/why"),),
    "GET /api/v1/<E>/{id:str}/shares": (of_each("sharing", "/api/v1/{E}/{id}/shares", api=True),),
    "GET /<E>/{id:int}/timeline": (of_each("timeline", "/{E}/{id}/timeline"),),
    "GET /<E>/{id:int}/relations/new": (of_each("related lists", "/{E}/{id}/relations/new"),),
    "GET /<E>/{id:int}/panel/{plugin:str}/{name:str}": (
        only(("deal",), of_each("panels", "/{E}/{id}/panel/warden/fears")),
    ),
    "GET /<E>/{id:int}/action/{plugin:str}/{name:str}": (
        only(("deal",), of_each("actions", "/{E}/{id}/action/warden/frighten")),
    ),
    "GET /<E>/{id:int}/stage": (only(("deal",), of_each("board", "/{E}/{id}/stage?stage=2")),),
    "GET /<E>/{id:int}/closure": (only(("deal",), of_each("board", "/{E}/{id}/closure?outcome=won")),),
    "GET /<E>/{id:int}/completion": (only(("activity",), of_each("form fields", "/{E}/{id}/completion")),),
    "GET /<E>/{id:int}/conversion": (only(("lead",), of_each("form fields", "/{E}/{id}/conversion")),),
    "GET /<E>/{id:int}/refusal": (only(("lead",), of_each("form fields", "/{E}/{id}/refusal")),),
    "GET /<E>/{id:int}/content": (only(("file",), of_each("files", "/{E}/{id}/content", numbers=EVERY)),),
    "GET /<E>/{id:int}/preview": (only(("file",), of_each("files", "/{E}/{id}/preview", numbers=EVERY)),),
    "GET /<E>/{id:int}/view": (only(("file",), of_each("files", "/{E}/{id}/view", numbers=EVERY)),),
    "POST /<E>/export": (
        of_list("export", "/{E}/export?format=csv&query=COLUMNS", exact="export", method="POST", rare=True),
        of_list("export", "/{E}/export?format=json", exact="export", method="POST"),
        only(("deal",), of_list("export", "/{E}/export?format=warden.log&query=sort%3Did", exact="", method="POST")),
        of_list("export", "/{E}/export?format=xlsx", exact="export", method="POST", rare=True),
    ),
    "GET /lookup/{entity:str}": (
        of_list("lookups", "/lookup/{entity}?q=", exact=""),
        of_list("lookups", "/lookup/record?q={titles}", exact=""),
    ),
    "GET /api/v1/exports/{plugin:str}/{name:str}": (
        only(("deal",), of_list("export", "/api/v1/exports/warden/log", exact="", api=True)),
    ),
    "GET /search": (
        of_list("search", "/search?q={titles}", exact=""),
        of_list("search", "/search?fragment=palette&q={titles}", exact=""),
    ),
    "GET /api/v1/<E>": (
        of_list("API", "/api/v1/{E}", api=True),
        of_list("API", "/api/v1/{E}?trash=1", trash=True, api=True),
        of_list("API", "/api/v1/{E}?q={titles}", exact="found", api=True),
    ),
    "GET /api/v1/<E>/{id:str}": (of_each("API", "/api/v1/{E}/{id}", exact="read", numbers=EVERY, api=True),),
}  # fmt: skip

# Doors that are about no entity: each is asked once by everybody, and may show what one may see.
PLAIN: Final[Mapping[str, tuple[str, ...]]] = {
    "GET /": ("/",),
    "GET /my-day": ("/my-day",),
    "GET /reports": ("/reports",),
    "GET /reports/{plugin:str}/{name:str}": tuple(
        f"/reports/{name}" for name in ("core/pipeline", "core/sources", "core/outcomes", "core/funnel", "core/sellers", "warden/passes")
    ),
    "GET /dashboards": ("/dashboards",),
    "GET /dashboards/new": ("/dashboards/new",),
    "GET /dashboards/start/{name:str}": ("/dashboards/start/head", "/dashboards/start/seller"),
    "GET /dashboards/{id:int}": ("/dashboards/1",),
    "GET /dashboards/{id:int}/edit": ("/dashboards/1/edit",),
    "GET /dashboards/{id:int}/widgets/new": ("/dashboards/1/widgets/new",),
    "GET /dashboards/{id:int}/widgets/{key:int}/edit": ("/dashboards/1/widgets/1/edit",),
    "GET /widgets/{plugin:str}/{name:str}": tuple(
        f"/widgets/core/{name}" for name in (
            "pipeline_value", "won", "forecast", "win_rate", "top_sellers", "overdue_activities", "activities_today", "new_leads",
            "deals_without_activity", "ageing_deals", "closing_soon", "view_list?view=1", "view_count?view=1",
            "report_chart?report=core.pipeline", "report_chart?report=core.sellers",
        )
    ),
    "GET /reports/letters/new": ("/reports/letters/new?report=core.pipeline",),
    "GET /reports/letters/{id:int}": ("/reports/letters/1",),
    "GET /reports/letters/{id:int}/edit": ("/reports/letters/1/edit",),
    "GET /openapi.json": ("/openapi.json",),
    "GET /api/docs": ("/api/docs",),
    "GET /api/docs/{entity:str}": ("/api/docs/deal", "/api/docs/lead"),
    "GET /me": ("/me",),
    "GET /me/tokens": ("/me/tokens",),
    "GET /notifications": ("/notifications", "/notifications?show=unread"),
    "GET /notifications/bell": ("/notifications/bell?favourites=1",),
    "GET /notifications/{id:int}": ("/notifications/1", "/notifications/2"),
    "GET /favourites": ("/favourites",),
    "GET /exports": ("/exports",),
    "GET /exports/{id:int}": ("/exports/1",),
    "GET /privacy/{entity:str}/{id:int}": ("/privacy/contact/1", "/privacy/contact/6", "/privacy/lead/3"),
    "GET /imports": ("/imports",),
    "GET /imports/{id:int}": ("/imports/1",),
    "GET /imports/{id:int}/mapping": ("/imports/1/mapping",),
    "GET /imports/{id:int}/rejects": ("/imports/1/rejects",),
    "GET /blocks/{plugin:str}/{name:str}": ("/blocks/warden/guarded",),
    "GET /x/{plugin:str}/{name:str}": ("/x/warden/watch",),
    "GET /x/{plugin:str}/{name:str}/{rest:path}": ("/x/warden/watch/below",),
    "GET /{path:path}": ("/nowhere",),
    "GET /api/{path:path}": ("/api/nowhere",),
    "GET /sign-in": ("/sign-in",),
}  # fmt: skip

# Doors of the house's settings and of one's own account hold no records: nobody of this world has the permission for
# the first, and the second show what is one's own. They are tried by the other tests of this folder. Behind a sealed link
# everybody is the same stranger: see tests/web/test_public_pages.py and test_public_files.py.
HOUSEKEEPING: Final = (
    "GET /settings",
    "GET /-/",
    "GET /me/",
    "GET /password/",
    "GET /sign-in/",
    "GET /feed/",
    "GET /p/",
    "GET /public/",
    "GET /api/v1/webhooks",
)


def template(door: Door, slugs: Iterable[str]) -> str:
    """A door's method and address, with `<E>` in the place of an entity's own."""
    base = "/api/v1/" if door.path.startswith("/api/v1/") else "/"
    rest = door.path.removeprefix(base)
    slug = next((slug for slug in slugs if rest == slug or rest.startswith(f"{slug}/")), None)
    return (
        f"{door.method} {door.path}" if slug is None else f"{door.method} {base}<E>{rest.removeprefix(slug)}"
    )


def text_of(heard: Heard) -> str:
    """What an answer says, every part of a workbook too."""
    if heard.headers.get("content-type", "").startswith("application/vnd.openxml"):
        with zipfile.ZipFile(io.BytesIO(heard.body)) as parts:
            return " ".join(parts.read(name).decode() for name in parts.namelist())
    return heard.text


def markers(text: str) -> set[tuple[str, int]]:
    """The records whose titles a text shows, by the letters of their entity and their number."""
    return {(entity, int(number)) for entity, number in MARKER.findall(text)}


def unlawful(world: World, who: Principal, text: str) -> list[str]:
    """What a text shows that this person may not see: records by their titles, fields by the words that stand in them."""
    names = {plain(info.name): info for info in world.owned}
    found = []
    for entity, number in markers(text):
        info = names[entity]
        record = next(r for r in world.truth.of(info.name) if r.number == number)
        title = info.cls.title if info.name != "contact" else "last_name"
        seen = any(world.truth.sees(who, record, trash=trash) for trash in (False, True))
        if not (seen and world.truth.shows(who, info.name, title)):
            found.append(record.marker)
    for entity, name, number in set(WORD.findall(text)):
        info = names[entity]
        record = next(r for r in world.truth.of(info.name) if r.number == int(number))
        spec = next(f for f in info.fields if plain(f) == name)
        seen = any(world.truth.sees(who, record, trash=trash) for trash in (False, True))
        if not (seen and world.truth.shows(who, info.name, spec)):
            found.append(f"{spec} of {record.marker}")
    return sorted(found)
