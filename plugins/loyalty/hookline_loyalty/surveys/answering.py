"""Answering: the page behind the link, without signing in: one tap for the score, then a few words."""

import datetime as dt
from typing import Any, Final

from hookline_sdk import Activity, Contact, Gate, NotFound, Page, PageRequest, Redirect

from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.plugin import plugin
from hookline_loyalty.surveys.asking import ASKING, question_of
from hookline_loyalty.surveys.data import Answer, Scale, Step, Survey
from hookline_loyalty.surveys.rules import BEST

# So long after it was sent a question can be answered, and an answer be changed.
HOLDS: Final = dt.timedelta(days=30)
_LONGEST: Final = 2000


@plugin.page("Your opinion", public=True)
def survey(asked: PageRequest, gate: Gate) -> Page | Redirect:
    """The question, the scores as buttons, and after one was pressed a field for words."""
    answer = gate.find(Answer, int(asked.rest))
    if answer is None or answer.sent_at is None or gate.now - answer.sent_at > HOLDS:
        raise NotFound
    of = gate.get(Survey, answer.survey)
    if asked.is_post:
        _take(gate, of, answer, asked)
        done = "&done=1" if "comment" in asked.form else ""
        return Redirect(f"{asked.url}?lang={asked.reader.language}{done}")
    told = {
        "question": question_of(of, asked.reader.language),
        "scores": scores_of(of),
        "score": answer.score,
        "comment": answer.comment or "",
        "done": asked.query.get("done") == "1",
        "is_nps": of.scale == Scale.nps,
        "house": Mailing.of(gate).house or "",
    }
    return Page("survey.html", told)


def scores_of(survey: Survey) -> range:
    """The scores that somebody can give."""
    best = BEST[Scale(survey.scale)]
    return range(0 if best == 10 else 1, best + 1)


def _take(gate: Gate, survey: Survey, answer: Answer, asked: PageRequest) -> None:
    """Keep what was said; the first bad score of a question makes one task."""
    house, said = gate.as_house(ASKING), asked.form.get("score", "")
    told: dict[str, Any] = {}
    if said.isascii() and said.isdecimal() and len(said) < 3 and int(said) in scores_of(survey):
        told |= {"score": int(said), "step": Step.answered, "answered_at": gate.now}
    if "comment" in asked.form and answer.score is not None:
        told["comment"] = asked.form["comment"].strip()[:_LONGEST] or None
    if not told:
        return
    house.carry(Answer, {answer.id: told})
    score = told.get("score")
    if score is None:
        return
    if survey.scale == Scale.nps:
        house.carry(Contact, {answer.contact: {"loyalty_nps": score, "loyalty_nps_at": gate.now}})
    if score <= survey.low and (answer.score is None or answer.score > survey.low):
        _call_back(house, survey, answer, score)


def _call_back(house: Gate, survey: Survey, answer: Answer, score: int) -> None:
    """A task for whoever the customer belongs to. Its title needs no words in any language."""
    about = f"contact:{answer.contact}"
    house.create(
        Activity,
        {
            "subject": f"{survey.name}: {score}/{BEST[Scale(survey.scale)]}", "about": about, "contact": answer.contact,
            "body": answer.about, "due_at": house.now + dt.timedelta(days=1), "owner": answer.owner, "team": answer.team,
        },
    )  # fmt: skip
