"""What becomes of the worst that people and programs send to the plugin's forms, lists and API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from hookline.kernel.schema import EntityInfo

from hookline_sdk.check.findings import Finding
from hookline_sdk.check.subject import Subject
from hookline_sdk.testing import hostile
from hookline_sdk.testing.screens import touched

if TYPE_CHECKING:
    from hookline_sdk.testing.crm import Crm

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


def hostility(subject: Subject) -> Iterator[Finding]:
    """Requests that are answered as if the house had failed, and texts that become markup."""
    names = {plugin.name for plugin in subject.plugins}
    with subject.crm(strict=False) as crm:
        for info in touched(crm):
            if info.owner not in names:
                continue
            path, line = subject.line_of(info.cls)
            for said in dict.fromkeys([*_forms(crm, info), *_lists(crm, info), *_api(crm, info)]):
                yield Finding(
                    path, line, said, "Refuse it with event.reject() or Invalid, or take it as it is."
                )


def _forms(crm: Crm, info: EntityInfo) -> Iterator[str]:
    client = crm.client()
    for string in _STRINGS:
        answer = client.request("POST", f"/{info.cls.slug}", {f.name: string for f in info.writable})
        if answer.status_code >= 500:
            yield f"its form answers {answer.status_code} to {string[:30]!r}"
        elif hostile.injected(answer.text):
            yield f"its form shows {string[:30]!r} as markup"


def _lists(crm: Crm, info: EntityInfo) -> Iterator[str]:
    client = crm.client()
    for spec in info.fields.values():
        for string in _STRINGS:
            query = f"{quote(spec.name)}={quote(string, errors='replace')}&sort={quote(string[:50], errors='replace')}"
            answer = client.request("GET", f"/{info.cls.slug}?{query}")
            if answer.status_code >= 500 or hostile.injected(answer.text):
                yield f"its list answers {answer.status_code} to {spec.name}={string[:30]!r}"


def _api(crm: Crm, info: EntityInfo) -> Iterator[str]:
    client = crm.client()
    for spec in info.writable:
        for value in _VALUES:
            status = client.json_status("POST", f"/api/v1/{info.cls.slug}", {spec.name: value})
            if status >= 500:
                yield f"its API answers {status} to {spec.name}: {str(value)[:30]}"
