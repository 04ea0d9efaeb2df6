"""Segments: what a rule means, that nobody learns what they may not see, and that members are kept up to date."""

from hookline_sdk import Contact, Gate, select
from hookline_sdk.testing import Jobs, Make

from hookline_loyalty.segments.data import Member, Segment
from hookline_loyalty.segments.people import people_in
from hookline_loyalty.segments.tree import Group, OfField, Part, written


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
