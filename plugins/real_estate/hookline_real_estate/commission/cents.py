"""Dividing an amount so that its parts add up to the cent, whatever they are.

The largest remainder method, known as Hamilton's from the seats of the American House (Balinski and Young, "Fair Representation",
1982) and as Allocation from the Money pattern (Fowler, "Patterns of Enterprise Application Architecture", 2002): each part
gets its exact share rounded down to the cent, and the cents that are left go, one each, to the largest remainders.
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

CENT = Decimal("0.01")
NOTHING = Decimal(0)


def rounded(amount: Decimal) -> Decimal:
    """An amount to the cent, half a cent upwards."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """So many per cent of an amount, to the cent."""
    return rounded(amount * percent / 100)


def divide(amount: Decimal, weights: Sequence[Decimal | Fraction]) -> list[Decimal]:
    """An amount of whole cents in the proportion of the weights, none of them below zero; together it is the amount exactly.

    Of equal remainders the heavier part goes first, then the earlier one. When nothing weighs anything, all goes to the last.
    """
    whole = sum((Fraction(weight) for weight in weights), Fraction(0))
    if not whole:
        return [NOTHING] * (len(weights) - 1) + [amount]
    cents = int(abs(amount) / CENT)
    exact = [cents * Fraction(weight) / whole for weight in weights]
    parts = [int(share) for share in exact]
    order = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], -exact[at], at))
    for at in order[: cents - sum(parts)]:
        parts[at] += 1
    sign = -1 if amount < 0 else 1
    return [sign * part * CENT for part in parts]
