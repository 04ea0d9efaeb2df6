"""A statement on its way with script: reviewed, approved, paid, and locked."""

from decimal import Decimal

from hookline_sdk import Deal, Gate
from hookline_sdk.testing import Crm, Make
from playwright.sync_api import Page, expect

from hookline_real_estate.commission.starting import begin


def test_a_statement_is_reviewed_approved_paid_and_locked(
    crm: Crm, make: Make, gate: Gate, page: Page
) -> None:
    deal = make(Deal, amount=Decimal(400_000), owner=crm.people["seller"])
    here = f"/real_estate/commissions/{begin(gate, deal)}"
    page.goto(here)
    expect(page.locator(".waterfall")).to_contain_text("€12,000")
    for label, state in (
        ("Mark as reviewed", "Reviewed"),
        ("Approve", "Approved"),
        ("Mark as paid", "Paid out"),
    ):
        page.goto(f"{here}/action/real_estate/{_ACTIONS[label]}")
        page.locator("main form button[type=submit]").first.click()
        expect(page.locator(".facts, .record-facts, main").first).to_contain_text(state)
    page.goto(f"{here}/edit")
    page.get_by_label("Rate, %").fill("9")
    page.get_by_role("button", name="Save").first.click()
    expect(page.locator("main")).to_contain_text("no longer pending")


_ACTIONS = {"Mark as reviewed": "review", "Approve": "approve", "Mark as paid": "pay"}
