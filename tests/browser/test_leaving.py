"""Signing out in a real browser: nothing of the session stays in any tab."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import WIDE, signed_in

pytestmark = pytest.mark.browser


def kept(page: Page) -> list[str]:
    """The names of what scripts have kept in this browser."""
    found: list[str] = page.evaluate("[...Object.keys(sessionStorage), ...Object.keys(localStorage)]")
    return [name for name in found if not name.endswith((".who", ".left"))]


def sign_out(page: Page) -> None:
    """Sign out by the menu of one's own name."""
    page.click("[popovertarget=me-menu]")
    page.click("#me-menu form[action='/sign-out'] button, #me-menu [formaction='/sign-out']")


def test_signing_out_clears_every_tab(browser: Browser, site: str) -> None:
    with signed_in(browser, site, "anna", size=WIDE) as (page, complaints):
        other = page.context.new_page()
        other.goto("/contacts/new")
        other.fill("[name=last_name]", "A secret name")
        page.goto("/companies/new")
        page.fill("[name=name]", "A secret company")
        assert any("draft" in name for name in kept(page))
        page.goto("/")
        sign_out(page)
        page.wait_for_url("**/sign-in**")
        other.wait_for_url("**/sign-in**")
        for tab in (page, other):
            assert kept(tab) == []
            expect(tab.locator("body")).not_to_contain_text("secret")
        page.go_back()
        page.wait_for_url("**/sign-in**")
        assert complaints == []


def test_a_tab_that_asks_before_the_session_is_over_is_told_again(browser: Browser, site: str) -> None:
    with signed_in(browser, site, "anna", size=WIDE) as (page, _):
        other = page.context.new_page()
        other.goto("/contacts/new")
        page.goto("/")

        def late(route: Route) -> None:
            other.wait_for_url("**/")  # led back: the session stands
            route.continue_()

        page.route("**/sign-out", late)
        sign_out(page)
        page.wait_for_url("**/sign-in**")
        other.wait_for_url("**/sign-in**")
        expect(other.get_by_label("Password")).to_be_visible()


def test_the_next_person_in_a_tab_finds_no_drafts(browser: Browser, site: str) -> None:
    with signed_in(browser, site, "anna", size=WIDE) as (page, _):
        page.goto("/companies/new")
        page.fill("[name=name]", "A secret company")
        page.context.clear_cookies()
        page.goto("/sign-in")
        page.fill("[name=email]", "priya@example.com")
        page.fill("[name=password]", "demo-password")
        page.click("form button[type=submit]")
        page.wait_for_url("**/")
        assert kept(page) == []
        page.goto("/companies/new")
        expect(page.locator("[name=name]")).to_have_value("")


def test_scripts_keep_nothing_but_drafts_and_never_a_secret(browser: Browser, site: str) -> None:
    with signed_in(browser, site, "anna", size=WIDE) as (page, _):
        for path in ("/", "/deals", "/deals/board", "/me", "/settings/users/new"):
            page.goto(path)
        assert kept(page) == []
        assert page.evaluate("document.cookie") == ""
