"""The frame in a real Chromium: bell, star, menu and palette with script, and the same without."""

from collections.abc import Iterator

import pytest
from hookline.crm.access.users import User
from hookline.crm.leads import Lead
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from tests.browser.conftest import PHONE, WIDE, Complaints, Story, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[tuple[Page, Complaints]]:
    """A seller's desk, and what its browser complains of."""
    with signed_in(browser, site, "tom", size=WIDE) as signed:
        yield signed


def _give(story: Story, name: str) -> None:
    """Somebody gives Tom a lead."""
    with story.home.house("a gift") as gate:
        gate.cause = "job:1"
        tom = gate.tx.run(
            select(User.__table__.c.id).where(User.__table__.c.email == "tom@example.com"), why="test"
        )
        gate.create(Lead, {"name": name, "owner": tom.scalar_one()})


def test_the_bell_the_star_and_the_menu(desk: tuple[Page, Complaints], story: Story) -> None:
    page, complaints = desk
    _give(story, "A gift from the frame")
    page.goto("/deals")
    expect(page.locator("#bell .bell-count")).to_be_visible()
    before = int(page.locator("#bell .bell-count").inner_text())
    page.click("#bell")
    page.locator(".notice a", has_text="A gift from the frame").click()
    expect(page.locator("h1")).to_contain_text("A gift from the frame")
    if before > 1:
        expect(page.locator("#bell .bell-count")).to_have_text(str(before - 1))
    else:
        expect(page.locator("#bell .bell-count")).to_have_count(0)
    page.click(".star button")
    expect(page.locator(".star button")).to_have_attribute("aria-pressed", "true")
    page.goto("/deals")
    expect(page.locator("#nav-favourites a").first).to_contain_text("A gift from the frame")
    with page.expect_response("**/me/frame"):
        page.click("[data-rail] button")
    expect(page.locator("#sidebar nav a[href='/leads'] span")).to_have_css("opacity", "0")
    with page.expect_response("**/me/frame"):
        page.click("[data-rail] button")
    with page.expect_response("**/me/frame"):
        page.locator(".nav-group summary").first.click()
    page.reload()
    expect(page.locator("#sidebar a[href='/leads']")).to_be_hidden()
    with page.expect_response("**/me/frame"):
        page.locator(".nav-group summary").first.click()
    assert complaints == []


def test_the_palette_leads_makes_and_does_by_keyboard_alone(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/deals")
    page.locator("tbody .k-main a").first.focus()
    with page.expect_response("**/recent"):
        page.keyboard.press("Enter")
        page.wait_for_url("**/deals/*")
    _choose(page, "write call")
    expect(page.locator("#composer-call-tab")).to_have_attribute("aria-selected", "true")
    _choose(page, "dark theme")
    expect(page.locator("html.dark")).to_be_attached()
    _choose(page, "light theme")
    expect(page.locator("html.light")).to_be_attached()
    title = page.locator("h1").inner_text()
    page.goto("/contacts")
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-list [role=option]").first).to_contain_text(title)
    page.keyboard.press("Escape")
    _choose(page, "new company")
    expect(page.locator("#dialog [name=name]")).to_be_visible()
    assert complaints == []


def test_a_long_menu_shows_where_one_is(browser: Browser, site: str) -> None:
    with signed_in(browser, site, "marcus", size={**WIDE, "height": 360}) as (page, complaints):
        menu = page.locator("#sidebar nav")
        for path, scrolled in (("/reports", True), ("/my-day", False)):
            page.goto(path)
            expect(menu.locator("[aria-current]")).to_be_in_viewport()
            assert (menu.evaluate("menu => menu.scrollTop") > 0) is scrolled
        assert complaints == []


def test_without_script_the_frame_works_on_a_phone(browser: Browser, site: str, story: Story) -> None:
    _give(story, "A gift without script")
    with signed_in(browser, site, "tom", size=PHONE, script=False) as (page, _):
        page.goto("/deals")
        page.click("#bell")
        page.locator(".notice a", has_text="A gift without script").click()
        page.click(".star button")
        expect(page.locator("#flash")).to_contain_text("It is among your favourites.")
        page.locator(".actionbar a").first.click()
        expect(page.locator("main")).to_contain_text("No number and no address is known.")


def _choose(page: Page, words: str) -> None:
    """Press the first thing that the palette finds for these words."""
    page.keyboard.press("Control+k")
    page.keyboard.type(words)
    expect(page.locator("#palette-list [role=option]").last).to_contain_text(words)
    page.keyboard.press("Enter")
