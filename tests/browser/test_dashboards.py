"""Dashboards and reports in a real Chromium: widgets that load by themselves and are dragged, bars that lead to their deals."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Complaints

pytestmark = pytest.mark.browser

WHO = "marcus"


def test_widgets_are_dragged_sized_added_and_taken_away(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/dashboards/start/head")
    expect(page.locator(".widget [aria-busy]")).to_have_count(0)
    expect(page.locator(".figure-number").first).to_contain_text("€")
    page.get_by_role("button", name="Arrange").click()
    heads = page.locator(".widget h2")
    expect(heads.first).to_have_text("Pipeline value")
    start, end = (
        page.locator(".widget header").nth(0).bounding_box(),
        page.locator(".widget").nth(2).bounding_box(),
    )
    assert start
    assert end
    page.mouse.move(start["x"] + 60, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 90, start["y"] + 20, steps=4)
    with page.expect_response(re.compile("/order")) as kept:
        page.mouse.move(end["x"] + end["width"] - 20, end["y"] + 40, steps=12)
        page.mouse.up()
    assert kept.value.status == 204
    page.reload()
    expect(heads.first).to_have_text("Won")
    page.get_by_label("Size: Won", exact=True).select_option("wide")
    expect(page.locator(".widget.size-wide h2")).to_have_text("Won")
    page.get_by_role("link", name="Add a widget").click()
    page.get_by_role("button", name="Add: New leads").click()
    expect(heads.last).to_have_text("New leads")
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="More", exact=True).click()
    page.once("dialog", lambda question: question.accept())
    page.get_by_role("button", name="Delete dashboard").click()
    expect(page).to_have_url(re.compile("/dashboards$"))
    assert complaints == []


def test_a_bar_leads_to_its_deals_and_a_choice_is_sent_at_once(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/reports/core/pipeline")
    count = page.locator(".report-table tbody tr").nth(1).locator("td").nth(1)
    number = count.inner_text()
    count.locator("a").click()
    expect(page.locator("h1 .count")).to_have_text(number)
    page.go_back()
    page.locator(".hbar a").nth(1).click()
    expect(page.locator("h1 .count")).to_have_text(number)
    page.goto("/reports/core/funnel?period=last_90_days")
    lost = page.locator(".report-table tbody td:nth-child(6) a").first
    number = lost.inner_text()
    lost.click()
    expect(page.locator("h1 .count")).to_have_text(number)
    expect(page.locator(".chip").first).to_contain_text("of the funnel")
    page.goto("/reports/core/sellers?period=this_year")
    page.get_by_label("Whose").select_option("me")
    expect(page).to_have_url(re.compile("whose=me"))
    expect(page).to_have_url(re.compile("period=this_year"))
    assert complaints == []
