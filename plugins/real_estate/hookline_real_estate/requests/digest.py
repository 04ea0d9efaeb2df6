"""The daily digest: whoever has a request gets a task with what came for it and what got cheaper."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from hookline_sdk import Activity, Gate, JobRun, Money, Text, words_for
from sqlalchemy import Row, Select

from hookline_real_estate.plugin import plugin
from hookline_real_estate.requests.data import Match, MatchState, News, Request, RequestState
from hookline_real_estate.requests.offers import STOCKS, Stock

_AT_ONCE = 50
# A re-pricing makes many units cheaper at once; a task names the best of them.
_LINES = 20
_MARKS = {News.new: "+", News.cheaper: "↓"}


@plugin.job(cron="0 5 * * *")
def tell_matches(run: JobRun) -> None:
    """Each morning one task for a request with its new matches and price cuts; of a pair that was declined nobody is told."""
    with run.reading() as gate:
        requests = sorted({row.request for stock in STOCKS.values() for row in gate.rows(_untold(stock))})
    for place in range(0, len(requests), _AT_ONCE):
        run.check()
        with run.transaction() as gate:
            for id in requests[place : place + _AT_ONCE]:
                _tell(gate, gate.get(Request, id))
        run.progress(min(place + _AT_ONCE, len(requests)), len(requests))
    run.result = {"requests": len(requests)}


def _untold(stock: Stock) -> "Select[*tuple[Any, ...]]":
    asked = stock.asked(Match.id.label("match"), Match.request, Match.news, Match.score)
    return (
        asked.join(Match, getattr(Match, stock.match) == stock.columns["id"])
        .join(Request, Match.request == Request.id)
        .where(
            Match.told.is_(False),
            Match.state != MatchState.declined,
            Request.state == RequestState.open,
            stock.on_offer,
        )
    )


def _tell(gate: Gate, request: Request) -> None:
    """A task whose title is the request's, with prices as its owner reads them."""
    news = [
        row
        for stock in STOCKS.values()
        for row in gate.rows(
            _untold(stock).where(Match.request == request.id).order_by(Match.score.desc(), Match.id)
        )
    ]
    gate.create(
        Activity,
        {
            "subject": request.name,
            "about": f"real_estate_request:{request.id}",
            "contact": request.contact,
            "body": words_for(gate, request.owner, *_lines(news)),
            "due_at": gate.now,
            "owner": request.owner,
            "team": request.team,
        },
    )
    for row in news:
        gate.update(Match, row.match, {"told": True})


def _lines(news: "Sequence[Row[*tuple[Any, ...]]]") -> list[Text]:
    """The best ones, a line each, and how many more there are."""
    best = sorted(news, key=lambda row: -row.score)[:_LINES]
    lines = [_line(f"{_MARKS[News(row.news)]} {row.title}", row.price) for row in best]
    return [*lines, Text("… +%(count)s", count=len(news) - _LINES)] if len(news) > _LINES else lines


def _line(title: str, price: Decimal | None) -> Text:
    if price is None:
        return Text("%(title)s", title=title)
    return Text("%(title)s: %(price)s", title=title, price=Money(price))
