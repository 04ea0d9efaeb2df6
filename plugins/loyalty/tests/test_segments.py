"""Segments: what a rule means, that nobody learns what they may not see, and that members are kept up to date."""

import datetime as dt
from decimal import Decimal

import pytest
from hookline_sdk import Activity, Contact, Deal, Forbidden, Gate, Invalid, select
from hookline_sdk.testing import AsUser, Client, Clock, Crm, Jobs, Make

from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.segments.asking import who
from hookline_loyalty.segments.data import Member, Segment, SegmentKind, SegmentUse
from hookline_loyalty.segments.keeping import put_in, take_out
from hookline_loyalty.segments.people import members, people_in
from hookline_loyalty.segments.tree import (
    Bought,
    Contacted,
    Group,
    InSegment,
    OfField,
    Part,
    Related,
    written,
)


def rule(*parts: Part, join: str = "all") -> str:
    return written(Group(join, parts))  # type: ignore[arg-type]  # one of its words


def lives_in(city: str) -> OfField:
    return OfField("first_name", {"first_name": city})


def test_a_segment_fills_itself(make: Make, gate: Gate, jobs: Jobs) -> None:
    ann, bob = make(Contact, first_name="Ann"), make(Contact, first_name="Bob")
    id = gate.create(Segment, {"name": "Anns", "rule": rule(lives_in("Ann"))})
    jobs.run()
    assert [each for (each,) in gate.rows(people_in(id))] == [ann.id]
    gate.update(Contact, bob.id, {"first_name": "Ann"})
    jobs.run()
    assert sorted(each for (each,) in gate.rows(people_in(id))) == [ann.id, bob.id]
    gate.update(Contact, ann.id, {"first_name": "Cid"})
    jobs.run()
    assert [each for (each,) in gate.rows(people_in(id))] == [bob.id]
    stays = gate.rows(select(Member.contact, Member.is_in, Member.left_why).order_by(Member.id))
    assert [tuple(row) for row in stays] == [(ann.id, "no", "A change"), (bob.id, "yes", None)]


def asked(crm: Crm, *parts: Part, join: str = "all") -> list[int]:
    with crm.house() as gate:
        found = gate.rows(who(gate, "contact", Group(join, parts)))  # type: ignore[arg-type]  # one of its words
    return sorted(id for (id,) in found)


def by_hand(crm: Crm, segment: int, *ids: int) -> int:
    with crm.writing("administrator") as gate:
        return put_in(gate, gate.get(Segment, segment), ids)


def test_purchases_activities_and_records_are_asked_of(make: Make, gate: Gate, crm: Crm) -> None:
    often, once, never = (
        make(Contact, first_name=name, phone=None).id for name in ("Often", "Once", "Never")
    )
    for days, contact, amount in ((1, often, 5), (40, often, 7), (200, once, 90)):
        at = gate.now - dt.timedelta(days=days)
        make(
            Receipt, contact=contact, company=None, amount=amount, bought_at=at, reversed=False, currency=None
        )
    assert asked(crm, Bought("count", "least", Decimal(2))) == [often]
    assert asked(crm, Bought("count", "most", Decimal(1))) == [once, never]
    assert asked(crm, Bought("count", "most", Decimal(0), 90)) == [once, never]
    assert asked(crm, Bought("sum", "least", Decimal(12), 90)) == [often]
    assert asked(crm, Bought("sum", "most", Decimal(12))) == [often, never]
    assert asked(crm, Bought("last", "least", Decimal(100))) == [once]
    assert asked(crm, Bought("last", "most", Decimal(100))) == [often]
    done = gate.now - dt.timedelta(days=3)
    make(Activity, contact=once, company=None, about=f"contact:{once}", done_at=done, kind="call")
    assert asked(crm, Contacted(there=True, days=7)) == [once]
    assert asked(crm, Contacted(there=False, days=7, kind="call")) == [often, never]
    assert asked(crm, Contacted(there=True, days=2)) == []
    for name in ("One", "Two"):
        make(Deal, name=name, contact=never, company=None, amount=100)
    assert asked(crm, Related("deal", "contact", 2)) == [never]
    assert asked(crm, Related("deal", "contact", 3)) == []
    assert asked(crm, Related("deal", "contact", 0)) == [often, once]
    big = OfField("amount", {"amount.gte": "500"})
    assert asked(crm, Related("deal", "contact", 0, (big,))) == [often, once, never]


