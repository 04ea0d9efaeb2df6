"""The seed is the same everywhere, and has the shape that the cases rely on."""

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.seed import LONG_TIMELINE, STAGES, Seed


def _digest(seed: Seed) -> str:
    total = sha256()
    for rows in (seed.companies(), seed.contacts(), seed.deals(), seed.activities()):
        for row in rows:
            total.update(repr(row).encode())
    return total.hexdigest()[:16]


def test_rows_do_not_change_from_run_to_run() -> None:
    assert _digest(Seed(200)) == "7698fe5a2427c47f"


def test_kinds_can_be_read_in_any_order() -> None:
    seed = Seed(50)
    deals = list(seed.deals())
    list(seed.contacts())
    assert list(seed.deals()) == deals


def test_a_thousand_contacts_bring_their_share_of_the_rest() -> None:
    seed = Seed(1000)
    assert len(list(seed.companies())) == seed.company_count == 100
    assert len(list(seed.contacts())) == 1000
    assert len(list(seed.deals())) == seed.deal_count == 500
    assert len(list(seed.activities())) == pytest.approx(3000, rel=0.05)


def test_every_tenth_deal_has_a_long_timeline() -> None:
    lengths = Counter(activity.deal_id for activity in Seed(400).activities())
    assert [deal for deal, length in lengths.items() if length == LONG_TIMELINE] == list(range(10, 201, 10))
    assert set(lengths.values()) == {3, 4, LONG_TIMELINE}


@settings(max_examples=25)
@given(st.integers(min_value=1, max_value=300))
def test_every_reference_leads_to_a_row(contact_count: int) -> None:
    seed = Seed(contact_count)
    companies = {company.id for company in seed.companies()}
    contacts = {contact.id for contact in seed.contacts()}
    deals = {deal.id: deal for deal in seed.deals()}
    assert {contact.company_id for contact in seed.contacts()} <= companies
    assert {deal.company_id for deal in deals.values()} <= companies
    assert {deal.contact_id for deal in deals.values()} <= contacts
    assert {deal.stage for deal in deals.values()} <= set(range(1, STAGES + 1))
    timeline = Counter(activity.deal_id for activity in seed.activities())
    assert timeline.keys() == deals.keys()
    assert timeline[seed.long_deal_id] == LONG_TIMELINE
    assert seed.deep_offset < max(contact_count, 1)


def test_new_contacts_have_new_addresses() -> None:
    seed = Seed(100)
    addresses = [contact.email for contact in (*seed.contacts(), *seed.new_contacts(100, 10_000))]
    assert len(set(addresses)) == 200


def test_a_search_for_ivan_finds_some_but_not_many() -> None:
    found = sum("ivan" in contact.email for contact in Seed(10_000).contacts())
    assert 200 < found < 1000
