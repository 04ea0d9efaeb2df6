"""The main pages in a real Chromium: they fit a phone, nobody is shut out, and the browser has nothing to complain of."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, WIDE, Complaints, signed_in
from tests.conftest import ROOT

pytestmark = pytest.mark.browser

PAGES = (
    "/",
    "/deals",
    "/deals/board",
    "/deals/20",
    "/deals/new",
    "/contacts/12",
    "/activities/calendar",
    "/leads",
    "/imports",
    "/reports",
    "/settings",
    "/me",
)
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PICTURES = {"deals": "/deals", "board": "/deals/board", "record": "/deals/61", "my-day": "/"}


@pytest.fixture(scope="module", params=["anna", "daria"])
def phone(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A phone without JavaScript, once in English and once in Russian."""
    with signed_in(browser, site, request.param, size=PHONE, script=False) as (page, _):
        yield page


@pytest.fixture(scope="module", params=["light", "dark"])
def desk(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[tuple[Page, Complaints]]:
    """A desk with a light theme, and one with a dark theme."""
    with signed_in(browser, site, "anna", size=WIDE, theme=request.param) as signed:
        yield signed


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_no_wider_than_a_phone(phone: Page, path: str) -> None:
    answer = phone.goto(path)
    assert answer is not None
    assert answer.status in (200, 403, 404)
    widest = phone.locator("html").evaluate("html => html.scrollWidth")
    assert widest <= PHONE["width"]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_open_to_everybody_and_has_no_errors(
    desk: tuple[Page, Complaints], axe_script: str, path: str
) -> None:
    page, complaints = desk
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 200
    page.wait_for_load_state("networkidle")
    page.evaluate(axe_script)
    result: dict[str, Any] = page.evaluate("rules => axe.run(document, rules)", RULES)
    assert result["passes"], "nothing was checked"
    assert [(v["id"], [node["html"][:160] for node in v["nodes"][:3]]) for v in result["violations"]] == []
    assert complaints == []


@pytest.mark.skipif(
    not os.environ.get("HOOKLINE_PICTURES"), reason="HOOKLINE_PICTURES=1 renews docs/pictures"
)
@pytest.mark.parametrize("name", PICTURES)
def test_the_pictures_of_the_docs(browser: Browser, site: str, name: str) -> None:
    target: Path = ROOT / "docs/pictures" / f"{name}.png"
    target.parent.mkdir(exist_ok=True)
    with signed_in(browser, site, "anna", size={"width": 1440, "height": 680}) as (page, _):
        page.goto(PICTURES[name])
        page.wait_for_load_state("networkidle")
        page.screenshot(path=target)
    assert target.stat().st_size < 200_000
