"""Who brought in what: volume, units and commission by agent, each leading to the lines behind it."""

from decimal import Decimal
from urllib.parse import urlencode

from hookline_sdk import Amounts, Asked, Chart, Gate, Link, Mark, Report, Text, User, Value, func, select
from sqlalchemy import ColumnElement

from hookline_real_estate.commission.cents import NOTHING
from hookline_real_estate.commission.data import CommissionShare
from hookline_real_estate.plugin import plugin

_SUMMED = ("volume", "part", "kept", "net")


@plugin.report("Agents' volume and commission", takes=("period", "owner"), icon="wallet")
def agents(gate: Gate, asked: Asked) -> Report:
    """Lines of statements by the day on which they were earned, pending ones too, counter-entries below zero.

    Part = house + deductions + net: what an agent had of what was left after the splits before.
    """
    line = CommissionShare
    sums = [func.sum(getattr(line, name)) for name in _SUMMED]
    found = select(line.owner, line.currency, func.count(line.id), func.sum(line.counted), *sums).where(
        *_asked(asked)
    )
    names: dict[int, str] = {row.id: row.name for row in gate.rows(select(User.id, User.name))}
    told: dict[int, _Agent] = {}
    for owner, currency, count, units, *amounts in gate.rows(found.group_by(line.owner, line.currency)):
        told.setdefault(owner, _Agent()).add(currency, count, units or NOTHING, amounts)
    order = sorted(told, key=lambda owner: (-told[owner].of("net"), owner))
    rows: list[tuple[Value, ...]] = [
        (
            Link(names.get(owner, "—"), _lines(asked, owner)),
            Link(told[owner].count, _lines(asked, owner)),
            told[owner].units,
            *(Amounts(told[owner].sums[name]) for name in _SUMMED),
        )
        for owner in order
    ]
    marks = [
        Mark(names.get(o, "—"), told[o].of("net"), Amounts(told[o].sums["net"]), to=_lines(asked, o))
        for o in order
    ]
    columns = (
        Text("Agent"),
        Text("Lines"),
        Text("Deals counted"),
        Text("Volume"),
        Text("Part"),
        Text("Agency"),
        Text("Net"),
    )
    return Report(
        columns, rows, chart=Chart("hbar", marks, title=Text("Net commission by agent")) if marks else None
    )


class _Agent:
    """What the lines of one agent come to."""

    def __init__(self) -> None:
        self.count, self.units = 0, NOTHING
        self.sums: dict[str, dict[str | None, Decimal]] = {name: {} for name in _SUMMED}

    def add(self, currency: str | None, count: int, units: Decimal, amounts: list[Decimal | None]) -> None:
        self.count += count
        self.units += units
        for name, amount in zip(_SUMMED, amounts, strict=True):
            self.sums[name][currency] = amount or NOTHING

    def of(self, name: str) -> Decimal:
        return sum(self.sums[name].values(), NOTHING)


def _asked(asked: Asked) -> list[ColumnElement[bool]]:
    line = CommissionShare
    found: list[ColumnElement[bool]] = [line.earned_on.is_not(None)]
    if asked.start is not None:
        found.append(line.earned_on >= asked.start)
    if asked.end is not None:
        found.append(line.earned_on <= asked.end)
    if asked.owner is not None:
        found.append(line.owner == asked.owner)
    if asked.team is not None:
        found.append(line.team == asked.team)
    return found


def _lines(asked: Asked, owner: int) -> str:
    """The list of the lines behind a row."""
    query: dict[str, object] = {"owner": owner}
    if asked.start is not None:
        query["earned_on.gte"] = asked.start
    if asked.end is not None:
        query["earned_on.lte"] = asked.end
    return f"/real_estate/lines?{urlencode(query)}"
