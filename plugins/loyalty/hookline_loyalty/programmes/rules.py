"""What must hold of programmes, rules and multipliers, whatever door they come through."""

from hookline_sdk import BeforeDelete, BeforeSave, Text

from hookline_loyalty.plugin import plugin
from hookline_loyalty.programmes.data import EarnRule, Multiplier, Per, Programme, ProgrammeKind
from hookline_loyalty.programmes.rights import PROGRAMMES, judge_right
from hookline_loyalty.programmes.windows import problem_of

_STAYS = Text("It stays what it is: customers have collected in it. Make a new programme.")


@plugin.before_save(Programme)
def judge_programme(event: BeforeSave[Programme]) -> None:
    """A programme has a time that does not end before it begins, and stays what it is."""
    judge_right(event, PROGRAMMES)
    new, before = event.record, event.before
    if new.starts_on and new.ends_on and new.ends_on < new.starts_on:
        event.reject("It ends before it starts.", "ends_on")
    if new.kind == ProgrammeKind.points and not new.worth:
        event.reject("Say what a point is worth.", "worth")
    if new.kind == ProgrammeKind.stamps and not (new.categories or new.products):
        event.reject("Say which goods bring stamps: a category or a product.", "categories")
    if before is not None and before.kind != new.kind:
        event.reject(_STAYS, "kind")


@plugin.before_save(EarnRule)
def judge_rule(event: BeforeSave[EarnRule]) -> None:
    """A rule belongs to a programme of points, and counts by an amount that is one."""
    judge_right(event, PROGRAMMES)
    rule = event.record
    if rule.per == Per.amount and rule.each is not None and not rule.each:
        event.reject("It must be above zero.", "each")
    _must_have_points(event, rule.programme)


@plugin.before_save(Multiplier)
def judge_multiplier(event: BeforeSave[Multiplier]) -> None:
    """A multiplier belongs to a programme of points, and its days can be told."""
    judge_right(event, PROGRAMMES)
    window = event.record
    if window.rule and (problem := problem_of(window.rule)) is not None:
        event.reject(problem, "rule")
    if window.ends_on is not None and all((window.starts_on,)) and window.ends_on < window.starts_on:
        event.reject("It ends before it starts.", "ends_on")
    if window.from_hour is not None and window.from_hour == window.to_hour:
        event.reject("It ends in the hour in which it begins.", "to_hour")
    _must_have_points(event, window.programme)


@plugin.before_delete(Programme)
def keep_programme(event: BeforeDelete[Programme]) -> None:
    judge_right(event, PROGRAMMES)


@plugin.before_delete(EarnRule)
def keep_rule(event: BeforeDelete[EarnRule]) -> None:
    judge_right(event, PROGRAMMES)


@plugin.before_delete(Multiplier)
def keep_multiplier(event: BeforeDelete[Multiplier]) -> None:
    judge_right(event, PROGRAMMES)


def _must_have_points(event: BeforeSave[EarnRule] | BeforeSave[Multiplier], programme: int | None) -> None:
    found = event.gate.find(Programme, programme) if programme else None
    if found is not None and found.kind != ProgrammeKind.points:
        event.reject("This is a pass: rules and multipliers belong to programmes of points.", "programme")
