"""Earn and burn at the till, as somebody at the counter does it with a tablet."""

from decimal import Decimal

from hookline_sdk import Contact, Gate, select
from hookline_sdk.testing import Crm, Make
from playwright.sync_api import Page, expect

from hookline_loyalty.points.data import Account
from hookline_loyalty.programmes.data import EarnRule, Programme
from hookline_loyalty.till.cards import card_of


def test_points_are_earned_used_and_taken_back_at_the_till(
    page: Page, crm: Crm, make: Make, gate: Gate
) -> None:
    points = make(
        Programme,
        kind="points",
        state="active",
        worth=Decimal("0.10"),
        most=Decimal(70),
        starts_on=None,
        ends_on=None,
    )
    make(
        EarnRule,
        programme=points.id,
        per="amount",
        points=1,
        each=Decimal(1),
        minimum=None,
        categories=None,
        products=None,
    )
    customer = make(Contact, first_name="Marie", last_name="Holm", phone="+4942130180012")
    with crm.writing() as writing:
        number = card_of(writing, customer.id).number
    crm.settle()
    page.set_viewport_size({"width": 390, "height": 844})

    page.goto("/x/loyalty/till")
    page.get_by_label("Card, phone or name").fill(number)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Marie Holm")).to_be_visible()
    sell(page, "Beans", "40")
    expect(page.locator(".till-due")).to_contain_text("€40")
    page.get_by_role("button", name="Ring up").click()
    expect(page.get_by_role("heading", name="Rung up")).to_be_visible()
    assert gate.scalar(select(Account.balance)) == Decimal(40)

    page.get_by_role("link", name="Next customer").click()
    page.get_by_label("Card, phone or name").fill("0421 30180012")
    page.get_by_role("button", name="Find").click()
    sell(page, "Espresso", "3,00")
    page.get_by_role("button", name="points").click()
    # At most 70 of a hundred of the bill: 21 points of ten cents.
    expect(page.locator(".till-due")).to_contain_text("€0.90")
    page.get_by_role("button", name="Ring up").click()
    expect(page.get_by_role("heading", name="Rung up")).to_be_visible()
    assert gate.scalar(select(Account.balance)) == Decimal(19)

    page.locator(".till-back summary").click()
    page.get_by_role("button", name="Take the whole bill back").click()
    expect(page.get_by_role("heading", name="Taken back")).to_be_visible()
    assert gate.scalar(select(Account.balance)) == Decimal(40)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def sell(page: Page, product: str, amount: str) -> None:
    """Write one line, and see what it comes to."""
    page.locator("[name=product]").first.fill(product)
    page.locator("[name=amount]").first.fill(amount)
    page.get_by_role("button", name="Show what applies").click()
