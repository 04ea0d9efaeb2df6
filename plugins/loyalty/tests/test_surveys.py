"""Surveys: asked after something happened, once, answered with one tap without signing in, with a task for the bad ones."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hookline_sdk import Activity, Contact, Gate, Invalid, Money, Purchase, select
from hookline_sdk.testing import Client, Clock, Crm, Jobs, Make, Outbox

from hookline_loyalty.campaigns.data import Channel
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.surveys.asking import ask
from hookline_loyalty.surveys.data import After, Answer, Scale, Step, Survey


def customer(crm: Crm, **how: Any) -> int:
    with crm.house() as gate:
        terms = Mailing.of(gate)
        terms.quiet_from = terms.quiet_to = 0
        terms.keep(gate)
        belongs = {"owner": crm.people["seller"]}
        id = gate.create(Contact, {"first_name": "Alma", "mobile": "+442079460958", **belongs, **how})
        gate.create("consent", {"about": f"contact:{id}", "purpose": 1, "said": "given", "source": "Till"})
    return id


def survey(gate: Gate, **how: Any) -> int:
    given = {"name": "Would you?", "active": True, "purpose": 1, "channel": Channel.sms, "delay": 2}
    return gate.create(
        Survey, {**given, "question": "Would you recommend us?", "question_ru": "Порекомендуете?", **how}
    )


def buy(gate: Gate, contact: int, source: str = "till:1") -> None:
    gate.emit(Purchase(source=source, what="Espresso", amount=Money(3), bought_at=gate.now, contact=contact))


def link(crm: Crm) -> str:
    (message,) = (crm.folder / "sms").iterdir()
    found = re.search(r"/p/loyalty/survey/\S+", message.read_text())
    assert found is not None
    return found[0]


def steps(gate: Gate) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in gate.rows(select(Answer.step, Answer.score).order_by(Answer.id))]


def test_a_purchase_is_asked_about_once_and_a_bad_answer_is_a_task(
    crm: Crm, gate: Gate, outbox: Outbox, jobs: Jobs, clock: Clock, client: Client
) -> None:
    survey(gate)
    contact = customer(crm)
    buy(gate, contact)
    buy(gate, contact, "till:2")
    outbox.run()
    jobs.call(ask)
    assert steps(gate) == [(Step.waiting, None)]
    clock.move(hours=3)
    jobs.call(ask)
    jobs.run()
    assert steps(gate) == [(Step.sent, None)]
    page, here = crm.wire.get(link(crm)), link(crm)
    assert "Would you recommend us?" in page.text
    assert "Порекомендуете?" in crm.wire.get(here.replace("lang=en", "lang=ru")).text
    answered = crm.wire.post(here, data={"score": "3"}, follow_redirects=True)
    assert "What should we know?" in answered.text
    crm.wire.post(here, data={"comment": "Cold coffee <b>"})
    crm.wire.post(here, data={"score": "2"})
    crm.wire.post(here, data={"score": "11"})
    assert steps(gate) == [(Step.answered, 2)]
    assert gate.scalar(select(Answer.comment)) == "Cold coffee <b>"
    with crm.writing("seller") as seller:
        tasks = seller.rows(
            select(Activity.subject, Activity.owner, Activity.contact).where(Activity.due_at.is_not(None))
        )
    assert [tuple(task) for task in tasks] == [("Would you?: 3/10", crm.people["seller"], contact)]
    assert client.get("/contacts?loyalty_nps=2").rows() != []
    report = client.get("/reports/loyalty/net_promoter_score")
    assert "-100" in report.text.replace("−", "-")
    clock.move(days=31)
    assert crm.wire.get(here).status_code == 404


def test_calls_and_visits_are_asked_about_and_others_are_not(
    crm: Crm, gate: Gate, outbox: Outbox, make: Make
) -> None:
    survey(gate, after=After.call, name="Call")
    survey(gate, after=After.visit, name="Visit")
    contact = customer(crm)
    make(Activity, kind="call", contact=contact, done_at=gate.now)
    make(Activity, kind="meeting", contact=contact, done_at=gate.now)
    make(Activity, kind="task", contact=contact, done_at=gate.now)
    make(Activity, kind="call", contact=customer(crm), done_at=gate.now - timedelta(days=30))
    outbox.run()
    asked = gate.rows(select(Answer.what).order_by(Answer.what))
    assert [tuple(row) for row in asked] == [("Call",), ("Visit",)]


def test_without_consent_or_after_too_many_letters_nobody_is_asked(
    crm: Crm, gate: Gate, outbox: Outbox, jobs: Jobs, clock: Clock
) -> None:
    first, second = survey(gate), survey(gate, name="Again", scale=Scale.quality, low=2)
    contact = customer(crm)
    with crm.house() as house:
        terms = Mailing.of(house)
        terms.most = 1
        terms.keep(house)
        silent = house.create(Contact, {"first_name": "Silent", "mobile": "+442079460959"})
    assert first != second
    buy(gate, contact)
    buy(gate, silent, "till:9")
    outbox.run()
    clock.move(hours=3)
    jobs.call(ask)
    assert sorted(str(step) for step, _ in steps(gate)) == ["sent", "skipped", "skipped", "skipped"]


def test_a_question_is_needed_and_a_task_follows_no_best_score(gate: Gate) -> None:
    with pytest.raises(Invalid, match="Ask something"):
        survey(gate, question=None, question_ru=None)
    with pytest.raises(Invalid, match="The best score is 5"):
        survey(gate, scale=Scale.quality, low=6)
