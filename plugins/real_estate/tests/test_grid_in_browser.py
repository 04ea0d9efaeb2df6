"""The grid with script: it filters while one types, opens a sheet beside it, and a unit is held from there."""

import re

from hookline_sdk import Contact
from hookline_sdk.testing import Crm, Make
from playwright.sync_api import Page, expect

from hookline_real_estate.buildings.data import Section, Unit


def test_a_unit_is_found_and_held(crm: Crm, make: Make, page: Page) -> None:
    section, buyer = make(Section), make(Contact, first_name="Ingrid", last_name="Wit")
    for rooms, price in ((1, 100), (2, 200), (2, 900)):
        make(Unit, section=section, number=f"U-{price}", rooms=rooms, area=40, price=price)
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(f"/x/real_estate/grid/{section.building}")

    page.get_by_text("2", exact=True).first.click()
    page.get_by_label("Price, to").fill("500")
    fitting = page.locator(".unit:not(.misfit)")
    expect(fitting).to_have_count(1)
    expect(page).to_have_url(re.compile(r"[?]rooms=2&.*price_to=500$"))
    fitting.click()
    sheet = page.locator("#unit-sheet")
    expect(sheet).to_contain_text("€5 per m²")
    expect(fitting).to_have_attribute("aria-current", "true")
    assert page.get_by_label("Price, to").input_value() == "500"

    sheet.get_by_role("combobox").fill("Ingrid")
    page.get_by_role("option", name=buyer.name).click()
    sheet.get_by_role("button", name="Hold").click()
    expect(page.locator("#toaster")).to_contain_text("The unit is held.")
    expect(sheet).to_contain_text(str(buyer.name))
    expect(fitting).to_have_count(1)
    # What a browser says of any address without TLS that is not this machine's.
    assert [said for said in errors if "Cross-Origin-Opener-Policy" not in said] == []
