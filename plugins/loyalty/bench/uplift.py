"""How often the interval of the uplift covers the truth: python bench/uplift.py [runs]. Each line is one kind of customers.

Every run makes people anew, some of whom buy, adds a known effect for those who are written to, and asks whether the 95 %
interval holds it.
"""

import random
import sys
from collections.abc import Callable
from statistics import fmean

from hookline_loyalty.campaigns.uplift import Outcome, uplift

Spending = Callable[[random.Random, int], float]

KINDS: dict[str, Spending] = {
    "even amounts": lambda chance, band: max(0.0, chance.gauss(40 + 20 * band, 15)),
    "half buy, log-normal": lambda chance, band: chance.lognormvariate(3 + band / 3, 1) if chance.random() < 0.5 else 0.0,
    "one of ten buys, log-normal": lambda chance, band: chance.lognormvariate(3 + band / 3, 1) if chance.random() < 0.1 else 0.0,
    "a few spend very much": lambda chance, band: chance.lognormvariate(2.5 + band / 2, 1.4) if chance.random() < 0.3 else 0.0,
}  # fmt: skip


def covers(seed: int, spending: Spending, people: int, control: int, effect: float) -> tuple[bool, float]:
    """Whether the interval of one run holds the truth, and how wide it is."""
    chance = random.Random(seed)
    outcomes = []
    for person in range(people):
        band = person % 4
        is_test = person // 4 % 100 >= control
        outcomes.append(Outcome(str(band), is_test, spending(chance, band) + (effect if is_test else 0.0)))
    found = uplift(outcomes)
    return found.low <= effect <= found.high, found.high - found.low


def main(runs: int) -> None:
    """Print how often the truth was inside."""
    print(f"{runs} runs each, 95 % asked for")  # a measurement is printed
    for name, spending in KINDS.items():
        for people, control in ((1000, 10), (1000, 5), (4000, 10), (10_000, 5)):
            found = [covers(seed, spending, people, control, 3.0) for seed in range(runs)]
            inside, width = sum(hit for hit, _ in found) / runs, fmean(wide for _, wide in found)
            print(
                f"{name:30} {people:6} people, control {control:2} %: {inside:6.1%} inside, width {width:7.2f}"
            )  # a measurement is printed


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
