"""Segments: groups of people or companies, what their rule asks of, and who has belonged to them from when to when."""

import datetime as dt

from hookline_sdk import (
    Catalog,
    Choices,
    Entity,
    Mapped,
    Text,
    choice,
    integer,
    long_text,
    moment,
    only_one,
    ref,
    text,
)

from hookline_loyalty.plugin import SEGMENTS, plugin


class Subject(Choices):
    """Of whom a segment is made."""

    contact = "contact", "Contacts"
    company = "company", "Companies"


class SegmentKind(Choices):
    """How people come into a segment."""

    dynamic = "dynamic", "Fills itself", "blue"
    static = "static", "By hand", "gray"


class SegmentState(Choices):
    """Whether its rule can be asked."""

    kept = "kept", "Kept up to date", "green"
    paused = "paused", "Paused: something is missing", "amber"


class Stay(Choices):
    """Whether somebody belongs to a segment now."""

    yes = "yes", "Belongs", "green"
    no = "no", "Has left"


class Segment(Entity, plugin=plugin, icon="users-round", title="name", menu=SEGMENTS, menu_order=10):
    """A group of contacts or of companies: by hand, or by a rule that fills it."""

    name: Mapped[str] = text("Segment", max_length=120, search=True, list=True)
    of: Mapped[str] = choice("Made of", Subject, default=Subject.contact, filter=True)
    kind: Mapped[str] = choice("Kind", SegmentKind, default=SegmentKind.dynamic, list=True, filter=True)
    note: Mapped[str | None] = text("What it is for", max_length=300, list=True)
    state: Mapped[str] = choice("State", SegmentState, default=SegmentState.kept, list=True, filter=True, read_only=True)  # fmt: skip
    missing: Mapped[str | None] = text("What is missing", max_length=300, read_only=True)
    timed: Mapped[int] = integer("Hangs on the day", default=0, hidden=True, read_only=True)
    rule: Mapped[str | None] = long_text("Rule", hidden=True)


class SegmentUse(
    Catalog, plugin=plugin, label="Use in a segment", plural="Uses in segments", title="what", by_house=True
):
    """Something that the rule of a segment asks of: a field, the records of an entity, or another segment's members."""

    what: Mapped[str] = text("What", max_length=200)
    segment: Mapped[int] = ref("loyalty_segment", "Segment")
    entity: Mapped[str] = text("Entity", max_length=120, index=True)
    field: Mapped[str | None] = text("Field", max_length=120)
    brought_by: Mapped[str] = text("Plugin", max_length=60, default="core")
    other: Mapped[int | None] = integer("Other segment", index=True)


class Member(
    Catalog, plugin=plugin, label="Member of a segment", plural="Members of segments", title="entered_why",
    sort="-entered_at", by_house=True,
):  # fmt: skip
    """One stay in a segment: who, from when to when, and why."""

    segment: Mapped[int] = ref("loyalty_segment", "Segment", list=True, filter=True)
    contact: Mapped[int | None] = ref("contact", "Contact", list=True, filter=True)
    company: Mapped[int | None] = ref("company", "Company", list=True, filter=True)
    entered_at: Mapped[dt.datetime] = moment("Entered", list=True, filter=True, index=True)
    entered_why: Mapped[str] = text("Why", max_length=200, default="By hand", list=True)
    left_at: Mapped[dt.datetime | None] = moment("Left", list=True, filter=True)
    left_why: Mapped[str | None] = text("Why left", max_length=200)
    is_in: Mapped[str] = choice("Now", Stay, default=Stay.yes, list=True, filter=True)


class Concerned(
    Catalog, plugin=plugin, label="Waits to be judged", plural="Wait to be judged", title="of", by_house=True
):
    """Somebody whom a change concerns, until the background has judged them by the segments that ask of it."""

    of: Mapped[str] = text("Of", max_length=20)
    who: Mapped[int] = integer("Number")
    entity: Mapped[str] = text("Entity", max_length=120)


for _who in ("contact", "company"):
    only_one(
        Member,
        "segment",
        _who,
        where={"is_in": (Stay.yes,)},
        text=Text("Is in this segment already."),
        asks=False,
    )
