"""Segments wherever records are listed: as a filter of lists, boards, saved views, exports and the API, and put together there."""

from collections.abc import Mapping
from typing import Any, Final

from hookline_sdk import (
    Act,
    Action,
    Company,
    Contact,
    Form,
    Gate,
    Mapped,
    Text,
    func,
    long_text,
    ref,
    select,
)
from sqlalchemy import Select

from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.asking import SUBJECTS
from hookline_loyalty.segments.data import Segment
from hookline_loyalty.segments.keeping import put_in, take_out
from hookline_loyalty.segments.people import members, sizes

_AT_ONCE: Final = 500
_DIGITS: Final = 19


class WhichSegment(Form):
    """One that is put together by hand."""

    segment: Mapped[int] = ref("loyalty_segment", "Segment", help="One that is put together by hand")


class PastedList(Form):
    """A column out of a file."""

    people: Mapped[str] = long_text(
        "E-mail addresses or numbers", help="One a line, as in a column of a file"
    )


def _choices(of: str, gate: Gate) -> Mapping[str, str]:
    names = select(Segment.id, Segment.name).where(Segment.of == of).order_by(Segment.name)
    return {str(id): name for id, name in gate.rows(names)}


@plugin.selection(Contact, "Segment", choices=lambda gate: _choices("contact", gate))
def segment(gate: Gate, given: str) -> Select[Any]:
    """The contacts of a segment, as far as whoever looks may know."""
    return _set(gate, "contact", given)


def _companies(gate: Gate, given: str) -> Select[Any]:
    """The companies of a segment."""
    return _set(gate, "company", given)


# Called the same on both, so that addresses are.
_companies.__name__ = "segment"
plugin.selection(Company, "Segment", choices=lambda gate: _choices("company", gate))(_companies)


def _set(gate: Gate, of: str, given: str) -> Select[Any]:
    if not given.isdecimal() or len(given) > 18:
        raise ValueError(given)
    found = gate.find(Segment, int(given))
    if found is None or found.of != of:
        raise ValueError(given)
    return members(gate, found)


@plugin.action(
    Contact, "Put into a segment", icon="users-round", asks=WhichSegment, bulk=True, may=Action.read, order=60
)
def put_contact_in(act: Act[Contact, WhichSegment], gate: Gate) -> Text:
    """Put it into one that is made by hand."""
    return _put(gate, act.form.segment, act.record.id)


@plugin.action(
    Company, "Put into a segment", icon="users-round", asks=WhichSegment, bulk=True, may=Action.read, order=60
)
def put_company_in(act: Act[Company, WhichSegment], gate: Gate) -> Text:
    """Put it into one that is made by hand."""
    return _put(gate, act.form.segment, act.record.id)


@plugin.action(
    Contact,
    "Take out of a segment",
    icon="unlink",
    asks=WhichSegment,
    bulk=True,
    may=Action.read,
    order=61,
)
def take_contact_out(act: Act[Contact, WhichSegment], gate: Gate) -> Text:
    """Take it out of one that is made by hand."""
    take_out(gate, gate.get(Segment, act.form.segment), [act.record.id])
    return Text("Taken out.")


@plugin.action(
    Company,
    "Take out of a segment",
    icon="unlink",
    asks=WhichSegment,
    bulk=True,
    may=Action.read,
    order=61,
)
def take_company_out(act: Act[Company, WhichSegment], gate: Gate) -> Text:
    """Take it out of one that is made by hand."""
    take_out(gate, gate.get(Segment, act.form.segment), [act.record.id])
    return Text("Taken out.")


@plugin.action(
    Segment, "Put in from a list", icon="clipboard-list", asks=PastedList, when="kind = 'static'", order=2
)
def put_in_pasted(act: Act[Segment, PastedList], gate: Gate) -> Text:
    """Put in everybody of a pasted column who is known, and say how many are not."""
    said = list(dict.fromkeys(filter(None, (line.strip().lower() for line in act.form.people.splitlines()))))
    subject = SUBJECTS[act.record.of]
    known: dict[str, int] = {}
    for start in range(0, len(said), _AT_ONCE):
        some = said[start : start + _AT_ONCE]
        asked = select(subject.id, func.lower(subject.email)).where(func.lower(subject.email).in_(some))
        known |= {email: id for id, email in gate.rows(asked)}
        numbers = [int(one) for one in some if one.isdecimal() and len(one) < _DIGITS]
        known |= {str(id): id for (id,) in gate.rows(select(subject.id).where(subject.id.in_(numbers)))}
    new = put_in(gate, act.record, sorted(set(known.values())))
    return Text("%(new)s put in, %(unknown)s not known here.", new=new, unknown=len(said) - len(known))


@plugin.column(Segment, "Members", fields=("id",))
def how_many(rows: list[dict[str, Any]], gate: Gate) -> dict[int, int]:
    """How many belong to it now."""
    counted = sizes(gate, [row["id"] for row in rows])
    return {row["id"]: counted.get(row["id"], 0) for row in rows}


def _put(gate: Gate, id: int, who: int) -> Text:
    put_in(gate, gate.get(Segment, id), [who])
    return Text("Put in.")
