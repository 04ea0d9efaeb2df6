"""Asking: what happens to a customer leads to a question some hours later, if they agreed and were not asked of late."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, Final

from hookline_sdk import (
    Activity,
    Change,
    Contact,
    Gate,
    JobRun,
    NotFound,
    Text,
    func,
    may_text_to,
    may_write_to,
    public_address,
    select,
    text_to,
    write_to,
)

from hookline_loyalty.campaigns.data import Channel, WrittenTo
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.campaigns.touches import is_suppressed, worn_out
from hookline_loyalty.customers.data import Receipt
from hookline_loyalty.plugin import plugin
from hookline_loyalty.surveys.data import After, Answer, Step, Survey

ASKING: Final = Text("survey")
# What happened longer ago, or was brought in by an import, is not asked about any more.
_FRESH: Final = dt.timedelta(days=3)
_AT_ONCE: Final = 50
_SILENT: Final = Text("Has not agreed, or cannot be reached.")
_SUPPRESSED: Final = Text("Is on the suppression list.")
_OFTEN: Final = Text("Was written to often enough of late.")
_LEAVING: Final = {"en": "No more of these", "ru": "Отписаться"}
# An activity that is a visit, whatever plugin brings its kind.
_VISITS: Final = frozenset({"meeting", "viewing", "visit"})


@plugin.after_commit(Receipt)
def hear_of_purchase(event: Change, gate: Gate) -> None:
    """Somebody has bought something."""
    if not event.name.endswith(".created"):
        return
    try:
        receipt = gate.get(Receipt, event.record)
    except NotFound:
        return
    if receipt.contact is not None and not receipt.reversed:
        _plan(gate, After.purchase, receipt.contact, receipt.what, receipt.bought_at, f"receipt:{receipt.id}")


@plugin.after_commit(Activity, fields=("done_at", "kind"))
def hear_of_activity(event: Change, gate: Gate) -> None:
    """Somebody was called, or came by."""
    try:
        activity = gate.get(Activity, event.record)
    except NotFound:
        return
    kind = activity.kind.rpartition(".")[2]
    after = After.call if kind == "call" else After.visit if kind in _VISITS else None
    if after is not None and activity.done_at is not None and activity.contact is not None:
        _plan(gate, after, activity.contact, activity.subject, activity.done_at, f"activity:{activity.id}")


@plugin.job(cron="*/15 * * * *")
def ask(run: JobRun) -> None:
    """Send the questions that are due, each once: what is sent and that it is sent are kept in one transaction."""
    with run.reading() as gate:
        if Mailing.of(gate).loud_at(gate.now) > gate.now:
            return
        due = select(Answer.id).where(Answer.step == Step.waiting, Answer.due_at <= gate.now)
        ids = [id for (id,) in gate.rows(due.order_by(Answer.due_at, Answer.id))]
    for place in range(0, len(ids), _AT_ONCE):
        run.check()
        with run.transaction() as gate:
            worn = worn_out(gate)
            for answer in gate.several(Answer, ids[place : place + _AT_ONCE]):
                _ask(gate, answer, worn)
        run.progress(min(place + _AT_ONCE, len(ids)), len(ids))


@plugin.provides("loyalty.touches")
def questions_of_surveys(since: dt.datetime, gate: Gate) -> dict[int, int]:
    """Questions that have gone."""
    found = select(Answer.contact, func.count(Answer.id)).where(Answer.sent_at > since)
    return dict(gate.rows(found.group_by(Answer.contact)))


def question_of(survey: Survey, language: str) -> str:
    """What is asked, in this language if it was written in it."""
    first, second = (survey.question_ru, survey.question) if language == "ru" else (survey.question, survey.question_ru)  # fmt: skip
    return first or second or ""


def _plan(gate: Gate, after: After, contact: int, about: str, at: dt.datetime, key: str) -> None:
    """A question of each survey that follows this, unless the same person was asked by it of late."""
    if gate.now - at > _FRESH:
        return
    house = gate.as_house(ASKING)
    person = house.find(Contact, contact)
    if person is None:
        return
    for survey in _following(house, after):
        since = gate.now - dt.timedelta(days=survey.pause)
        lately = select(func.count(Answer.id)).where(
            Answer.survey == survey.id, Answer.contact == contact, Answer.step != Step.skipped, Answer.due_at > since
        )  # fmt: skip
        known = select(func.count(Answer.id)).where(Answer.key == f"{survey.id}:{key}")
        if house.scalar(known) or house.scalar(lately):
            continue
        told = {
            "what": survey.name, "survey": survey.id, "contact": contact, "about": about[:300],
            "due_at": at + dt.timedelta(hours=survey.delay), "key": f"{survey.id}:{key}",
            "owner": person.owner, "team": person.team,
        }  # fmt: skip
        house.create(Answer, told)


def _following(house: Gate, after: After) -> Sequence[Survey]:
    asked = select(Survey.id).where(Survey.active.is_(True), Survey.after == after).order_by(Survey.id)
    return house.several(Survey, [id for (id,) in house.rows(asked)])


def _ask(gate: Gate, answer: Answer, worn: set[int]) -> None:
    house = gate.as_house(ASKING)
    survey, person = house.get(Survey, answer.survey), house.find(Contact, answer.contact)
    by_letter = survey.channel == Channel.email
    may = may_write_to if by_letter else may_text_to
    if person is None or not may(house, answer.contact, survey.purpose):
        reason: Text | None = _SILENT
    else:
        reason = _SUPPRESSED if is_suppressed(house, person) else _OFTEN if answer.contact in worn else None
    told: dict[str, Any] = {"step": Step.sent, "sent_at": gate.now}
    if reason is not None:
        told = {"step": Step.skipped, "why": str(reason)}
    else:
        _send(house, survey, answer, by_letter=by_letter)
        worn |= {answer.contact} if Mailing.of(gate).most == 1 else set()
    house.carry(Answer, {answer.id: told})


def _send(house: Gate, survey: Survey, answer: Answer, *, by_letter: bool) -> None:
    """One letter or message through the house's own, which asks for consent once more when it goes."""
    wanted = select(WrittenTo.language.label("language")).where(Contact.id == answer.contact)
    language = house.scalar(wanted) or Mailing.of(house).language
    question, key = question_of(survey, language), f"loyalty.survey.{answer.id}"
    link = public_address(house, "loyalty.survey", str(answer.id), {"lang": language})
    leave = public_address(house, "loyalty.leave", f"0/{answer.contact}/{survey.purpose}", {"lang": language})
    if by_letter:
        text = f"{question}\n\n{link}\n\n--\n{_LEAVING[language]}: {leave}"
        write_to(house, answer.contact, question, text, purpose=survey.purpose, key=key)
    else:
        by = "sms" if survey.channel == Channel.sms else "messenger"
        text_to(house, answer.contact, f"{question}\n{link}", purpose=survey.purpose, key=key, by=by)  # type: ignore[arg-type]  # one of the two
