"""What becomes of the worst that people and programs send to the plugin's forms, lists and API."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import quote

from hookline.kernel.schema import EntityInfo

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.showing import where
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing import hostile
from hookline_sdk.testing.elements import read_html
from hookline_sdk.testing.screens import touched

if TYPE_CHECKING:
    from hookline_sdk.testing.crm import Crm

Asked: TypeAlias = tuple[str, str, dict[str, Any] | None]

_STRINGS: Final = (
    f"<b {hostile.MARK}=1>'\"; --",
    "\u202e\u0000\ud7ff",
    "9" * 400,
    "-1e999",
    "2026-13-45",
    "[]",
    "=cmd|' /C calc'!A0",
    "x" * 5000,
)
_VALUES: Final[tuple[Any, ...]] = (
    None,
    [],
    {},
    True,
    -1,
    2**70,
    1e308,
    "x" * 5000,
    "\u0000",
    ["a", None],
    {"a": []},
)


# What a page asks of its address or its form, as its function names it.
_ASKED: Final = re.compile(r"""\.(?:query|form|repeated)(?:\.get\(|\[)["'](\w+)["']""")


def hostility(subject: Subject) -> Iterator[Finding]:
    """Requests that end in a failure of the house or of the plugin, and texts that become markup."""
    names = {plugin.name for plugin in subject.plugins}
    with subject.crm(strict=False) as crm:
        places = [info for info in touched(crm) if info.owner in names]
        asked = [each for info in places for each in (*_forms(info), *_lists(info), *_api(info))]
        told = set[tuple[Path, int]]()
        for method, address, sent in [*asked, *_pages(subject)]:
            said, place = _trouble(subject, crm, method, address, sent)
            if said and place not in told:
                told.add(place)
                remedy = "Refuse it with event.reject() or Invalid, or take it as it is."
                yield Finding(*place, f"{method} {address[:80]} with {_shortly(sent)}: {said}", remedy)


def _forms(info: EntityInfo) -> Iterator[Asked]:
    for spec in info.writable:
        for string in _STRINGS:
            yield "POST", f"/{info.cls.slug}", {info.cls.title: "Hostile", spec.name: string}


def _lists(info: EntityInfo) -> Iterator[Asked]:
    """What a list is asked for is read by the field's kind, whatever the plugin: one field of each kind says it all."""
    kinds = {(spec.kind, bool(spec.formula)): spec for spec in info.fields.values()}
    for spec in kinds.values():
        for string in _STRINGS:
            value = quote(string, errors="replace")
            yield "GET", f"/{info.cls.slug}?{quote(spec.name)}={value}&sort={value[:60]}", None


def _api(info: EntityInfo) -> Iterator[Asked]:
    for spec in info.writable:
        for value in _VALUES:
            yield "API", f"/api/v1/{info.cls.slug}", {info.cls.title: "Hostile", spec.name: value}


def _pages(subject: Subject) -> Iterator[Asked]:
    """Pages of its own, with something hostile in each thing that they ask for."""
    for contribution in subject.plugin.contributions:
        if contribution.kind != "page" or contribution.options.get("public"):
            continue
        path, _ = subject.line_of(contribution.call)
        text = next((file.text for file in subject.files if file.path == path), "")
        for name in sorted(set(_ASKED.findall(text))):
            for string in _STRINGS:
                value = quote(string, errors="replace")
                yield "GET", f"/x/{contribution.plugin}/{contribution.name}?{name}={value}", None


def _trouble(
    subject: Subject, crm: Crm, method: str, address: str, sent: dict[str, Any] | None
) -> tuple[str, tuple[Path, int]]:
    """What is wrong with the answer, and where that comes from."""
    client, before = crm.client(), list(crm.home.host.failures)
    if method == "API":
        status, html = client.json_status("POST", address, sent), ""
    else:
        answer = client.request(method, address, sent)
        status, html = answer.status_code, answer.text
    new = [failure for failure in crm.home.host.failures if failure not in before]
    if new:
        failed = new[0].place.rpartition(" ")[2]
        call = next((c.call for c in subject.plugin.contributions if c.name == failed), None)
        return f"{new[0].place} raises {new[0].error.strip().splitlines()[-1][:200]}", subject.line_of(call)
    if status >= 500:
        return f"it answers {status}", where(subject, address)
    injected = hostile.injected(read_html(html))
    return (
        (f"it shows {injected[0][:60]!r} as markup", where(subject, address))
        if injected
        else ("", (subject.place, 1))
    )


def _shortly(sent: dict[str, Any] | None) -> str:
    return next((f"{name}={str(value)[:20]!r}" for name, value in reversed((sent or {}).items())), "nothing")
