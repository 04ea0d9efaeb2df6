"""The main pages on a phone without script, in both languages."""

from collections.abc import Iterator

import pytest
from hookline.crm.deals import Deal
from playwright.sync_api import Browser, Page

from tests.browser.conftest import PHONE, Story, signed_in

pytestmark = pytest.mark.browser

# Each of the two sees it.
OPEN_DEAL = "Учёт лекарств"
PAGES = (
    "/",
    "/deals",
    "/deals/board",
    OPEN_DEAL,
    "/deals/new",
    "/contacts/12",
    "/activities/calendar",
    "/leads",
    "/imports",
    "/reports",
    "/settings",
    "/me",
)


@pytest.fixture(scope="module", params=["anna", "daria"])
def phone(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Page]:
    """A phone without JavaScript, once in English and once in Russian."""
    with signed_in(browser, site, request.param, size=PHONE, script=False) as (page, _):
        yield page


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_no_wider_than_a_phone(phone: Page, story: Story, path: str) -> None:
    answer = phone.goto(story.path(Deal, path) if path == OPEN_DEAL else path)
    assert answer is not None
    assert answer.status in (200, 403)
    widest = phone.locator("html").evaluate("html => html.scrollWidth")
    assert widest <= PHONE["width"]