def test_nobody_fulfils_none_of_what_is_not_known(make: Make, crm: Crm) -> None:
    silent, loud = make(Contact, phone=None).id, make(Contact, phone="+49 421 1234567").id
    has = OfField("phone", {"phone.starts": "+49"})
    assert asked(crm, has, join="none") == [silent]
    assert asked(crm, Group("none", (has,)), has, join="any") == [silent, loud]


def test_segments_of_segments_follow_and_go_in_no_circle(make: Make, gate: Gate, jobs: Jobs) -> None:
    ann = make(Contact, first_name="Ann").id
    first = gate.create(Segment, {"name": "Anns", "rule": rule(lives_in("Ann"))})
    second = gate.create(Segment, {"name": "Of them", "rule": rule(InSegment(first))})
    third = gate.create(Segment, {"name": "Not of them", "rule": rule(InSegment(second, inside=False))})
    jobs.run()
    assert [*gate.rows(people_in(second))] == [(ann,)]
    assert (ann,) not in gate.rows(people_in(third))
    gate.update(Contact, ann, {"first_name": "Bob"})
    jobs.run()
    assert not gate.rows(people_in(second))
    assert (ann,) in gate.rows(people_in(third))
    for asks in (first, third):
        with pytest.raises(Invalid, match="cannot ask of itself"):
            gate.update(Segment, first, {"rule": rule(InSegment(asks))})


def test_what_a_segment_asks_of_is_known_to_those_far_above_it(gate: Gate) -> None:
    """In whatever order they were made: the topmost is older here than the one between."""
    lowest = gate.create(Segment, {"name": "Anns", "rule": rule(lives_in("Ann"))})
    topmost = gate.create(Segment, {"name": "Above", "rule": rule(lives_in("Bob"))})
    between = gate.create(Segment, {"name": "Between", "rule": rule(InSegment(lowest))})
    gate.update(Segment, topmost, {"rule": rule(InSegment(between))})
    gate.update(Segment, lowest, {"rule": rule(Related("deal", "contact"))})
    for segment in (lowest, between, topmost):
        uses = select(SegmentUse.field).where(SegmentUse.segment == segment, SegmentUse.entity == "deal")
        assert sorted(gate.rows(uses), key=str) == [("contact",), (None,)]
        old = select(SegmentUse.id).where(SegmentUse.segment == segment, SegmentUse.field == "first_name")
        assert not gate.rows(old)


def test_what_cannot_be_asked_is_refused_with_a_word(gate: Gate) -> None:
    for wrong, said in (
        (rule(OfField("shoe_size", {"shoe_size": "4"})), "There is no field shoe_size"),
        (rule(Related("spaceship", "contact")), "There are no records spaceship"),
        (rule(OfField("first_name", {})), "Say what must hold"),
        (rule(OfField("created_at", {"created_at.within": "some_day"})), "not one of the choices"),
        ('{"type":"group","surprise":1}', "This is no rule of a segment"),
    ):
        with pytest.raises(Invalid, match=said):
            gate.create(Segment, {"name": "Wrong", "rule": wrong})


