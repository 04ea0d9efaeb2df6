"""The waterfall on the screen: what is left after each step as a chart, and each step in words beside its amount."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from hookline_sdk import (
    Badge,
    Chart,
    Deal,
    Gate,
    Link,
    Mark,
    Money,
    Panel,
    Percent,
    Text,
    User,
    Value,
    select,
)
from sqlalchemy import Select

from hookline_real_estate.commission.cents import NOTHING
from hookline_real_estate.commission.data import (
    Commission,
    CommissionPlan,
    CommissionShare,
    CommissionSplit,
    CommissionState,
    Method,
    SplitKind,
    SplitOf,
)
from hookline_real_estate.commission.working import slices_of
from hookline_real_estate.plugin import plugin

Row: TypeAlias = tuple[Value, Value, Value, Value]

_COLUMNS = (Text("Step"), Text("Per cent"), Text("Of"), Text("Amount"))


@dataclass(frozen=True)
class Seen:
    """What somebody sees of a statement: perhaps not the statement itself, perhaps not every line."""

    statement: Commission | None
    splits: Sequence[CommissionSplit]
    lines: Sequence[CommissionShare]
    names: dict[int, str]
    methods: dict[int, str]


@plugin.panel(Commission, "Waterfall", slot="record.main")
def waterfall(record: Commission, gate: Gate) -> Panel:
    """Every step from the gross to what each agent gets, as far as the reader may see them."""
    return explain(_seen(gate, [record.id]), with_state=False)


@plugin.panel(Deal, "Commission", slot="record.main", order=60)
def commission_of_deal(record: Deal, gate: Gate) -> Panel:
    """The statement of the deal that counts; a colleague's lines stay out of sight."""
    asked = select(CommissionShare.commission).where(CommissionShare.deal == record.id)
    own = {id for (id,) in gate.rows(asked)}
    seen = select(Commission.id, Commission.corrects).where(Commission.deal == record.id)
    statements = gate.rows(seen)
    taken = {row.corrects for row in statements}
    counting = [row.id for row in statements if row.corrects is None and row.id not in taken]
    latest = max(counting or own, default=None)
    return explain(_seen(gate, [latest])) if latest is not None else Panel(empty=None)


@plugin.panel(CommissionShare, "Waterfall", slot="record.main")
def waterfall_of_line(record: CommissionShare, gate: Gate) -> Panel:
    """The steps of one agent."""
    return explain(Seen(None, (), [record], *_beside(gate, [record])), with_state=False)


def explain(seen: Seen, *, with_state: bool = True) -> Panel:
    """The chart and the table of what somebody sees."""
    rows = [*_statement_rows(seen), *(row for line in seen.lines for row in _line_rows(seen, line))]
    return Panel(
        facts=_facts(seen) if with_state else {},
        chart=Chart("waterfall", list(_marks(seen)), title=Text("From the gross to the net"))
        if rows
        else None,
        columns=_COLUMNS,
        rows=rows,
    )


def _seen(gate: Gate, statements: Sequence[int]) -> Seen:
    found = next((s for id in statements if (s := gate.find(Commission, id))), None)
    splits = select(CommissionSplit.id).where(CommissionSplit.commission.in_(statements))
    lines = select(CommissionShare.id).where(CommissionShare.commission.in_(statements))
    shares = gate.several(CommissionShare, _ids(gate, lines.order_by(CommissionShare.id)))
    ordered = _ids(gate, splits.order_by(CommissionSplit.position, CommissionSplit.id))
    return Seen(found, gate.several(CommissionSplit, ordered), shares, *_beside(gate, shares))


def _ids(gate: Gate, asked: Select[int]) -> list[int]:
    return [id for (id,) in gate.rows(asked)]


def _beside(gate: Gate, lines: Sequence[CommissionShare]) -> tuple[dict[int, str], dict[int, str]]:
    """The agents' names, and the methods of their plans."""
    people = select(User.id, User.name).where(User.id.in_([line.owner for line in lines]))
    plans = select(CommissionPlan.id, CommissionPlan.method).where(
        CommissionPlan.id.in_([line.plan for line in lines])
    )
    return {row.id: row.name for row in gate.rows(people)}, {row.id: row.method for row in gate.rows(plans)}


def _facts(seen: Seen) -> dict[str, Value]:
    one: Commission | CommissionShare = seen.statement or seen.lines[0]
    state = CommissionState(one.state or CommissionState.pending)
    to = "real_estate_commission" if seen.statement else "real_estate_commission_share"
    return {
        str(Text("Statement")): Link(str(one.number), f"{to}:{one.id}"),
        "State": Badge(state.label, state.tone),
    }


