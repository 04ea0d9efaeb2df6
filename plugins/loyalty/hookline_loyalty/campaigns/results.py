"""What a campaign brought, in money: both groups over time, the verdict first, in words that need no statistics."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from hookline_sdk import Chart, Gate, Mark, Money, Panel, Percent, Text, Value, plural, select

from hookline_loyalty.campaigns.audience import in_house_currency
from hookline_loyalty.campaigns.data import Campaign, Fate, Group, Recipient
from hookline_loyalty.campaigns.uplift import LEAST, Outcome, Uplift, Verdict, uplift
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin

_CENT: Final = Decimal("0.01")
_WENT: Final = (Fate.sent, Fate.unclear, Fate.bounced, Fate.failed)
_POINTS: Final = 31


@dataclass(frozen=True)
class Bought:
    """One person of a campaign: since when they are measured, and what they bought on which day after that."""

    is_test: bool
    stratum: str
    purchases: Sequence[tuple[int, Decimal]]


@dataclass(frozen=True)
class Result:
    """What a campaign has come to: per person, as a whole, what it cost."""

    uplift: Uplift
    people: Sequence[Bought]
    cost: Decimal
    margin: Decimal
    days: int
    is_over: bool

    def whole(self, each: float) -> Decimal:
        """An amount per person as one of all who were written to."""
        return (Decimal(str(each)) * self.uplift.test).quantize(_CENT)

    @property
    def gain(self) -> Decimal:
        """What is left of the additional purchases, less what it cost."""
        return (self.whole(self.uplift.each) * self.margin / 100 - self.cost).quantize(_CENT)


@plugin.panel(Campaign, "What it brought", slot="record.main", order=20)
def what_it_brought(campaign: Campaign, gate: Gate) -> Panel:
    """The verdict, both groups over time, and what it is made of."""
    if campaign.launched_at is None or campaign.launched_at > gate.now:
        return Panel(empty=None)
    result = result_of(gate, campaign)
    if not result.people:
        return Panel(empty=Text("Nobody was chosen yet."))
    if result.uplift.control == 0:
        return Panel(text=Text("There is no control group, so nobody can tell what people would have bought without it."))  # fmt: skip
    return Panel(text=verdict(result), chart=_chart(result), facts=_facts(result))


def result_of(gate: Gate, campaign: Campaign) -> Result:
    """Everybody who was chosen counts, whether the letter came or not: only so are both groups alike."""
    found = select(
        Recipient.id,
        Recipient.contact,
        Recipient.group,
        Recipient.stratum,
        Recipient.joined_at,
        Recipient.fate,
    ).where(Recipient.campaign == campaign.id)
    rows = gate.rows(found)
    bought = _purchases(gate, campaign, rows)
    people = [
        Bought(row.group == Group.test, row.stratum, bought.get(row.id, ()))
        for row in rows
    ]  # fmt: skip
    outcomes = [
        Outcome(one.stratum, one.is_test, float(sum((amount for _, amount in one.purchases), Decimal(0))))
        for one in people
    ]
    letters = sum(row.fate in _WENT for row in rows)
    started = campaign.launched_at or gate.now
    return Result(
        uplift(outcomes),
        people,
        (campaign.cost + campaign.cost_each * letters).quantize(_CENT),
        campaign.margin,
        min(campaign.window, max(0, (gate.now - started).days)),
        gate.now >= started + dt.timedelta(days=campaign.window),
    )


def verdict(result: Result) -> Text:
    """The result in one sentence."""
    found = result.uplift
    low, high, each = (result.whole(value) for value in (found.low, found.high, found.each))
    told = {"low": _whole(low), "high": _whole(high), "likely": _whole(each)}
    if found.verdict == Verdict.too_few:
        return Text(
            "Not proven yet: at least %(least)s people are needed in each group, and there are %(test)s and %(control)s.",
            least=LEAST,
            test=found.test,
            control=found.control,
        )
    if found.verdict == Verdict.brought:
        return Text(
            "It brought between %(low)s and %(high)s more than without it, most likely %(likely)s.", **told
        )
    if found.verdict == Verdict.harmed:
        told = {"low": _whole(-high), "high": _whole(-low), "likely": _whole(-each)}
        return Text(
            "It did harm: people bought for between %(low)s and %(high)s less than without it, most likely %(likely)s.",
            **told,
        )
    return Text(
        "Not proven yet: it may have brought %(high)s or cost purchases of %(low)s; the groups differ no more than by chance.",
        high=_whole(high),
        low=_whole(-low),
    )


def _whole(amount: Decimal) -> Money:
    """An estimate has no cents."""
    return Money(amount.quantize(Decimal(1)))


def _facts(result: Result) -> dict[str, Value]:
    found = result.uplift
    facts: dict[str, Value] = {
        str(Text("Written to")): found.test,
        str(Text("Control group")): found.control,
        str(Text("Bought by each, written to")): Money(_cents(found.mean_test)),
        str(Text("Bought by each, control group")): Money(_cents(found.mean_control)),
        str(Text("More from each")): Money(_cents(found.each)),
        str(Text("More in all")): Money(result.whole(found.each)),
        str(Text("Cost")): Money(result.cost),
        str(Text("Profit after the cost")): Money(result.gain),
    }
    if result.cost:
        facts[str(Text("Return on the cost"))] = Percent(
            (result.gain * 100 / result.cost).quantize(Decimal(1))
        )
    facts[str(Text("Measured"))] = _measured(result)
    return facts


def _measured(result: Result) -> Text:
    if result.is_over:
        return plural("%(count)s day, the whole time", "%(count)s days, the whole time", count=result.days)
    return plural("%(count)s day so far", "%(count)s days so far", count=result.days)


def _cents(value: float) -> Decimal:
    return Decimal(str(value)).quantize(_CENT)


def _chart(result: Result) -> Chart:
    """What a person of each group has bought on average up to each day."""
    last = max(result.days, 1)
    days = sorted({round(last * step / (_POINTS - 1)) for step in range(_POINTS)})
    series = []
    for label, is_test in (("Written to", True), ("Control group", False)):
        group = [one for one in result.people if one.is_test == is_test]
        by_day: dict[int, Decimal] = {}
        for day, amount in (each for one in group for each in one.purchases):
            by_day[day] = by_day.get(day, Decimal(0)) + amount
        marks = []
        for day in days:
            mean = (sum((a for d, a in by_day.items() if d < day), Decimal(0)) / (len(group) or 1)).quantize(
                _CENT
            )
            marks.append(Mark(str(day), mean, shown=Money(mean)))
        series.append((label, marks))
    return Chart("line", series=series, title="Bought by each person on average, by days since the start")


def _purchases(gate: Gate, campaign: Campaign, rows: Any) -> Mapping[int, list[tuple[int, Decimal]]]:
    """What those people bought within the window of each, by recipient: so many days after they were chosen."""
    since = {row.contact: (row.id, row.joined_at) for row in rows}
    found = (
        select(Receipt.contact, Receipt.bought_at, Receipt.amount)
        .join(Recipient, Recipient.contact == Receipt.contact)
        .where(
            Recipient.campaign == campaign.id,
            Receipt.reversed.is_(False),
            Receipt.bought_at >= Recipient.joined_at,
            in_house_currency(gate),
        )
    )
    bought: dict[int, list[tuple[int, Decimal]]] = {}
    for contact, at, amount in gate.rows(found):
        recipient, joined = since.get(contact, (0, at))
        day = (at - joined).days
        if recipient and day < campaign.window:
            bought.setdefault(recipient, []).append((day, amount))
    return bought
