"""Boards and calendars in a real Chromium: cards and activities that are dragged, carried by keys, asked about and taken back."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Complaints

pytestmark = pytest.mark.browser


def drag(page: Page, what: Locator, to: Locator, there: Locator, *, down: float = 20) -> None:
    """Take hold of something, move it `down` pixels below the upper edge of a place, and let go once it is `there`."""
    to.scroll_into_view_if_needed()
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + min(30, start["width"] / 2), start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 30, steps=4)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + down, steps=12)
    # A browser that is busy takes a drag up late: it goes on until the place has noticed.
    for step in range(200):
        if there.count():
            break
        page.mouse.move(end["x"] + end["width"] / 2 + step % 5, end["y"] + down + step % 3)
    page.mouse.up()


def test_a_card_waits_for_its_dialog_and_goes_back_when_nothing_comes_of_it(
    desk: tuple[Page, Complaints],
) -> None:
    page, complaints = desk
    page.goto("/deals/board")
    first, lost = page.locator(".board .cards").first, page.locator(".closed-lane").last
    card = first.locator(".board-card").nth(1)
    mark = f"#{card.get_attribute('id')}"
    head = page.locator(".col header").first
    said = head.inner_text()
    drag(page, card, lost, lost.locator(mark))
    dialog = page.locator("#dialog[open]")
    expect(dialog.locator("[name=lost_reason]").first).to_be_attached()
    dialog.locator(".dialog-foot [data-close]").click()
    expect(first.locator(mark)).to_be_visible()
    drag(page, page.locator(mark), lost, lost.locator(mark))
    dialog.locator("button[type=submit]").click()
    toast = page.locator("#toaster .toast").last
    expect(toast).to_contain_text("Lost")
    expect(page.locator(mark)).to_have_count(0)
    expect(head).not_to_have_text(said)
    toast.locator("[data-undo]").click()
    expect(first.locator(mark)).to_be_visible()
    assert head.inner_text() == said
    assert complaints == []


def test_a_column_goes_on_by_itself_and_stays_as_long_when_a_card_moves(
    desk: tuple[Page, Complaints],
) -> None:
    page, complaints = desk
    page.goto("/activities/board?by=kind")
    column = page.locator(".board .cards:has(.col-more)").first
    key = column.get_attribute("data-column")
    column = page.locator(f'.board .cards[data-column="{key}"]')
    cards = column.locator(".board-card")
    expect(cards).to_have_count(20)
    page.locator(".board").evaluate("board => board.scrollTo(0, board.scrollHeight)")
    expect(cards.nth(20)).to_be_attached()
    loaded = cards.count()
    card = cards.nth(3)
    mark = f"#{card.get_attribute('id')}"
    card.locator("> a").first.focus()
    page.keyboard.press("Shift+ArrowRight")
    toast = page.locator("#toaster .toast").last
    expect(toast).to_contain_text("moved to")
    expect(page.locator(f"{mark} > a").first).to_be_focused()
    assert cards.count() >= loaded - 1
    toast.locator("[data-undo]").click()
    expect(column.locator(mark)).to_be_visible()
    assert complaints == []


def test_a_week_is_planned_by_dragging_by_keys_and_by_a_click(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/activities/calendar?span=week")
    item = page.locator(".cal-hours > .cal-item.in-1, .cal-hours > .cal-item.in-2").first
    mark = page.locator(f".cal-hours > .cal-item[data-id='{item.get_attribute('data-id')}']")
    was = mark.get_attribute("title")
    monday = page.locator(".cal-hours").first
    hour = monday.bounding_box()
    assert hour is not None
    drag(page, mark, monday, monday.locator("[data-lifted]"), down=3 * 48 + 12)
    toast = page.locator("#toaster .toast").last
    expect(toast).to_contain_text("rescheduled for")
    expect(page.locator("#dialog[open]")).to_have_count(0)
    expect(monday.locator(".cal-item")).not_to_have_count(0)
    toast.locator("[data-undo]").click()
    expect(mark).to_have_attribute("title", was or "")
    mark.focus()
    page.keyboard.press("Shift+ArrowDown")
    expect(mark).not_to_have_attribute("title", was or "")
    expect(mark).to_be_focused()
    page.keyboard.press("Shift+ArrowUp")
    expect(mark).to_have_attribute("title", was or "")
    page.locator(".cal-hours").nth(2).click(position={"x": 30, "y": 48 + 26})
    due = page.locator("#dialog[open] [name=due_at]")
    expect(due).to_be_visible()
    assert due.input_value().endswith("8:30")
    page.locator("#dialog[open] .dialog-foot [data-close]").click()
    shown = page.locator(".cal-head h2").inner_text()
    page.keyboard.press("j")
    expect(page.locator(".cal-head h2")).not_to_have_text(shown)
    page.keyboard.press("t")
    expect(page.locator(".cal-head h2")).to_have_text(shown)
    assert complaints == []


def test_stages_are_put_in_order_by_dragging(desk: tuple[Page, Complaints]) -> None:
    page, complaints = desk
    page.goto("/settings/pipelines/1")
    names = page.locator("[data-ordered] > li .entry-main a")
    before = names.all_inner_texts()
    grips = page.locator(".entry-grip")
    second = page.locator("[data-ordered] > li:nth-child(2)", has_text=before[2])
    # The page comes anew with the order that is kept: what is pressed before that may be lost.
    with page.expect_navigation():
        drag(page, grips.nth(2), grips.nth(1), second, down=-12)
    expect(names.nth(1)).to_have_text(before[2])
    page.locator("[data-ordered] > li").nth(1).get_by_role("button", name="Move down").click()
    # The names are read one by one, and the page may come anew between two of them: so until all stand in their places.
    expect(names).to_have_text(before)
    assert complaints == []
