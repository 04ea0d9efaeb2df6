"""A campaign in a browser: from an empty form to people's telephones, and what it brought, as whoever paid for it reads it."""

from datetime import timedelta
from decimal import Decimal

from hookline_sdk import Contact, Gate, select
from hookline_sdk.testing import Crm, Jobs
from playwright.sync_api import Page, expect

from hookline_loyalty.campaigns.data import Campaign, Channel, Fate, Group, Recipient, State
from hookline_loyalty.campaigns.launching import LAUNCHING, carry
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.customers.data import Receipt


def test_a_campaign_is_written_approved_and_launched(page: Page, crm: Crm, gate: Gate, jobs: Jobs) -> None:
    with crm.house() as house:
        terms = Mailing.of(house)
        terms.quiet_from, terms.quiet_to, terms.holdout = 0, 0, Decimal(0)
        terms.keep(house)
        people = house.create_many(
            Contact, [{"first_name": f"Guest {n}", "mobile": f"+4479460{n:05}"} for n in range(12)]
        )
        for id in people[:10]:
            given = {"about": f"contact:{id}", "purpose": 1, "said": "given", "source": "Till"}
            house.create("consent", given)
        purpose = house.titles("consent_purpose", [1])[1]

    page.goto("/loyalty/campaigns/new")
    page.get_by_label("Campaign", exact=False).first.fill("Beans for the weekend")
    page.get_by_label("By", exact=True).select_option(Channel.sms)
    page.get_by_role("combobox", name="Purpose of consent").fill(purpose)
    page.get_by_role("option", name=purpose).click()
    page.get_by_label("Control group").fill("20")
    page.get_by_label("Text", exact=True).fill("{{first_name|Hello}}, beans are half price until Sunday.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", name="Beans for the weekend")).to_be_visible()

    before = page.locator("section.panel", has_text="Before the launch")
    expect(before.locator("dl > div", has_text="Get it")).to_contain_text("8")
    expect(before.locator("dl > div", has_text="Control group")).to_contain_text("2")
    expect(before.locator("tr", has_text="Has not agreed")).to_contain_text("2")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".letter-plain")).to_contain_text("Guest 0, beans are half price until Sunday.")
    page.get_by_role("link", name="Beans for the weekend").click()

    page.get_by_role("button", name="Approve").click()
    expect(before).to_contain_text("It is approved and can be launched.")
    page.get_by_role("link", name="Launch").click()
    page.get_by_role("dialog").get_by_role("button", name="Launch").click()
    expect(page.locator(".record-head")).to_contain_text("Sending")
    jobs.run()
    page.reload()
    expect(page.locator(".record-head")).to_contain_text("Sent")
    going = page.locator("section.panel", has_text="On its way")
    expect(going.locator("tr", has_text="Control group")).to_contain_text("2")
    going.get_by_role("link", name="Sent").click()
    expect(page.locator("tbody tr")).to_have_count(8)
    assert len(list((crm.folder / "sms").iterdir())) == 8
    fates = gate.rows(select(Recipient.group, Recipient.fate))
    assert sorted(fates) == [(Group.control, Fate.untouched)] * 2 + [(Group.test, Fate.sent)] * 8


def test_the_uplift_is_read_in_words_a_chart_and_money(page: Page, crm: Crm, gate: Gate) -> None:
    given = {
        "name": "Autumn",
        "purpose": 1,
        "channel": Channel.sms,
        "said": "Come by",
        "control": Decimal(20),
    }
    id = gate.create(Campaign, {**given, "cost": Decimal(100), "margin": Decimal(50), "window": 30})
    start = gate.now - timedelta(days=40)
    with crm.house() as house:
        carry(house, id, state=State.sent, launched_at=start)
        people = house.create_many(Contact, [{"first_name": f"P{n}"} for n in range(200)])
        for place, who in enumerate(people):
            is_test = place % 5 != 0
            one = {
                "what": "Autumn", "campaign": id, "contact": who, "joined_at": start, "due_at": start,
                "key": f"{id}:{who}", "stratum": "0", "group": Group.test if is_test else Group.control,
                "fate": Fate.sent if is_test else Fate.untouched,
            }  # fmt: skip
            house.as_house(LAUNCHING).create(Recipient, one)
        bought = [
            {
                "what": "Beans", "contact": who, "amount": Decimal(20 + place % 7 + (10 if place % 5 else 0)),
                "bought_at": start + timedelta(days=place % 29), "source": f"s{place}",
            }
            for place, who in enumerate(people)
        ]  # fmt: skip
        house.create_many(Receipt, bought)

    for language, verdict, profit in (
        ("en", "It brought between €1,4", "Profit after the cost"),
        ("ru", "Кампания принесла от 1", "Прибыль за вычетом затрат"),
    ):
        speak(page, language)
        page.goto(f"/loyalty/campaigns/{id}")
        panel = page.locator("#panel-loyalty-what_it_brought")
        expect(panel.locator(".prose")).to_contain_text(verdict)
        expect(panel.locator(".prose")).to_contain_text("€")
        expect(panel.locator("svg path, svg polyline").first).to_be_visible()
        expect(panel.locator("dl > div", has_text=profit)).to_contain_text("€")
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def speak(page: Page, language: str) -> None:
    """Have the pages in a language, as the menu of one's own account does it."""
    page.goto("/my-day")
    page.locator(f"button[name=language][value={language}]").evaluate("button => button.click()")
    expect(page.locator("html")).to_have_attribute("lang", language)
