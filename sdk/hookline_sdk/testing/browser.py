"""The fixture `page`: a Chromium whose requests the installation of the test answers, without a server and a network.

Playwright comes with `pip install hookline-sdk[browser]`. Where it or a Chromium is missing, the test is skipped and says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from hookline_sdk.testing.client import Client
from hookline_sdk.testing.crm import Crm

if TYPE_CHECKING:
    from playwright.sync_api import Page, Playwright, Route

ORIGIN: Final = "http://crm.example"
_PROGRAMS: Final = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
# Root has no sandbox; the others keep it from calling home.
_SWITCHES: Final = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")  # fmt: skip


@pytest.fixture
def page(crm: Crm, client: Client) -> Iterator[Page]:
    """A page in Chromium in which the administrator is signed in; an address is written without its host."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="no Playwright: pip install hookline-sdk[browser]", exc_type=ImportError
    )
    with api.sync_playwright() as playwright, _opened(playwright) as page:
        name, _, value = client.request("GET", "/me").request.headers["cookie"].partition("=")
        page.context.add_cookies([{"name": name, "value": value, "url": ORIGIN}])
        page.route("**/*", lambda route: _answer(crm, route))
        yield page


@contextmanager
def _opened(playwright: Playwright) -> Iterator[Page]:
    found = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if found is None and not Path(playwright.chromium.executable_path).exists():
        pytest.skip("no Chromium: install a package that gives it, or `playwright install chromium`")
    browser = playwright.chromium.launch(executable_path=found, args=list(_SWITCHES))
    try:
        yield browser.new_context(base_url=ORIGIN, reduced_motion="reduce").new_page()
    finally:
        browser.close()


def _answer(crm: Crm, route: Route) -> None:
    """Let the installation answer, in the process of the test."""
    asked = route.request
    said = crm.wire.request(
        asked.method,
        asked.url,
        headers=asked.all_headers(),
        content=asked.post_data_buffer,
        follow_redirects=False,
    )
    headers = {name: value for name, value in said.headers.items() if name != "content-encoding"}
    if said.is_redirect and asked.is_navigation_request():
        # Where an answer leads to is asked for past all routes, so it must be the page that leads on.
        headers = {**headers, "refresh": f"0;url={headers.pop('location')}", "content-type": "text/html"}
        route.fulfill(status=200, headers=headers, body="")
        return
    route.fulfill(status=said.status_code, headers=headers, body=said.content)