def test_people_are_put_in_by_hand(make: Make, gate: Gate, crm: Crm, client: Client) -> None:
    ann, bob = make(Contact, first_name="Ann").id, make(Contact, first_name="Bob").id
    id = gate.create(Segment, {"name": "Tasting", "kind": SegmentKind.static})
    assert by_hand(crm, id, ann, bob, ann) == 2
    assert by_hand(crm, id, ann) == 0
    with crm.writing("administrator") as writing:
        assert take_out(writing, writing.get(Segment, id), [bob]) == 1
    assert "Tasting" in client.get(f"/contacts/{ann}/panel/loyalty/segments_of_contact", htmx=True)
    gate.update(Contact, bob, {"email": "bob@example.com"})
    client.get(f"/loyalty/segments/{id}/action/loyalty/put_in_pasted")
    client.form().submit(people=f"BOB@example.com\n{ann}\nnobody@example.com")
    assert sorted(gate.rows(people_in(id))) == [(ann,), (bob,)]
    itself = gate.create(Segment, {"name": "Itself", "rule": rule(lives_in("Ann"))})
    with pytest.raises(Invalid, match="fills itself"):
        by_hand(crm, itself, ann)
    with pytest.raises(Forbidden):
        gate.create(Member, {"segment": itself, "contact": ann, "entered_at": gate.now})


def test_lists_filter_by_segments(make: Make, gate: Gate, crm: Crm, client: Client) -> None:
    ann, bob = make(Contact, first_name="Ann").id, make(Contact, first_name="Bob").id
    id = gate.create(Segment, {"name": "Tasting", "kind": SegmentKind.static})
    by_hand(crm, id, ann)
    page = client.get(f"/contacts?id.among=loyalty.segment:{id}")
    assert "Ann" in page
    assert "Bob" not in page
    assert "Segment" in page
    assert "is Tasting" in page
    others = client.get(f"/contacts?id.outside=loyalty.segment:{id}")
    assert "Bob" in others
    assert "is not Tasting" in others
    form = client.get("/contacts?filter=set:loyalty.segment").text
    assert "Tasting" in form
    client.get("/contacts?id.among=loyalty.segment:999", status=422)
    assert bob


def test_what_a_viewer_may_not_see_neither_shows_nor_counts(
    make: Make, gate: Gate, jobs: Jobs, crm: Crm, as_user: AsUser
) -> None:
    """A seller sees own deals alone: of a segment that asks of deals they learn what those say, and no more."""
    ann, bob = make(Contact, first_name="Ann").id, make(Contact, first_name="Bob").id
    seller = crm.people["seller"]
    mine = {"owner": seller, "team": None}
    for contact in (ann, bob):
        gate.update(Contact, contact, mine)
    make(Deal, contact=ann, company=None, name="Mine", **mine)
    make(Deal, contact=bob, company=None, name="Not mine", owner=crm.people["colleague"], team=None)
    id = gate.create(Segment, {"name": "With deals", "rule": rule(Related("deal", "contact")), **mine})
    jobs.run()
    assert sorted(gate.rows(people_in(id))) == [(ann,), (bob,)]
    with crm.writing("seller") as theirs:
        assert not theirs.rows(select(Member.id))
        assert theirs.rows(members(theirs, theirs.get(Segment, id))) == [(ann,)]
    page = as_user("seller").get(f"/contacts?id.among=loyalty.segment:{id}")
    assert "Ann" in page
    assert "Bob" not in page


def test_time_goes_by(make: Make, gate: Gate, jobs: Jobs, clock: Clock) -> None:
    contact = make(Contact).id
    make(Receipt, contact=contact, company=None, bought_at=gate.now, reversed=False)
    id = gate.create(Segment, {"name": "Lately", "rule": rule(Bought("count", "least", Decimal(1), 30))})
    jobs.run()
    assert gate.rows(people_in(id)) == [(contact,)]
    clock.move(days=31)
    jobs.run()
    assert not gate.rows(people_in(id))


def test_somebody_who_is_in_the_trash_belongs_to_nothing(make: Make, gate: Gate, jobs: Jobs) -> None:
    contact = make(Contact, first_name="Ann").id
    id = gate.create(Segment, {"name": "Anns", "rule": rule(lives_in("Ann"))})
    jobs.run()
    gate.trash(Contact, contact)
    jobs.run()
    assert not gate.rows(select(Member.id).where(Member.is_in == "yes"))
    gate.restore(Contact, contact)
    jobs.run()
    assert gate.rows(people_in(id)) == [(contact,)]
