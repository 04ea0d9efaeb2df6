"""Records and forms in a real Chromium: fields in their place, days as people say them, and nothing typed lost."""

import pytest
from hookline.crm import demo
from hookline.crm.deals import Deal
from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Complaints, Story

pytestmark = pytest.mark.browser


def test_a_field_is_changed_in_its_place_with_the_keyboard(
    desk: tuple[Page, Complaints], story: Story
) -> None:
    page, complaints = desk
    deal = story.path(Deal, "Freezer-proof scanners")
    page.goto(deal)
    amount = page.locator(f'[data-inline="{deal}/field/amount"]')
    was = amount.inner_text()
    amount.click()
    expect(page.locator(".inline-form [name=amount]")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Escape")
    expect(amount).to_have_text(was)
    amount.click()
    expect(page.locator(".inline-form [name=amount]")).to_be_focused()
    page.locator(".inline-form [name=amount]").fill("97k")
    page.keyboard.press("Enter")
    expect(amount).to_contain_text("€97,000")
    expect(page.locator(".facts .big")).to_contain_text("€97,000")
    expect(amount.locator("a.edit")).to_be_focused()
    assert not complaints


def test_days_amounts_and_conditions_follow_what_is_typed(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/settings/layouts/deal")
    page.locator('.layout-row[data-field="competitor"] summary').click()
    page.locator('[name="visible__competitor"]').fill("amount > 10000")
    page.locator(".settings-foot button").first.click()
    page.wait_for_load_state()
    page.goto("/deals/new")
    rival = page.locator('[data-placed="competitor"]')
    expect(rival).to_be_hidden()
    page.fill("#f-amount", "20k")
    expect(rival).to_be_visible()
    page.fill("#f-expected_close", "in 3 days")
    expect(page.locator(".reading").last).to_contain_text(", ")
    page.keyboard.press("Tab")
    expect(page.locator("#f-amount")).to_have_value("20,000")
    expect(page.locator("#f-expected_close")).not_to_have_value("in 3 days")
    page.goto("/settings/layouts/deal")
    page.once("dialog", lambda asked: asked.accept())
    page.locator('form[action$="/reset"] button').click()
    page.wait_for_load_state()
    assert not complaints


def test_the_list_one_came_from_is_stepped_through(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/deals?sort=-amount")
    rows = page.locator("tbody tr [data-menu]")
    first, second = (str(rows.nth(n).get_attribute("href")).removesuffix("/menu") for n in range(2))
    page.locator(f'tbody a[href="{first}"]').first.click()
    page.locator("[data-neighbours] a[rel=next]").wait_for()
    page.keyboard.press("j")
    page.wait_for_url(f"**{second}")
    page.locator("[data-neighbours] a[rel=prev]").wait_for()
    page.keyboard.press("k")
    page.wait_for_url(f"**{first}")
    page.keyboard.press("3")
    expect(page.locator("#composer-task [name=subject]")).to_be_focused()
    assert not complaints


def test_what_was_typed_survives_the_end_of_a_session(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/companies/new")
    with page.expect_response("**/companies/similar*"):
        page.fill("#f-name", "Kept Works")
    page.fill("#f-description", "Words that nobody wants to write twice")
    page.context.clear_cookies()
    # Something else comes into the page while the answer is awaited.
    page.evaluate(
        "document.addEventListener('submit', () => hookline.put(document.querySelector('#bell'), 'anew'))"
    )
    page.locator(".form-foot button").first.click()
    _sign_in_again(page, "**/companies/new")
    expect(page.locator("#f-name")).to_have_value("Kept Works")
    expect(page.locator("#f-description")).to_have_value("Words that nobody wants to write twice")
    page.locator(".form-foot button").first.click()
    expect(page.locator("h1")).to_contain_text("Kept Works")
    page.goto("/companies/new")
    expect(page.locator("#f-name")).to_have_value("")
    # The refusal of a request without a session is what the browser tells of.
    assert all("401" in one for one in complaints)


def test_what_was_typed_survives_a_question_asked_after_the_end_of_a_session(
    desk: tuple[Page, Complaints],
) -> None:
    page, complaints = desk
    asked: list[str] = []

    def hear(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.accept()

    page.once("dialog", hear)
    page.goto("/companies/new")
    page.context.clear_cookies()
    # Whether there is such a company already is asked while one types.
    page.fill("#f-name", "Half of a name")
    _sign_in_again(page, "**/companies/new")
    expect(page.locator("#f-name")).to_have_value("Half of a name")
    page.locator("[data-discard]").click()
    page.remove_listener("dialog", hear)
    assert asked == []
    assert all("401" in one for one in complaints)


def _sign_in_again(page: Page, then: str) -> None:
    page.wait_for_url("**/sign-in?next=*")
    page.fill("[name=email]", "anna@example.com")
    page.fill("[name=password]", demo.PASSWORD)
    page.locator("form button[type=submit]").first.click()
    page.wait_for_url(then)
