"""Feedback on a viewing, in a browser: from the viewing's page to what the property's owner is told."""

import datetime as dt

from hookline_sdk import Gate
from hookline_sdk.testing import Clock, Make
from playwright.sync_api import Page, expect

from hookline_real_estate.properties.data import Property
from hookline_real_estate.viewings.data import Liking, Viewing, ViewingState


def test_what_both_sides_said_is_kept_and_told(make: Make, gate: Gate, clock: Clock, page: Page) -> None:
    flat = make(Property, address="Mill Lane 4")
    at = clock.now - dt.timedelta(hours=2)
    viewing = make(Viewing, property=flat, starts_at=at, state=ViewingState.confirmed)
    page.goto(f"/real_estate/viewings/{viewing.id}/action/real_estate/feedback")
    page.get_by_label("Liking").select_option("thinks")
    page.get_by_label("What the buyer says").fill("A dark kitchen")
    page.get_by_label("What the seller says").fill("They stayed long")
    page.locator("main form button[type=submit]").click()
    expect(page.locator("#toaster")).to_contain_text("The feedback is kept.")
    kept = gate.get(Viewing, viewing.id)
    assert (kept.state, kept.liking) == (ViewingState.done, Liking.thinks)
    assert (kept.buyer_says, kept.seller_says) == ("A dark kitchen", "They stayed long")
    page.goto(f"/x/real_estate/owner_report/{flat.id}")
    expect(page.locator("main")).to_contain_text("A dark kitchen")
