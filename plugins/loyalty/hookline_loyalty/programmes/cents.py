"""Exact amounts: rounding to the cent, and dividing an amount so that its parts add up to it.

Dividing goes by the largest remainder: each part gets its exact share rounded down to the cent, and the cents that are left go,
one each, to the largest remainders.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
ONE = Decimal(1)
NOTHING = Decimal(0)


def rounded(amount: Decimal | Fraction) -> Decimal:
    """An amount to the cent, half a cent upwards."""
    return _plain(amount).quantize(CENT, ROUND_HALF_UP)


def floored(amount: Decimal | Fraction, step: Decimal = CENT) -> Decimal:
    """An amount cut off after the cent, or after another step."""
    return _plain(amount).quantize(step, ROUND_DOWN)


def part_of(amount: Decimal, percent: Decimal) -> Decimal:
    """So many per cent of an amount, to the cent."""
    return rounded(Fraction(amount) * Fraction(percent) / 100)


def divide(amount: Decimal, weights: Sequence[Decimal | Fraction], step: Decimal = CENT) -> list[Decimal]:
    """An amount of whole steps, not below zero, in the proportion of the weights; the parts add up to it exactly.

    Of equal remainders the heavier part goes first, then the earlier one. When nothing weighs anything, all goes to the last.
    """
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    if not whole:
        return [NOTHING] * (len(weights) - 1) + [amount] if weights else []
    steps = int(amount / step)
    exact = [steps * Fraction(weight) / whole for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], -exact[at], at))
    for at in order[: steps - sum(parts)]:
        parts[at] += 1
    return [part * step for part in parts]


def plain(number: Decimal) -> str:
    """A number in a sentence, without needless zeros: 7.5, 10."""
    return f"{number.normalize():f}"


def _plain(amount: Decimal | Fraction) -> Decimal:
    """As a decimal number: exact for those that are, else to many more places than anybody rounds to."""
    if isinstance(amount, Decimal):
        return amount
    return Decimal(amount.numerator) / Decimal(amount.denominator)
