"""What is bought, what goes together, what a segment lacks, and the reports over it."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from hookline_sdk import Contact, Gate
from hookline_sdk.testing import AssertQueries, Client, Crm

from hookline_loyalty.customers.data import Receipt, ReceiptLine
from hookline_loyalty.segments.data import Segment
from hookline_loyalty.segments.keeping import put_in

Basket = tuple[int, int, Sequence[str]]


def sell(gate: Gate, contacts: Sequence[int], baskets: Sequence[Basket], currency: str | None = None) -> None:
    """Baskets, each of the customer of this place, so many days ago, with these products at 2 each."""
    made = gate.create_many(
        Receipt,
        [
            {
                "what": ", ".join(goods),
                "contact": contacts[place],
                "amount": Decimal(2 * len(goods)),
                "currency": currency,
                "bought_at": gate.now - dt.timedelta(days=days),
                "source": f"s:{currency}/{number}",
            }
            for number, (place, days, goods) in enumerate(baskets)
        ],
    )
    gate.create_many(
        ReceiptLine,
        [
            {"receipt": id, "product": each, "amount": Decimal(2), "currency": currency}
            for id, (_, _, goods) in zip(made, baskets, strict=True)
            for each in goods
        ],
    )


def people(gate: Gate, number: int) -> list[int]:
    return gate.create_many(Contact, [{"last_name": f"Guest {n}"} for n in range(number)])


def test_what_goes_together_is_told_with_support_confidence_and_lift(crm: Crm, client: Client) -> None:
    with crm.house() as gate:
        guests = people(gate, 10)
        baskets: list[Basket] = [(n % 10, n, ("Beans", "Filters")) for n in range(6)]
        baskets += [(n % 10, n, ("Beans",)) for n in range(2)] + [(n % 10, n, ("Tea",)) for n in range(12)]
        # Four times is too seldom to be told.
        baskets += [(n, n, ("Tea", "Honey")) for n in range(4)]
        sell(gate, guests, baskets)
    rows = client.get("/reports/loyalty/bought_together").rows()
    # 6 of 24 baskets; all baskets with filters; 8 of 24 have beans, so three times as often as by chance.
    assert rows == [["Filters", "Beans", "6", "25%", "100%", "3"]]


def test_what_a_segment_lacks_is_seen_beside_others_like_it(crm: Crm, client: Client) -> None:
    with crm.house() as gate:
        guests = people(gate, 50)
        baskets: list[Basket] = [(n, 3, ("Coffee",)) for n in range(50)]
        # Four in five of the others take cake as well; of the segment nobody does.
        baskets += [(n, 2, ("Cake",)) for n in range(10, 42)]
        sell(gate, guests, baskets)
        segment = gate.create(Segment, {"name": "Without cake", "kind": "static"})
        put_in(gate, gate.get(Segment, segment), guests[:10])
    page = client.get(f"/x/loyalty/portfolio/{segment}")
    assert "Without cake: 10 of them bought something within a year." in page
    assert "Cake 0% 80% 8" in page.text
    assert "Coffee 10 100%" in page.text


def test_currencies_are_never_added_up(crm: Crm, client: Client) -> None:
    with crm.house() as gate:
        guests = people(gate, 3)
        sell(gate, guests, [(0, 1, ("Tea",)), (1, 1, ("Tea",))])
        sell(gate, guests, [(1, 1, ("Tea",)), (2, 1, ("Tea",))], currency="USD")
    row = client.get("/reports/loyalty/revenue").rows()[0]
    assert row[1:3] == ["3", "4"]
    assert "€4" in row[3]
    assert "US$4" in row[3] or "$4" in row[3]
    assert row[4] == "—"


def test_who_comes_back_is_told_by_the_month_of_the_first_purchase(crm: Crm, client: Client) -> None:
    """The clock of the kit stands in the middle of March 2026."""
    with crm.house() as gate:
        guests = people(gate, 4)
        january = [(n, 60, ("Tea",)) for n in range(4)]
        sell(
            gate,
            guests,
            [*january, (0, 59, ("Tea",)), (0, 30, ("Tea",)), (1, 30, ("Tea",)), (0, 1, ("Tea",))],
        )
    rows = client.get("/reports/loyalty/cohorts").rows()
    assert [row[:4] for row in rows] == [["Jan 2026", "4", "50%", "25%"]]
    repeats = client.get("/reports/loyalty/repeat_rate").rows()
    assert [row[:3] for row in repeats[:4]] == [
        ["1", "2", "50%"], ["2", "1", "25%"], ["3", "0", "0%"], ["4–5", "1", "25%"],
    ]  # fmt: skip


def test_the_page_costs_the_same_however_much_was_bought(
    crm: Crm, client: Client, assert_queries: AssertQueries
) -> None:
    with crm.house() as gate:
        guests = people(gate, 30)
        sell(gate, guests, [(n % 30, n % 90, (f"Good {n % 40}", "Tea")) for n in range(300)])
    with assert_queries(max=16):
        client.get("/x/loyalty/portfolio")
