"""From a match to a viewing, in a browser: what fits, why, and when they come."""

from hookline_sdk import Contact, Gate, select
from hookline_sdk.testing import Make
from playwright.sync_api import Page, expect

from hookline_real_estate.properties.data import Property
from hookline_real_estate.requests.data import Request
from hookline_real_estate.viewings.data import Viewing


def test_a_match_is_looked_at_and_invited(make: Make, gate: Gate, page: Page) -> None:
    who = make(Contact, first_name="Ingrid", last_name="Wit")
    flat = make(Property, address="Mill Lane 4", kind="flat", status="active", area=50, price=103_000)
    make(Property, address="Harbour 1", kind="flat", status="active", area=50, price=300_000)
    wanted = make(Request, contact=who, kinds=("flat",), price_to=100_000, area_from=40)
    page.goto(f"/real_estate/requests/{wanted.id}")
    expect(page.get_by_text("price 3% above").first).to_be_visible()
    page.goto(f"/x/real_estate/matches/{wanted.id}")
    expect(page.locator(".matches > li")).to_have_count(1)
    page.get_by_role("link", name="Invite to a viewing").click()
    expect(page.locator("main")).to_contain_text("Ingrid Wit comes to see Mill Lane 4.")
    page.get_by_role("button", name="Plan the viewing").click()
    expect(page.locator("#toaster")).to_contain_text("The viewing is planned.")
    assert gate.rows(select(Viewing.property, Viewing.contact)) == [(flat.id, who.id)]
    page.goto(f"/x/real_estate/matches/{wanted.id}")
    expect(page.locator(".match-title")).to_contain_text("Viewing planned")
