"""A list worked with: cells changed in place, rows walked and ticked by keys, filters and columns set where they stand."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints

pytestmark = pytest.mark.browser


def test_cells_are_changed_by_the_keyboard_alone(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/deals?q=cellar&column=competitor&column=amount&column=owner")
    row = page.locator("[data-list] tbody tr").first
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("#cell-name")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#cell-edit")).to_be_hidden()
    expect(row).to_contain_text("Cellar stock")
    page.keyboard.press("F2")
    expect(page.locator("#cell-name")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#cell-competitor")).to_be_focused()
    page.keyboard.type("Nobody & Sons")
    page.keyboard.press("Tab")
    expect(page.locator("#cell-amount")).to_be_focused()
    expect(row).to_contain_text("Nobody & Sons")
    page.locator("#cell-amount").fill("much")
    page.keyboard.press("Enter")
    expect(page.locator("#cell-edit .error").first).to_be_visible()
    expect(page.locator("#cell-amount")).to_be_focused()
    page.locator("#cell-amount").fill("8100")
    page.keyboard.press("Enter")
    expect(row).to_contain_text("€8,100")
    expect(row.locator("td.k-money")).to_be_focused()
    page.reload()
    expect(row).to_contain_text("Nobody & Sons")
    assert [said for said in complaints if "422" not in said] == []


def test_two_pages_that_change_the_same_cell(desk: tuple[Page, Complaints]) -> None:
    page, _ = desk
    page.goto("/deals?q=duffy&column=competitor")
    cell = page.locator("[data-list] tbody tr td").nth(2)
    cell.dblclick()
    expect(page.locator("#cell-competitor")).to_be_focused()
    with page.context.new_page() as other:
        other.goto("/deals?q=duffy&column=competitor")
        other.locator("[data-list] tbody tr td").nth(2).dblclick()
        other.locator("#cell-competitor").fill("Theirs")
        other.keyboard.press("Enter")
        expect(other.locator("[data-list] tbody tr").first).to_contain_text("Theirs")
    page.locator("#cell-competitor").fill("Mine")
    page.keyboard.press("Enter")
    expect(page.locator(".cell-conflict")).to_contain_text("Theirs")
    page.keyboard.press("Escape")
    expect(page.locator("[data-list] tbody tr").first).to_contain_text("Theirs")


def test_rows_are_walked_and_ticked_by_keys_and_tagged_at_once(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/deals?outcome=open&column=tags")
    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(page.locator("[data-count]")).to_have_text("3")
    page.locator(".bulk button", has_text="Tags").click()
    page.locator("main [role=combobox]").fill("pilot")
    expect(page.locator("main [role=option]").first).to_have_text("Pilot")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.locator("main .form-foot button[type=submit]").click()
    expect(page.locator("body")).to_contain_text("3 records are tagged.")
    expect(page.locator("[data-list] tbody tr").nth(2)).to_contain_text("Pilot")
    assert [said for said in complaints if "422" not in said and "409" not in said] == []


def test_a_filter_is_set_where_it_stands_and_the_focus_stays(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/deals?outcome=open")
    page.locator("[popovertarget=filter-menu]").click()
    expect(page.locator("[data-menu-search]")).to_be_focused()
    page.keyboard.type("expected")
    page.keyboard.press("Enter")
    form = page.locator("#filter-pop form")
    form.locator("[name=range]").select_option("this_year")
    form.locator("button[type=submit]").click()
    expect(page.locator(".toolbar .chips")).to_contain_text("Expected close this year")
    page.locator(".joint").click()
    expect(page.locator(".joint")).to_have_text("or")
    expect(page.locator(".joint")).to_be_focused()
    page.keyboard.press("j")
    expect(page.locator("[data-cursor]")).to_be_visible()
    assert [said for said in complaints if "422" not in said and "409" not in said] == []