def _marks(seen: Seen) -> Iterator[Mark]:
    """What stands and what falls. Of a counter-entry the same picture, with its amounts below zero beside it."""
    lines = seen.lines
    if seen.statement is not None:
        yield from _marks_before(seen, seen.statement)
    elif lines:
        yield _mark(Text("Own part"), _sum(lines, "part"), lines[0], tone="blue")
    if not lines:
        return
    yield _mark(Text("Agency"), _sum(lines, "kept"), lines[0], falls=True, tone="gray")
    for label, name in ((Text("Desk fee"), "desk_fee"), (Text("Insurance"), "insurance")):
        if amount := _sum(lines, name):
            yield _mark(label, amount, lines[0], falls=True, tone="orange")
    yield _mark(Text("Net"), _sum(lines, "net"), lines[0], tone="green")


def _marks_before(seen: Seen, top: Commission) -> Iterator[Mark]:
    yield _mark(Text("Gross"), top.gross, top, tone="blue")
    for split in seen.splits:
        yield _mark(split.name, split.amount, top, falls=True, tone="amber")
    if seen.splits:
        yield _mark(Text("Left for the agents"), top.left, top, tone="blue")
    if others := (top.left or NOTHING) - _sum(seen.lines, "part"):
        yield _mark(Text("Others, or nobody yet"), others, top, falls=True, tone="gray")


def _mark(
    label: str | Text,
    amount: Decimal | None,
    of: Commission | CommissionShare,
    *,
    tone: str,
    falls: bool = False,
) -> Mark:
    found = amount or NOTHING
    shown = Money(-found if falls else found, of.currency)
    return Mark(label, -abs(found) if falls else abs(found), shown, tone=tone)


def _sum(lines: Sequence[CommissionShare], name: str) -> Decimal:
    return sum((getattr(line, name) or NOTHING for line in lines), NOTHING)


def _statement_rows(seen: Seen) -> Iterator[Row]:
    top = seen.statement
    if top is None:
        return
    money, gross, left = top.currency, top.gross or NOTHING, top.left or NOTHING
    rate: Value = None
    basis: Value = None
    if top.fixed is None and top.rate is not None:
        rate, basis = Percent(top.rate), Money(top.amount, money)
    yield Text("Gross"), rate, basis, Money(gross, money)
    stands = gross
    for split in seen.splits:
        rate, basis = None, None
        if split.percent is not None:
            rate = Percent(split.percent)
            basis = Money(gross if split.of == SplitOf.gross else stands, money)
        amount = split.amount or NOTHING
        label = Text("%(kind)s: %(name)s", kind=Text(SplitKind(split.kind).label), name=split.name)
        yield label, rate, basis, Money(-amount, money)
        stands -= amount
    if seen.splits:
        yield Text("Left for the agents"), None, None, Money(left, money)


def _line_rows(seen: Seen, line: CommissionShare) -> Iterator[Row]:
    """The steps of one agent: the part, what the house keeps of each level, what the cap gives back, deductions, net."""
    money = line.currency
    who = Link(seen.names.get(line.owner or 0, ""), f"real_estate_commission_share:{line.id}")
    left = Money(seen.statement.left or 0, money) if seen.statement else None
    yield who, Percent(line.share), left, Money(line.part or 0, money)
    yield from _house_rows(seen, line)
    if line.capped:
        yield Text("Back to the agent: above the cap of the year"), None, None, Money(line.capped, money)
    for label, amount in ((Text("Desk fee"), line.desk_fee), (Text("Insurance"), line.insurance)):
        if amount:
            yield label, None, None, Money(-amount, money)
    yield Text("Net"), None, None, Money(line.net or 0, money)


def _house_rows(seen: Seen, line: CommissionShare) -> Iterator[Row]:
    """What the house keeps, cut by cut; the cap is not in it yet."""
    cuts, method = slices_of(line.slices), seen.methods.get(line.plan or 0, Method.fixed)
    if not cuts:
        yield Text("Agency"), None, None, Money(-(line.kept or 0) - (line.capped or 0), line.currency)
    for number, cut in enumerate(cuts, 1):
        label, percent = Text("Agency"), Percent(100 - cut.share)
        if method == Method.progressive and len(cuts) > 1:
            label = Text("Agency, level %(number)s of the deal's volume", number=number)
        kept = Money(cut.agent - cut.amount, line.currency)
        if method == Method.flat:
            yield label, None, None, kept
        else:
            yield label, percent, Money(cut.amount, line.currency), kept
