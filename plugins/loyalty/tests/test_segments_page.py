"""A segment is built in a browser: rows, a count while one edits, and what it comes to; and the same without script."""

from decimal import Decimal
from typing import Any

from hookline_sdk import Contact, Gate
from hookline_sdk.testing import Client, Jobs, Make
from playwright.sync_api import Page, expect

from hookline_loyalty.segments.data import Segment
from hookline_loyalty.segments.people import people_in
from hookline_loyalty.segments.tree import Bought, Group, OfField, read


def test_a_segment_is_built_in_a_browser(page: Page, make: Make, gate: Gate, jobs: Jobs) -> None:
    ann = make(Contact, first_name="Ann", city="Bremen").id
    make(Contact, first_name="Bob", city="Kassel")
    page.goto("/x/loyalty/build")
    page.get_by_label("Field", exact=True).select_option("city")
    page.get_by_label("Text").fill("bremen")
    expect(page.locator(".rule-count")).to_contain_text("1 contact fits")
    expect(page.locator(".rule-words")).to_contain_text("City contains “bremen”")
    expect(page.locator(".rule-sample")).to_contain_text("Ann")
    page.get_by_role("button", name="Purchases").click()
    page.get_by_label("Compared").select_option("most")
    page.get_by_label("Number").fill("0")
    expect(page.locator(".rule-words")).to_contain_text("and no purchase")
    page.get_by_label("Name").fill("In Bremen, bought nothing")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="In Bremen, bought nothing")).to_be_visible()
    jobs.run()
    (kept,) = gate.rows(Segment.__table__.select().with_only_columns(Segment.id, Segment.rule))
    city = OfField("city", {"city.contains": "bremen"})
    assert read(kept.rule) == Group("all", (city, Bought("count", "most", Decimal(0))))
    assert gate.rows(people_in(kept.id)) == [(ann,)]


def test_it_is_built_without_script_too(client: Client, make: Make) -> None:
    make(Contact, first_name="Ann", city="Bremen")
    client.get("/x/loyalty/build")
    field: dict[str, Any] = {"field-0-0": "city", "do": "draw"}
    client.form().submit(**field)
    value: dict[str, Any] = {"v-0-0-op": "is", "v-0-0-value": "Bremen", "do": "draw"}
    page = client.form().submit(**value)
    assert "1 contact fits" in page
    page = client.form().submit(do="add-group-0")
    assert len(page.all(".rule-group")) == 2
    page = client.form().submit(do="remove-0-1")
    assert len(page.all(".rule-group")) == 1
    client.form().submit(do="save", status=422)
    assert "Give it a name." in client.page
    assert "Bremen" in client.page.text or client.form().names
    client.form().submit(do="save", name="Bremen")
    assert "Bremen" in client.page.title


def test_people_are_divided_by_two_fields(client: Client, make: Make) -> None:
    for city, title in (("Bremen", "Baker"), ("Bremen", "Smith"), ("Kassel", "Baker"), ("Bremen", "Baker")):
        make(Contact, city=city, job_title=title)
    page = client.get("/x/loyalty/cross?of=contact&rows=city&columns=job_title&show=count")
    assert [row for row in page.rows() if row[0] == "Bremen"] == [["Bremen", "2", "1", "3"]]
    (cell, *_) = [each for each in page.all(".cross td a") if each.text.strip() == "2"]
    assert len(client.get(str(cell["href"])).rows()) == 2
