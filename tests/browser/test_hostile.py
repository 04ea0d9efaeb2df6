"""Every page, after somebody has written the worst into every text there is: it is shown as it was written, and nothing happens."""

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import httpx
import pytest
from hookline.kernel.db import Transaction
from playwright.sync_api import Browser, Dialog, Request
from sqlalchemy import Table, select, update

from tests.browser.conftest import PHONE, Story, served, signed_in
from tests.pages import pages

pytestmark = pytest.mark.browser

# Also reads from right to left, and has no place to break a line.
WORST: Final = (
    "<script>alert(1)</script><img src=//evil.example/x onerror=alert(2)>'\"--></title></textarea>{{7*7}}${7*7}"
    "javascript:alert(3)\u202eevil\u202c" + "W" * 120
)
_TYPED: Final = ("text", "long_text", "url", "email", "phone")
_KEYS: Final = frozenset({"entity", "repeat", "time_zone", "currency", "content_type", "digest", "key"})
# Somebody has to sign in.
_WHO: Final = ("user", "email")
_EACH: Final = 2


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """The story, spoiled."""
    with served(tmp_path_factory.mktemp("spoiled")) as story:
        with story.home.database.write() as tx:
            for info in story.home.host.schema().entities.values():
                table = info.cls.__table__
                assert isinstance(table, Table), "records are kept in tables"
                for name, spec in info.fields.items():
                    if (
                        spec.kind in _TYPED
                        and name in table.c
                        and name not in _KEYS
                        and (info.name, name) != _WHO
                    ):
                        _spoil(tx, table, name, "javascript:alert(4)//" if spec.kind == "url" else "")
        with story.home.house("test") as gate:
            gate.configured()
        yield story


def test_what_people_write_is_shown_as_they_wrote_it(browser: Browser, spoiled: Story) -> None:
    wrong = list[str]()
    with httpx.Client(base_url=spoiled.address, timeout=30) as client:
        found = [address for address, _ in pages(client, spoiled.app, spoiled.home, each=_EACH)]
    with signed_in(browser, spoiled.address, "anna", size=PHONE) as (page, complaints):

        def refuse(box: Dialog) -> None:
            wrong.append(f"{page.url}: a dialog says {box.message}")
            box.dismiss()

        def look(asked: Request) -> None:
            if urlsplit(asked.url).netloc != urlsplit(spoiled.address).netloc:
                wrong.append(f"{page.url} asks {asked.url}")

        page.on("dialog", refuse)
        page.on("request", look)
        seen = 0
        for address in found:
            if address.public:
                continue
            page.goto(address.path)
            text, script, links = page.evaluate(
                """() => [document.body.textContent, document.querySelectorAll('body script, img[src*=evil]').length,
                [...document.querySelectorAll('[href], [src], [action], [formaction]')].filter(e =>
                    ['href', 'src', 'action', 'formaction'].some(n => /^\\s*javascript:/i.test(e.getAttribute(n) || ''))).length]"""
            )
            seen += WORST[:25] in text
            wrong += [f"{address.path}: {script} elements of it"] * bool(script)
            wrong += [f"{address.path}: {links} links run script"] * bool(links)
    assert seen > 30
    assert not wrong + list(complaints), "\n".join([*wrong, *complaints])


def _spoil(tx: Transaction, table: Table, name: str, before: str) -> None:
    for (id,) in tx.run(select(table.c.id).where(table.c[name].is_not(None)), why="test").all():
        tx.run(update(table).where(table.c.id == id).values({name: f"{before}{WORST}{id}"}), why="test")
