"""Sample charts for the living style page, `templates/kit.html`; the rest of it stands in the templates."""

from hookline.web.reports.charts import (
    Point,
    bar_chart,
    donut_chart,
    funnel_chart,
    hbar_chart,
    line_chart,
    sparkline,
    waterfall_chart,
)
from hookline.web.reports.drawn import Change, ShownFigure, ShownList
from hookline.web.reports.sankey import Stream, sankey_chart

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WON = (18_400, 24_100, 21_900, 38_600, 30_200, 45_800, 41_300, 29_700, 52_400, 48_900, 61_200, 57_500)
_LOST = (9_200, 12_400, 8_100, 15_300, 19_800, 11_200, 17_600, 14_900, 9_900, 21_000, 13_700, 12_100)
_STAGES = (("New lead", 96), ("Qualified", 58), ("Demo held", 37), ("Proposal sent", 24), ("Won", 11))
_SOURCES = (("Referral", 34), ("Trade fair", 27), ("Website", 21), ("Cold call", 12), ("Partner", 6))
_STEPS = (("Income", 96), ("Goods", -41), ("Wages", -22), ("Left", 33))
_MOVED = (
    ("Loyal", "Loyal", 48),
    ("Loyal", "At risk", 17),
    ("New", "Loyal", 21),
    ("New", "New", 12),
    ("At risk", "Lost", 9),
)
_URL = "/-/kit#charts"


def sample_charts() -> dict[str, object]:
    """One chart of each shape, under the names that the page uses."""
    won, lost = _monthly(_WON), _monthly(_LOST)
    sources = [Point(label, n, str(n), url=_URL) for label, n in _SOURCES]
    balance = _monthly(tuple(w - 4 * loss for w, loss in zip(_WON, _LOST, strict=True)))
    return {
        "bar": bar_chart(won),
        "bar_below_zero": bar_chart(balance, height=160),
        "bar_empty": bar_chart([], height=120),
        "hbar": hbar_chart(sources),
        "funnel": funnel_chart([Point(label, n, str(n), url=_URL) for label, n in _STAGES]),
        "waterfall": waterfall_chart([Point(label, n, str(n)) for label, n in _STEPS]),
        "sankey": sankey_chart(
            [Stream(a, b, 0, Point(f"{a} → {b}", n, str(n), url=_URL)) for a, b, n in _MOVED], ["Feb", "Mar"]
        ),
        "line": line_chart([("Won", won)]),
        "lines": line_chart([("Won", won), ("Lost", lost)]),
        "donut": donut_chart(sources),
        "donut_empty": donut_chart([]),
        "spark": sparkline(_WON),
        "figure": ShownFigure(
            "€48,200", _URL, "Deals won: 6", Change("+12 %", "arrow-up", "green"), "€43,000", sparkline(_WON)
        ),
        "nothing": ShownList("", [], [], [], ""),
    }


def _monthly(amounts: tuple[int, ...]) -> list[Point]:
    return [Point(m, n, f"{n:,}", url=_URL) for m, n in zip(_MONTHS, amounts, strict=True)]
