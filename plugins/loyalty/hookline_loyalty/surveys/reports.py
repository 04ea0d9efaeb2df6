"""What customers said: promoters and detractors by month, and how many answer at all."""

import datetime as dt
from collections import Counter, defaultdict
from decimal import Decimal
from typing import Final

from hookline_sdk import Asked, Chart, Gate, Mark, Month, Panel, Percent, Report, Text, Value, func, select
from sqlalchemy import ColumnElement

from hookline_loyalty.plugin import plugin
from hookline_loyalty.surveys.data import Answer, Scale, Step, Survey

PROMOTER: Final = 9
DETRACTOR: Final = 6
_GONE: Final = (Step.sent, Step.answered)


@plugin.report("Net promoter score", takes=("period", "owner"), icon="message-square")
def net_promoter_score(gate: Gate, asked: Asked) -> Report:
    """Promoters give 9 or 10, detractors 0 to 6; the score is the share of promoters less that of detractors, by month of asking."""
    found = (
        select(Answer.sent_at, Answer.score)
        .join(Survey, Survey.id == Answer.survey)
        .where(Survey.scale == Scale.nps, Answer.step.in_(_GONE), *_within(asked))
    )
    months: dict[dt.date, Counter[str]] = defaultdict(Counter)
    for sent_at, score in gate.rows(found):
        month = sent_at.date().replace(day=1)
        months[month]["asked"] += 1
        if score is not None:
            months[month]["answers"] += 1
            months[month][kind_of(score)] += 1
    rows = [_row(Month(month), months[month]) for month in sorted(months)]
    total: Counter[str] = Counter()
    for counted in months.values():
        total.update(counted)
    marks = [Mark(Month(m), _nps(months[m]) or 0, shown=_nps(months[m])) for m in sorted(months)]
    return Report(
        (Text("Month"), Text("Asked"), Text("Answers"), Text("Answer rate"), Text("Promoters"), Text("Passives"), Text("Detractors"), Text("NPS")),
        rows,
        totals=_row(Text("All"), total) if rows else (),
        chart=Chart("line", marks),
    )  # fmt: skip


@plugin.panel(Survey, "What they say", slot="record.main", order=10)
def what_they_say(survey: Survey, gate: Gate) -> Panel:
    """The answers of a survey, score by score."""
    found = select(Answer.score, func.count(Answer.id)).where(
        Answer.survey == survey.id, Answer.step.in_(_GONE)
    )
    counts: dict[int | None, int] = dict(gate.rows(found.group_by(Answer.score)))
    answered = {score: number for score, number in counts.items() if score is not None}
    asked = sum(counts.values())
    if not asked:
        return Panel(empty=Text("Nobody was asked yet."))
    answers = sum(answered.values())
    facts: dict[str, Value] = {
        str(Text("Asked")): asked,
        str(Text("Answers")): answers,
        str(Text("Answer rate")): _share(answers, asked),
    }
    if survey.scale == Scale.nps:
        facts[str(Text("NPS"))] = _nps(Counter({"answers": answers, **_kinds(answered)}))
    elif answers:
        mean = Decimal(sum(score * number for score, number in answered.items())) / answers
        facts[str(Text("Average"))] = mean.quantize(Decimal("0.1"))
    marks = [
        Mark(str(score), answered.get(score, 0), to=f"/loyalty/answers?survey={survey.id}&score={score}")
        for score in range(max(answered) + 1 if answered else 0)
        if survey.scale == Scale.nps or score
    ]
    more = f"/loyalty/answers?survey={survey.id}"
    return Panel(facts=facts, chart=Chart("bar", marks) if marks else None, more=more)


def kind_of(score: int) -> str:
    """Whether somebody who gives this score recommends us."""
    return "promoters" if score >= PROMOTER else "detractors" if score <= DETRACTOR else "passives"


def _kinds(answered: dict[int, int]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for score, number in answered.items():
        counted[kind_of(score)] += number
    return counted


def _row(name: Value, counted: Counter[str]) -> tuple[Value, ...]:
    return (
        name, counted["asked"], counted["answers"], _share(counted["answers"], counted["asked"]),
        counted["promoters"], counted["passives"], counted["detractors"], _nps(counted),
    )  # fmt: skip


def _share(part: int, whole: int) -> Value:
    return Percent((Decimal(part) * 100 / whole).quantize(Decimal(1))) if whole else None


def _nps(counted: Counter[str]) -> int | None:
    """From -100 to 100; None where nobody has answered."""
    answers = counted["answers"]
    return round(100 * (counted["promoters"] - counted["detractors"]) / answers) if answers else None


def _within(asked: Asked) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if asked.since is not None:
        found.append(Answer.sent_at >= asked.since)
    if asked.until is not None:
        found.append(Answer.sent_at < asked.until)
    if asked.owner is not None:
        found.append(Answer.owner == asked.owner)
    return found
