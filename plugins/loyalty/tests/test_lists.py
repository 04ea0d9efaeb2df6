"""Segments in lists: people are put in and taken out where they are looked at, and a list is narrowed to a segment."""

from decimal import Decimal

import pytest
from hookline_sdk import Company, Contact, Gate, Record
from hookline_sdk.testing import Client, Make

from hookline_loyalty.coupons.data import Coupon
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.segments.data import Segment, SegmentKind, Subject
from hookline_loyalty.segments.people import people_in
from hookline_loyalty.segments.tree import Bought, Group, OfField, written


@pytest.mark.parametrize(
    ("entity", "folder", "name"), [(Contact, "contacts", "contact"), (Company, "companies", "company")]
)
def test_somebody_is_put_in_and_taken_out_where_they_stand(
    make: Make, client: Client, gate: Gate, entity: type[Record], folder: str, name: str
) -> None:
    inside, _outside = make(entity), make(entity)
    segment = make(Segment, name="Guests", of=Subject(name), kind=SegmentKind.static, rule=None)
    where = f"/{folder}/{inside.id}/action/loyalty"
    client.get(f"{where}/put_{name}_in")
    client.form().submit(segment=str(segment.id))
    assert _inside(gate, segment) == [inside.id]
    listed = client.get(f"/{folder}?id.among=loyalty.segment:{segment.id}")
    assert len(listed.rows()) == 1
    assert "Segment is Guests" in listed
    assert "Guests" in client.get("/loyalty/segments")
    client.get(f"{where}/take_{name}_out")
    client.form().submit(segment=str(segment.id))
    assert _inside(gate, segment) == []


def test_the_rule_of_a_segment_is_changed_where_it_is_built(make: Make, client: Client) -> None:
    segment = make(Segment, name="Regulars", kind=SegmentKind.dynamic, rule=None)
    client.get(f"/loyalty/segments/{segment.id}/action/loyalty/change_rule")
    assert client.form().submit().path == f"/x/loyalty/build/{segment.id}"


def test_a_segment_says_its_rule_in_words(make: Make, client: Client) -> None:
    rule = Group("all", (OfField("city", {"city.is": "Bremen"}), Bought("count", "least", Decimal(3), 90)))
    segment = make(Segment, name="Regulars", kind=SegmentKind.dynamic, rule=written(rule))
    panel = f"/loyalty/segments/{segment.id}/panel/loyalty/rule_in_words"
    said = "City is “Bremen” and at least 3 purchases within 90 days"
    assert said in client.get(panel, htmx=True)
    by_hand = make(Segment, name="Guests", kind=SegmentKind.static, rule=None)
    assert client.get(panel.replace(str(segment.id), str(by_hand.id)), htmx=True).all(".panel-unseen")


def _inside(gate: Gate, segment: Segment) -> list[int]:
    return sorted(id for (id,) in gate.rows(people_in(segment.id)))


def test_what_a_coupon_takes_off_is_not_added_up_and_what_was_sold_is(make: Make, client: Client) -> None:
    make.many(Coupon, 2, amount=5)
    make.many(Receipt, 2, amount=7)
    assert client.get("/loyalty/coupons").all(".grid-foot .sum") == []
    (total,) = client.get("/loyalty/receipts").all(".grid-foot .sum")
    assert "14" in total.text
