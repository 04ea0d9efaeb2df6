"""Segments in lists: people are put in and taken out where they are looked at, and a list is narrowed to a segment."""

import pytest
from hookline_sdk import Company, Contact, Gate, Record
from hookline_sdk.testing import Client, Make

from hookline_loyalty.segments.data import Segment, SegmentKind, Subject
from hookline_loyalty.segments.people import people_in


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


def _inside(gate: Gate, segment: Segment) -> list[int]:
    return sorted(id for (id,) in gate.rows(people_in(segment.id)))
