"""What a plugin shows: every screen stands, whatever the records, and none asks the more the more there are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookline.errors import Refused

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing.screens import NOT_MADE, look_at, paths_of_lists, touched

if TYPE_CHECKING:
    from hookline.kernel.schema import EntityInfo

    from hookline_sdk.testing.crm import Crm

FEW: Final = 10
MANY: Final = 100
_PANEL: Final = re.compile(r"/panel/\w+/(\w+)")


def screens(subject: Subject) -> Iterator[Finding]:
    """Screens that fail: without records, with bare, full or hostile ones, in English or Russian."""
    with subject.crm(strict=False) as crm:
        failed = [screen for screen in look_at(crm) if screen.trouble]
    told = set[tuple[str, str]]()
    for screen in failed:
        place = re.sub(r"\d+", "#", screen.path), screen.trouble[:60]
        if place not in told:
            told.add(place)
            path, line = where(subject, screen.path)
            what = f"{screen.path} with {screen.records} records in {screen.language}: {screen.trouble}"
            yield Finding(
                path, line, what, "Open it with `hookline dev` and such a record, and mend what is named."
            )


def growth(subject: Subject) -> Iterator[Finding]:
    """Pages that send the database more statements for 100 rows than for 10."""
    with subject.crm(strict=False) as crm:
        own = [info for info in touched(crm) if info.name not in NOT_MADE]
        for info in own:
            crm.make.full(info.cls)
            _add(crm, info, FEW - 1)
        few = _counts(crm)
        for info in own:
            _add(crm, info, MANY - FEW)
        many = _counts(crm)
    for address, number in many.items():
        if number > few.get(address, number):
            path, line = where(subject, address)
            what = f"{address} sends {few[address]} statements for {FEW} records and {number} for {MANY}"
            yield Finding(
                path, line, what, "Ask once for all rows: with in_(ids), or a join, instead of once for each."
            )


def _add(crm: Crm, info: EntityInfo, number: int) -> None:
    """Make so many more, or as many as the plugin's own rules let there be of what is alike."""
    with suppress(Refused):
        for _ in range(number):
            crm.make.full(info.cls)


def where(subject: Subject, address: str) -> tuple[Path, int]:
    """The function behind a part of a page; for a whole page the entity's, or the plugin's first line."""
    named = _PANEL.search(address)
    name = named[1] if named else address.partition("?")[0].rstrip("/").rpartition("/")[2]
    for contribution in subject.plugin.contributions:
        if contribution.name == name and contribution.kind != "permission":
            return subject.line_of(contribution.call)
    for cls in subject.plugin.entities:
        if address.startswith(f"/{cls.slug}"):
            return subject.line_of(cls)
    for contribution in subject.plugin.contributions:
        if (
            contribution.kind == "column"
            and contribution.entity
            and address.startswith(f"/{contribution.entity}")
        ):
            return subject.line_of(contribution.call)
    return subject.place, 1


def _counts(crm: Crm) -> Mapping[str, int]:
    """How many statements each list, report, widget and panel costs when what rarely changes is remembered."""
    client, found = crm.client(), dict[str, int]()
    panels = [
        _panel(crm, c.entity, c.plugin, c.name) for c in crm.home.host.all() if _is_own(crm, c.plugin, c.kind)
    ]
    for path in [*paths_of_lists(crm), *filter(None, panels)]:
        client.request("GET", path, htmx="/panel/" in path)
        answer = client.request("GET", path, htmx="/panel/" in path)
        if answer.status_code == 200:
            found[path] = int(answer.headers["x-statements"])
    return found


def _is_own(crm: Crm, plugin: str, kind: str) -> bool:
    return kind == "panel" and any(each.name == plugin for each in crm.plugins)


def _panel(crm: Crm, entity: str | None, plugin: str, name: str) -> str:
    info = crm.schema[entity or ""] if entity in crm.schema.entities else None
    return f"/{info.cls.slug}/1/panel/{plugin}/{name}" if info else ""
