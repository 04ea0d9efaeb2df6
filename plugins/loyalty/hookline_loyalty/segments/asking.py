"""From the rule of a segment to a condition in the database, asked through somebody's gate: only what they see counts.

Each customer is named once, however many purchases there are: PostgreSQL keeps a list at hand as long as it is short, and goes
through a long one anew for every customer.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, cast

from hookline_sdk import (
    Activity,
    Company,
    Contact,
    Gate,
    NotFound,
    Reads,
    and_,
    func,
    house_currency,
    not_,
    or_,
    select,
)
from sqlalchemy import ColumnElement, Select, Table, false, true

from hookline_loyalty.customers.data import Receipt, ReceiptLine
from hookline_loyalty.segments.data import Member, Segment, SegmentKind, Stay
from hookline_loyalty.segments.rights import sees_whole
from hookline_loyalty.segments.tree import (
    Bought,
    Contacted,
    Group,
    InSegment,
    OfField,
    Part,
    Related,
    read,
)

SUBJECTS: Final[Mapping[str, type[Contact] | type[Company]]] = {"contact": Contact, "company": Company}
Condition = ColumnElement[bool]
Ids = Sequence[int] | None


def who(gate: Gate, of: str, rule: Group, ids: Ids = None) -> Select[Any]:
    """The ids of those who fulfil a rule, as far as this gate sees; of `ids` alone where these are given."""
    subject = SUBJECTS[of]
    statement = select(subject.id).where(condition(gate, of, rule, ids))
    return statement if ids is None else statement.where(subject.id.in_(ids))


def condition(gate: Gate, of: str, part: Part, ids: Ids = None) -> Condition:
    """What must hold of a contact or company. With `ids` only those are looked at in what refers to them, too."""
    if isinstance(part, Group):
        return _group(part, [condition(gate, of, each, ids) for each in part.parts])
    if isinstance(part, OfField):
        return and_(true(), *gate.filtered(of, part.filters))
    asked: Callable[..., Condition] = _ASKED[type(part)]
    return asked(gate, of, part, ids)


def _group(group: Group, parts: Sequence[Condition]) -> Condition:
    if not parts:
        return true()
    if group.join == "all":
        return and_(*parts)
    if group.join == "any":
        return or_(*parts)
    # What is not known of somebody does not hold of them.
    return not_(func.coalesce(or_(*parts), false()))


def _related(gate: Gate, of: str, part: Related, ids: Ids) -> Condition:
    info = gate.schema[part.entity]
    spec = gate.field(info, part.via)
    if spec.target != of or spec.many:
        raise NotFound
    table = cast(Table, info.cls.__table__)
    there = table.c[part.via]
    where = [each for asked in part.where for each in gate.filtered(part.entity, asked.filters)]
    found = select(there).where(there.is_not(None), *where).correlate(None)
    if ids is not None:
        found = found.where(there.in_(ids))
    found = found.group_by(there)
    if part.least > 1:
        found = found.having(func.count() >= part.least)
    subject = SUBJECTS[of].id
    return subject.in_(found) if part.least else subject.not_in(found)


def _contacted(gate: Gate, of: str, part: Contacted, ids: Ids) -> Condition:
    since = gate.now - dt.timedelta(days=part.days)
    when = [Activity.done_at.is_not(None), Activity.done_at >= since]
    if part.kind:
        when.append(Activity.kind == part.kind)
    # What is done about a deal stands with its contact and its company, too.
    named = Activity.contact if of == "contact" else Activity.company
    found = select(named).where(named.is_not(None), *when).correlate(None)
    if ids is not None:
        found = found.where(named.in_(ids))
    subject, found = SUBJECTS[of].id, found.group_by(named)
    return subject.in_(found) if part.there else subject.not_in(found)


def _bought(gate: Gate, of: str, part: Bought, ids: Ids) -> Condition:
    customer = Receipt.contact if of == "contact" else Receipt.company
    found = select(customer).where(*bought(gate, part), customer.is_not(None)).correlate(None)
    if ids is not None:
        found = found.where(customer.in_(ids))
    if part.product or part.category:
        found = found.join(ReceiptLine, ReceiptLine.receipt == Receipt.id)
    subject, found = SUBJECTS[of].id, found.group_by(customer)
    if part.what == "last":
        limit = gate.now - dt.timedelta(days=int(part.amount))
        long_ago = found.having(func.max(Receipt.bought_at) <= limit)
        return subject.in_(found.where(Receipt.bought_at >= limit) if part.compare == "most" else long_ago)
    if part.compare == "most":
        any_at_all = part.what == "count" and not part.amount
        return subject.not_in(found if any_at_all else found.having(_number(part) > part.amount))
    if part.amount <= 0:
        return true()
    if part.what == "count" and part.amount == 1:
        return subject.in_(found)
    return subject.in_(found.having(_number(part) >= part.amount))


def _number(part: Bought) -> ColumnElement[Any]:
    """How often, or for how much; of a product the lines alone count."""
    by_line = bool(part.product or part.category)
    if part.what == "sum":
        return func.sum(ReceiptLine.amount if by_line else Receipt.amount)
    return func.count(Receipt.id.distinct()) if by_line else func.count(Receipt.id)


def bought(gate: Reads, part: Bought) -> list[Condition]:
    """What must hold of a purchase to count."""
    found: list[Condition] = [Receipt.reversed.is_(False)]
    if part.days is not None:
        found.append(Receipt.bought_at >= gate.now - dt.timedelta(days=part.days))
    if part.what == "sum":
        found.append(or_(Receipt.currency.is_(None), Receipt.currency == house_currency(gate)))
    if part.product:
        found.append(ReceiptLine.product == part.product)
    if part.category:
        found.append(ReceiptLine.category == part.category)
    return found


def _in_segment(gate: Gate, of: str, part: InSegment, ids: Ids) -> Condition:
    if not sees_whole(gate, part.segment):
        return _in_rule_of(gate, of, part, ids)
    there = Member.contact if of == "contact" else Member.company
    found = select(there).where(Member.segment == part.segment, Member.is_in == Stay.yes, there.is_not(None))
    if ids is not None:
        found = found.where(there.in_(ids))
    subject = SUBJECTS[of].id
    return subject.in_(found) if part.inside else subject.not_in(found)


def _in_rule_of(gate: Gate, of: str, part: InSegment, ids: Ids) -> Condition:
    """Who sees a part only of what another segment asks of is answered out of that part, not out of its members."""
    other = gate.find(Segment, part.segment)
    if other is None or other.of != of or other.kind != SegmentKind.dynamic:
        return false()
    found = condition(gate, of, read(other.rule), ids)
    return found if part.inside else not_(func.coalesce(found, false()))


_ASKED: Final[Mapping[type[Part], Callable[..., Condition]]] = {
    Related: _related, Contacted: _contacted, Bought: _bought, InSegment: _in_segment,
}  # fmt: skip
