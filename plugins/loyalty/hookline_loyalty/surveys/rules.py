"""What must hold of surveys."""

from hookline_sdk import BeforeDelete, BeforeSave, Text

from hookline_loyalty.campaigns.rights import judge_writer
from hookline_loyalty.plugin import plugin
from hookline_loyalty.surveys.data import Scale, Survey

BEST = {Scale.nps: 10, Scale.quality: 5}


@plugin.before_save(Survey)
def ask_something(event: BeforeSave[Survey]) -> None:
    """Surveys are written by those who may, ask something, and a task follows a score that there is."""
    judge_writer(event)
    survey = event.record
    if not (survey.question or survey.question_ru):
        event.reject(Text("Ask something, in one language at least."), "question")
    best = BEST[Scale(survey.scale)]
    if survey.low >= best:
        event.reject(Text("The best score is %(best)s; a task follows lower ones.", best=best), "low")


@plugin.before_delete(Survey)
def only_writers_delete(event: BeforeDelete[Survey]) -> None:
    """Surveys are taken away by those who write them."""
    judge_writer(event)
