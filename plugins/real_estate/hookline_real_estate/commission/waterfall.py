"""The waterfall of a commission, worked out: gross, what others get before, each agent's split, deductions, net.

Nothing here knows of records or screens. Every amount is whole cents, and what goes out of each step is what went into it:
`gross == sum of the splits before + for each agent (house's part + deductions + net) + what is given to nobody yet`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from hookline_real_estate.commission.cents import NOTHING, divide, percent_of


@dataclass(frozen=True)
class Before:
    """What somebody else gets first: so many per cent of the gross or of what is left at that point, or a flat amount."""

    percent: Decimal = NOTHING
    flat: Decimal = NOTHING
    of: Literal["gross", "left"] = "gross"


@dataclass(frozen=True)
class Level:
    """From a volume of the year on, the agent's share is so many per cent."""

    above: Decimal
    share: Decimal


@dataclass(frozen=True)
class Terms:
    """What has been agreed with an agent.

    `method` is "fixed", "flat", "sliding" or "progressive"; `cap` the most that the house keeps in a year, None is no cap.
    """

    method: str = "fixed"
    share: Decimal = NOTHING
    flat: Decimal = NOTHING
    levels: tuple[Level, ...] = ()
    cap: Decimal | None = None
    desk_fee: Decimal = NOTHING
    insurance: Decimal = NOTHING


@dataclass(frozen=True)
class SoFar:
    """An agent's year before a deal: the volume credited, and what the house has kept."""

    volume: Decimal = NOTHING
    kept: Decimal = NOTHING


@dataclass(frozen=True)
class Slice:
    """A part of what an agent brought in, and the agent's share of it. `above` is the volume its level begins at."""

    above: Decimal
    share: Decimal
    amount: Decimal
    agent: Decimal


@dataclass(frozen=True)
class Earned:
    """What becomes of an agent's part: `part == kept + desk_fee + insurance + net`. `capped` is what the cap gave back."""

    part: Decimal
    slices: tuple[Slice, ...]
    capped: Decimal
    kept: Decimal
    desk_fee: Decimal
    insurance: Decimal
    net: Decimal


def gross_of(amount: Decimal, rate: Decimal | None, fixed: Decimal | None) -> Decimal:
    """What the house earns of a deal: a fixed amount when there is one, else the rate of the deal's amount."""
    return fixed if fixed is not None else percent_of(amount, rate or NOTHING)


def take_before(gross: Decimal, befores: Sequence[Before]) -> tuple[list[Decimal], Decimal]:
    """What each of them gets, in this order, never more than there still is; and what is left for the agents."""
    left, amounts = gross, list[Decimal]()
    for before in befores:
        basis = gross if before.of == "gross" else left
        amounts.append(min(before.flat + percent_of(basis, before.percent), left))
        left -= amounts[-1]
    return amounts, left


def share_out(left: Decimal, shares: Sequence[Decimal]) -> tuple[list[Decimal], Decimal]:
    """Each agent's part of what is left, by shares that are 100 together at most; then what nobody was given."""
    *parts, rest = divide(left, [*shares, 100 - sum(shares, NOTHING)])
    return parts, rest


def earn(part: Decimal, volume: Decimal, terms: Terms, so_far: SoFar) -> Earned:
    """What an agent gets of a part, with this volume credited for it, after what the year has brought so far."""
    slices = _slices(part, volume, terms, so_far.volume)
    agent = sum((each.agent for each in slices), NOTHING)
    kept = part - agent
    if terms.cap is not None:
        kept = min(kept, max(terms.cap - so_far.kept, NOTHING))
    capped = part - agent - kept
    agent += capped
    desk_fee = min(terms.desk_fee, agent)
    insurance = min(percent_of(agent, terms.insurance), agent - desk_fee)
    return Earned(part, slices, capped, kept, desk_fee, insurance, agent - desk_fee - insurance)


def level_at(levels: Sequence[Level], volume: Decimal) -> Level:
    """The level that a volume has reached; of none, an agent's share is nothing."""
    reached = [level for level in levels if level.above <= volume]
    return max(reached, key=lambda level: level.above, default=Level(NOTHING, NOTHING))


def next_level(levels: Sequence[Level], volume: Decimal) -> Level | None:
    """The level that comes after a volume; None on the last one."""
    return min(
        (level for level in levels if level.above > volume), key=lambda level: level.above, default=None
    )


def _slices(part: Decimal, volume: Decimal, terms: Terms, before: Decimal) -> tuple[Slice, ...]:
    if terms.method == "flat":
        return (Slice(NOTHING, NOTHING, part, min(terms.flat, part)),)
    if terms.method == "fixed":
        return _shared(part, [(Level(NOTHING, terms.share), Fraction(1))])
    if terms.method == "sliding" or volume <= 0:
        return _shared(part, [(level_at(terms.levels, before), Fraction(1))])
    return _shared(part, _passed(terms.levels, before, before + volume))


def _passed(levels: Sequence[Level], start: Decimal, end: Decimal) -> list[tuple[Level, Fraction]]:
    """The levels through which a year's volume grows from start to end, each with how much of it falls there."""
    found, at = [], start
    while at < end:
        level, following = level_at(levels, at), next_level(levels, at)
        until = min(end, following.above) if following else end
        found.append((level, Fraction(until - at)))
        at = until
    return found


def _shared(part: Decimal, weighed: Sequence[tuple[Level, Fraction]]) -> tuple[Slice, ...]:
    """The part cut by weight, and each cut between agent and house: all of it divided at once, so that no cent is lost."""
    weights = [
        weight * Fraction(percent)
        for level, weight in weighed
        for percent in (level.share, 100 - level.share)
    ]
    amounts = divide(part, weights)
    return tuple(
        Slice(level.above, level.share, agent + house, agent)
        for (level, _), agent, house in zip(weighed, amounts[::2], amounts[1::2], strict=True)
    )
