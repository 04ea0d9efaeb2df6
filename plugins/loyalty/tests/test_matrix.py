"""The matrix: its sums are those of the people, however they are divided, and a cell that is kept holds whom it showed."""

from decimal import Decimal

import pytest
from hookline_sdk import Company, Contact, Gate, select
from hookline_sdk.testing import Client, Crm, Jobs, Make, Page
from hookline_sdk.testing.elements import Element

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.segments.data import Segment, SegmentKind
from hookline_loyalty.segments.people import people_in


def lines(page: Page) -> list[list[Decimal]]:
    """The numbers of each line, its own sum last; the last line are the sums of the columns."""
    return [[_number(cell) for cell in row.select("td")] for row in page.all(".cross tbody tr")]


def _number(cell: Element) -> Decimal:
    """What stands largest in a cell; how many people bought for it stands small below."""
    link = cell.select_one("a")
    said = link.text if link else next(filter(None, (text.strip() for text in cell.texts())), "")
    return Decimal("".join(c for c in said if c.isdigit() or c == ".") or 0)


@pytest.fixture
def people(crm: Crm, make: Make) -> int:
    """Forty people of fifteen cities, some of none, of fourteen companies, with scores."""
    companies = [make(Company, name=f"Company {n}").id for n in range(14)]
    rows = [
        {
            "first_name": f"P{n}", "city": f"City {n % 15}" if n % 8 else None,
            "company": companies[n % 14] if n % 5 else None, "job_title": ("Baker", "Smith", None)[n % 3],
        }
        for n in range(40)
    ]  # fmt: skip
    with crm.house() as house:
        made = house.create_many(Contact, rows)
        house.create_many(
            Receipt,
            [{"what": "Beans", "contact": who, "amount": Decimal(place), "bought_at": house.now, "source": f"s{place}"} for place, who in enumerate(made)],
        )  # fmt: skip
    return len(made)


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        ("city", "job_title"),
        ("company", "job_title"),
        ("job_title", "loyalty_spent"),
        ("loyalty_spent", "company"),
    ],
)
def test_each_line_and_column_adds_up(client: Client, people: int, rows: str, columns: str) -> None:
    *inner, whole = lines(client.get(f"/x/loyalty/cross?of=contact&rows={rows}&columns={columns}"))
    assert len(inner) > 1
    assert whole[-1] == people
    for line in [*inner, whole]:
        assert sum(line[:-1]) == line[-1]
    assert [sum(column) for column in zip(*inner, strict=True)] == whole


def test_what_they_bought_adds_up_too(client: Client, people: int) -> None:
    page = client.get("/x/loyalty/cross?of=contact&rows=city&columns=job_title&show=bought")
    *inner, whole = lines(page)
    assert whole[-1] == sum(range(people))
    assert [sum(column) for column in zip(*inner, strict=True)] == whole


def test_a_division_within_another_adds_up_to_it(client: Client, people: int) -> None:
    page = client.get("/x/loyalty/cross?of=contact&rows=job_title&within=city&columns=company")
    marked = ["is-total" in (row.get("class") or ()) for row in page.all(".cross tbody tr")]
    found = list(zip(marked, lines(page), strict=True))
    *_, (_, whole) = found
    outer = [line for is_total, line in found[:-1] if is_total]
    inner = [line for is_total, line in found[:-1] if not is_total]
    for part in (outer, inner):
        assert [sum(column) for column in zip(*part, strict=True)] == whole
    assert whole[-1] == people


def test_a_cell_is_kept_as_a_segment_of_whom_it_showed(
    client: Client, gate: Gate, jobs: Jobs, people: int
) -> None:
    client.get("/x/loyalty/cross?of=contact&rows=job_title&columns=city")
    asked = select(Contact.id).where(Contact.job_title == "Baker", Contact.city == "City 3")
    wanted = sorted(id for (id,) in gate.rows(asked))
    assert len(wanted) > 1
    client.form('.cross-keep:has([value="Baker · City 3"])').submit()
    jobs.run()
    (segment,) = gate.rows(select(Segment.id, Segment.name, Segment.kind))
    assert (segment.name, segment.kind) == ("Baker · City 3", SegmentKind.dynamic)
    assert sorted(id for (id,) in gate.rows(people_in(segment.id))) == wanted
