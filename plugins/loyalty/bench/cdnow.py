"""What is foretold of the customers of CDNOW, beside what they did. In the plugin's folder: `CDNOW=CDNOW_sample.txt pytest bench/cdnow.py -s`.

Prints for both models the expected and the real repeat purchases of the 39 weeks after the fit, by how many there were before,
and in total, as single customers are known and as nobody is. With PICTURE in the environment the product's own chart is kept there.
"""

import datetime as dt
import os
from decimal import Decimal
from pathlib import Path

from hookline_sdk.testing import Crm
from playwright.sync_api import Page

from hookline_loyalty.customers.histories import History
from hookline_loyalty.forecast.fitting import Test as BackTest
from hookline_loyalty.forecast.fitting import fit, seen_of, tried
from hookline_loyalty.forecast.returning import Family, Returning
from hookline_loyalty.forecast.telling import WHY, keep

UNTIL, WEEKS = dt.date(1997, 9, 30), 39
BELOW = Path(__file__).parents[4] / "shared/data/cdnow/CDNOW_sample.txt"


def test_cdnow(crm: Crm, page: Page) -> None:
    whole = _read(Path(os.environ.get("CDNOW", BELOW)))
    pairs = [(each, past) for each in whole if (past := each.until(UNTIL))]
    for family in Family:
        fitted = fit(family, [past for _, past in pairs], UNTIL)
        assert fitted.model is not None
        fitted.test = tried(fitted.model, pairs, UNTIL, WEEKS * 7)
        _print(family, fitted.model, fitted.test, pairs)
        if family == Family.bg and (place := os.environ.get("PICTURE")):
            crm.clock.set(dt.datetime.combine(UNTIL + dt.timedelta(weeks=WEEKS), dt.time(12), dt.UTC))
            with crm.house() as gate:
                keep(gate.as_house(WHY), fitted)
            page.goto("/x/loyalty/forecast")
            page.locator("main figure").first.screenshot(path=place)


def _read(place: Path) -> list[History]:
    """Purchases of one day are one, as in the published fits."""
    by_day: dict[int, dict[dt.date, Decimal]] = {}
    for line in place.read_text("ascii").splitlines():
        _, customer, day, _, amount = line.split()
        days, bought = by_day.setdefault(int(customer), {}), dt.date.fromisoformat(day)
        days[bought] = days.get(bought, Decimal(0)) + Decimal(amount)
    return [History(id, sorted(days), [days[day] for day in sorted(days)]) for id, days in by_day.items()]


def _print(family: Family, model: Returning, test: BackTest, pairs: list[tuple[History, History]]) -> None:
    print(f"\n{family.label}: r {model.r:.3f}, alpha {model.alpha:.3f}, a {model.a:.3f}, b {model.b:.3f}")
    print("  before  customers  expected  real  of one expected  of one real")
    for group in test.groups:
        each = f"{group.expected / group.customers:15.4f}  {group.real / group.customers:11.4f}"
        print(f"  {group.repeats:6}  {group.customers:9}  {group.expected:8.1f}  {group.real:4}  {each}")
    print(f"  together {len(pairs):9}  {test.expected:8.1f}  {test.real:4}  {test.off:+.1%}")
    ages = [seen_of(past, UNTIL).age for _, past in pairs]
    by_then, in_all = (sum(model.expected_anew(age + weeks) for age in ages) for weeks in (0, WEEKS))
    was = sum(len(past.days) - 1 for _, past in pairs)
    print(
        f"  of nobody in particular: weeks 1-39 {by_then:.0f} ({was} real), weeks 40-78 {in_all - by_then:.0f} ({test.real} real),"
    )
    print(f"  weeks 1-78 {in_all:.0f} ({was + test.real} real, {in_all / (was + test.real) - 1:+.1%})")
