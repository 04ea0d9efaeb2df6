"""A day's work in a real Chromium: on a phone without JavaScript, and at a desk with the keyboard."""

import re
from collections.abc import Iterator

import pytest
from hookline.crm.deals import Deal
from hookline.start import create_worker
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from tests.browser.conftest import PHONE, WIDE, Complaints, Story, signed_in

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(browser: Browser, site: str) -> Iterator[Page]:
    """A phone whose browser runs no script."""
    with signed_in(browser, site, "anna", size=PHONE, script=False) as (page, _):
        yield page


@pytest.fixture
def desk(browser: Browser, site: str) -> Iterator[tuple[Page, Complaints]]:
    """A desk, and what its browser complains of."""
    with signed_in(browser, site, "anna", size=WIDE) as signed:
        yield signed


def test_without_script_a_contact_is_created_and_found(phone: Page) -> None:
    phone.goto("/contacts/new")
    phone.fill("[name=first_name]", "Wilhelmina")
    phone.fill("[name=last_name]", "Quist")
    phone.click("main button[type=submit]:not([name])")
    expect(phone.locator("h1")).to_contain_text("Wilhelmina Quist")
    phone.goto("/search")
    phone.fill("main [name=q]", "wilhelm")
    phone.press("main [name=q]", "Enter")
    expect(phone.locator("main")).to_contain_text("Wilhelmina Quist")


def test_without_script_a_deal_moves_and_a_call_is_logged(phone: Page, story: Story) -> None:
    phone.goto(story.path(Deal, "Sample labels for the lab"))
    target = phone.locator(".path li:not([aria-current]) button.step").first
    stage = target.get_attribute("title") or ""
    target.click()
    if "/stage" in phone.url:
        phone.click("main .form-foot button[type=submit]")
    expect(phone.locator(".path [aria-current=step]")).to_contain_text(stage)
    phone.locator("#composer-call [name=outcome]").select_option("reached")
    phone.click("#composer-call button[type=submit]")
    expect(phone.locator("#stream")).to_contain_text("Reached")


def test_without_script_a_record_is_changed(phone: Page) -> None:
    phone.goto("/companies/3/edit")
    phone.fill("[name=industry]", "Clockmaking")
    phone.click("main button[type=submit]:not([name])")
    expect(phone.locator("main")).to_contain_text("Clockmaking")


def test_without_script_people_are_imported(phone: Page, story: Story) -> None:
    phone.goto("/imports")
    phone.select_option("[name=entity]", "contact")
    people = b"First name;Last name\nOdile;Quist\nBoris;Quist\n"
    phone.set_input_files("[name=file]", {"name": "people.csv", "mimeType": "text/csv", "buffer": people})
    phone.click("main form button[type=submit]")
    phone.wait_for_url("**/mapping")
    expect(phone.locator("main")).to_contain_text("Odile")
    phone.click("main form[action$='/mapping'] button[type=submit]:not([formaction])")
    phone.wait_for_url(re.compile(r"/imports/\d+$"))
    work(story)
    phone.get_by_role("link", name="Look again").click()
    expect(phone.locator("main")).to_contain_text("Odile")
    with phone.expect_navigation():
        phone.click("main form[action$='/start'] button[type=submit]")
    work(story)
    phone.reload()
    expect(phone.locator("main .badge").first).to_have_text("Done")
    expect(phone.locator(".figures > div").filter(has_text="created").locator("dd")).to_have_text("2")
    phone.goto("/contacts?q=Quist")
    for name in ("Odile Quist", "Boris Quist"):
        expect(phone.locator("#records").get_by_role("link", name=name)).to_be_visible()


def work(story: Story) -> None:
    """Let the worker do all that waits."""
    worker = create_worker(story.home)
    while worker.run_once():
        pass


def test_without_script_a_report_shows_its_figures(phone: Page, story: Story) -> None:
    with story.home.house("test") as gate:
        new = gate.scalar(select(func.count()).where(Deal.stage == 1)) or 0
    assert new > 0
    phone.goto("/reports")
    phone.click("main a[href='/reports/core/pipeline']")
    row = phone.locator("main table tbody tr").filter(has=phone.get_by_role("link", name="New", exact=True))
    expect(row.get_by_role("cell").nth(1)).to_have_text(str(new))


def test_the_palette_opens_and_finds(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.keyboard.press("Control+k")
    page.keyboard.type("castellan")
    found = page.locator("#palette-list a", has_text=re.compile("Castellan")).first
    expect(found).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    assert complaints == []


def test_a_card_is_moved_by_the_keyboard(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/deals/board")
    first = page.locator(".cards").first
    card = first.locator(".board-card").last
    mark = card.get_attribute("id")
    card.locator("> a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(f".cards >> nth=1 >> #{mark}")).to_be_visible()
    page.reload()
    expect(page.locator(f".cards >> nth=1 >> #{mark}")).to_be_visible()
    assert complaints == []


def test_a_dialog_shows_what_is_missing_beside_the_field(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/companies")
    page.click("[popovertarget=create-menu]")
    page.click("#create-menu a[href='/companies/new']")
    dialog = page.locator("#dialog[open]")
    with page.expect_response(lambda answer: answer.request.method == "POST") as sent:
        dialog.locator("button[type=submit]").first.click()
    assert sent.value.status == 422
    field = dialog.locator("[name=name]")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("Quist Instruments")
    dialog.locator("button[type=submit]").first.click()
    expect(page.locator("body")).to_contain_text("Quist Instruments")
    # Chromium takes down the refused request itself; nothing else may be said.
    assert [said for said in complaints if "422" not in said] == []
