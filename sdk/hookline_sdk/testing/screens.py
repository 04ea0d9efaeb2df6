"""Renders every screen of the plugins under test: lists, forms, details, panels, reports, widgets, pages of their own.

Four times over: without a record, with one that holds only what it must, with full ones, with hostile ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from hookline.app import list_doors
from hookline.crm.plugins.facts import manifest
from hookline.kernel.entity import Record
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.schema import EntityInfo
from sqlalchemy import select

from hookline_sdk.testing import hostile
from hookline_sdk.testing.elements import Element, read_html, words

if TYPE_CHECKING:
    from hookline_sdk.testing.client import Client
    from hookline_sdk.testing.crm import Crm

RECORDS: Final = ("none", "bare", "full", "hostile")
# Whoever works here moved in before, and each of these has a rule of its own about who may make it.
NOT_MADE: Final = frozenset({"user", "team", "role", "file", "pipeline", "stage"})
_FULL: Final = 2
# Which of a record's own screens there are hangs on what kind of record it is.
_PERHAPS: Final = frozenset({"board", "calendar"})
_LISTS: Final = ("", "new", "board", "calendar")
_DETAILS: Final = ("", "edit", "why")
_NUMBER: Final = re.compile(r"\d+")
_LOADS: Final = re.compile(r"\b(load|revealed|intersect)\b")


@dataclass(frozen=True)
class Screen:
    """One screen that was rendered: where, with which records, in which language; `trouble` is "" when all is well."""

    path: str
    records: str
    language: str
    status: int
    trouble: str = ""

    def __str__(self) -> str:
        return f"{self.path} ({self.records} records, {self.language}): {self.trouble or self.status}"


def look_at(
    crm: Crm, *, languages: Sequence[str] = ("en", "ru"), records: Sequence[str] = RECORDS
) -> list[Screen]:
    """Every screen, as an administrator sees it. Leaves the records behind that it made on its way."""
    steps = _Walk(crm)
    for state in records:
        there = made(crm, state)
        for language in languages:
            crm.speak(language)
            steps.all(there, state, language)
    crm.speak("en")
    return steps.found


def walk(
    crm: Crm, there: Sequence[tuple[EntityInfo, int]], records: str, language: str, *, beyond: bool = True
) -> list[Screen]:
    """Every screen over records that are there already; without `beyond`, not those to which only other pages lead."""
    steps = _Walk(crm, beyond)
    steps.all(there, records, language)
    return steps.found


def touched(crm: Crm) -> list[EntityInfo]:
    """The entities of the plugins under test, and those of others that they add something to."""
    schema, names = crm.schema, {plugin.name for plugin in crm.plugins}
    added = {group.target.__tablename__ for plugin in crm.plugins for group in plugin.groups}
    added |= {c.entity for c in crm.home.host.all() if c.plugin in names and c.entity}
    return [info for info in schema.entities.values() if info.owner in names or info.name in added]


def paths_of_lists(crm: Crm) -> Iterator[str]:
    """What has an address of its own, whatever records there are: lists, forms, boards, reports, widgets, pages."""
    doors = {door.path for door in list_doors(crm.app.state.site) if door.method == "GET"}
    for info in touched(crm):
        for step in _LISTS:
            path = f"/{info.cls.slug}/{step}".rstrip("/")
            if path in doors and not (step == "new" and info.cls.by_house):
                yield path
    for plugin in crm.plugins:
        for each in manifest(crm.home.host, plugin.name)["contributions"]:
            if each["address"].startswith("/"):
                yield each["address"]


@dataclass
class _Walk:
    """A walk through the screens; each address once for each kind of records and each language."""

    crm: Crm
    beyond: bool = True
    found: list[Screen] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)

    def all(self, made: Sequence[tuple[EntityInfo, int]], state: str, language: str) -> None:
        client, self._seen = self.crm.client(), set()
        waiting = [*paths_of_lists(self.crm), *_of_records(made)]
        while waiting:
            path = waiting.pop(0)
            if path in self._seen:
                continue
            self._seen.add(path)
            screen, page = self._look(client, path, state, language)
            if screen is not None:
                self.found.append(screen)
                waiting += [link for link in self._links(page) if link not in self._seen]

    def _look(self, client: Client, path: str, state: str, language: str) -> tuple[Screen | None, Element]:
        host = self.crm.home.host
        before = list(host.failures)
        answer = client.request("GET", path, htmx="/panel/" in path)
        last = path.partition("?")[0].rpartition("/")[2]
        page = read_html(answer.text)
        if answer.status_code in (404, 422) and (last in _PERHAPS or answer.status_code == 422):
            return None, page
        if answer.status_code == 404 and path in _of_one_record(host):
            return None, page
        new = [failure for failure in host.failures if failure not in before]
        trouble = _trouble(answer.status_code, page)
        if new:
            trouble = f"the plugin {new[0].plugin} failed in {new[0].place}: {_last_line(new[0].error)}"
        return Screen(path, state, language, answer.status_code, trouble), page

    def _links(self, page: Element) -> Iterator[str]:
        """What a page loads by itself, and where it leads within the plugins: of many alike one."""
        for waiting in page.select("[hx-get][hx-trigger]"):
            if _LOADS.search(waiting["hx-trigger"]):
                yield waiting["hx-get"]
        if not self.beyond:
            return
        for link in page.select("a[href]"):
            path = link["href"].partition("#")[0]
            alike = _NUMBER.sub("#", path.partition("?")[0])
            if path.startswith(self._own) and alike not in self._seen and "/export" not in path:
                self._seen.add(alike)
                yield path

    @property
    def _own(self) -> tuple[str, ...]:
        names = [plugin.name for plugin in self.crm.plugins]
        return tuple(f"/{place}{name}/" for name in names for place in ("", "x/", "reports/"))


def standing(crm: Crm) -> list[tuple[EntityInfo, int]]:
    """Of each entity that the plugins under test touch, the first record, where there is one."""
    with crm.house() as gate:
        found = [
            (info, gate.rows(select(info.cls.id).order_by(info.cls.id).limit(1))) for info in touched(crm)
        ]
        return [(info, id) for info, rows in found for (id,) in rows]


def made(crm: Crm, state: str) -> list[tuple[EntityInfo, int]]:
    """Make records of everything that the plugins under test touch: "bare", "full" or "hostile" ones."""
    if state == "none":
        return []
    found, make = [], crm.make
    for info in touched(crm):
        if info.name in NOT_MADE:
            continue
        ways: Mapping[str, list[Callable[[type[Record]], Record]]] = {
            "bare": [make],
            "full": [make.full] * _FULL,
            "hostile": [make.hostile] * 2,
        }
        found += [(info, way(info.cls).id) for way in ways[state]]
    return found


def _of_one_record(host: PluginHost) -> set[str]:
    """Pages to which no menu leads: they may want to be told in their address what they are about."""
    linked = {c.options["to"] for c in host.contributions("menu")}
    return {f"/x/{c.plugin}/{c.name}" for c in host.contributions("page")} - linked


def _of_records(made: Sequence[tuple[EntityInfo, int]]) -> Iterator[str]:
    for info, id in made:
        for step in _DETAILS:
            if step == "edit" and info.cls.by_house:
                continue
            yield f"/{info.cls.slug}/{id}/{step}".rstrip("/")


def _trouble(status: int, page: Element) -> str:
    if status >= 400:
        return f"{status} {words(page.select_one('main') or page)[:300]}"
    injected = hostile.injected(page)
    return f"a text became markup: {injected[0]}" if injected else ""


def _last_line(error: str) -> str:
    return error.strip().splitlines()[-1]
