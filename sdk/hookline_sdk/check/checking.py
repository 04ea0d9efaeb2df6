"""Asks a plugin every rule of a level and of those below it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final

from hookline.errors import PluginError

from hookline_sdk.check.findings import LEVELS, Finding, Level, Rule
from hookline_sdk.check.quality import read_quality
from hookline_sdk.check.rules import RULES
from hookline_sdk.check.side_by_side import can_split, side_by_side
from hookline_sdk.check.subject import Subject, open_subject

# What can be asked before there is a database.
_BEFORE: Final = frozenset({"migrates", "names", "signatures", "prefixes"})


@dataclass(frozen=True)
class Checked:
    """How a plugin did with one rule: its findings, why it is exempt or was left out ("" when not), and how long that took."""

    rule: Rule
    findings: list[Finding]
    exempt: str = ""
    left_out: str = ""
    seconds: float = 0.0

    @property
    def passed(self) -> bool:
        """Whether nothing is to be done."""
        return not self.findings and not self.left_out


@dataclass(frozen=True)
class Report:
    """How a plugin did: by rule, and what is wrong with its quality.toml."""

    name: str
    level: Level
    checked: list[Checked]
    quality: list[Finding]
    partly: bool = False

    @property
    def findings(self) -> list[Finding]:
        """Everything that is to be done."""
        return [*self.quality, *(finding for each in self.checked for finding in each.findings)]

    @property
    def reached(self) -> Level | None:
        """The highest level of which every rule, and every rule below, is fulfilled or exempt; of those asked.

        None when only some rules were asked.
        """
        found: Level | None = None
        if self.partly:
            return None
        for level in LEVELS[: LEVELS.index(self.level) + 1]:
            if self.quality or any(not each.passed for each in self.checked if each.rule.level == level):
                break
            found = level
        return found


def check(
    named: str,
    level: Level | None = None,
    *,
    only: Collection[str] = (),
    tell: Callable[[Checked], None] = lambda _: None,
    processes: int = 1,
) -> Report:
    """Check the plugin of this name, project folder or file; without a level, at the one its quality.toml names.

    `only` narrows it to these rules. `tell` hears of each rule as soon as it has been asked. With several `processes`,
    what takes longer than reading the code is asked side by side.
    """
    with open_subject(named) as subject:
        quality = read_quality(subject.project, {rule.name for rule in RULES})
        asked = level or quality.level
        within = LEVELS[: LEVELS.index(asked) + 1]
        rules = [rule for rule in RULES if rule.level in within and (not only or rule.name in only)]
        checked = []
        for each in _all_asked(subject, rules, quality.exempt, processes):
            checked.append(each)
            tell(each)
        checked.sort(key=lambda each: rules.index(each.rule))
        return Report(subject.place.stem, asked, checked, quality.findings, partly=bool(only))


def _all_asked(
    subject: Subject, rules: Sequence[Rule], exempt: Mapping[str, str], processes: int
) -> Iterator[Checked]:
    def ask(rule: Rule) -> Checked:
        return _asked(subject, rule, exempt.get(rule.name, ""))

    # Where it does not start, little is asked; and what takes long stands on what these have read and started.
    later = [rule for rule in rules if rule.level != "bronze"] if processes > 1 and can_split() else []
    yield from (ask(rule) for rule in rules if rule not in later)
    if len(later) < 2:
        yield from map(ask, later)
        return
    # Once, before there are several processes.
    subject.start()
    told = set[str]()
    try:
        for lot in side_by_side(later, ask, processes):
            told |= {each.rule.name for each in lot}
            yield from lot
    except BrokenProcessPool:
        left = ", ".join(rule.name for rule in later if rule.name not in told)
        hint = "With --processes 1 the last line before the end says which it is."
        raise PluginError(
            subject.place.stem, "check", f"it ended the process that asked one of {left}", hint
        ) from None


def _asked(subject: Subject, rule: Rule, exempt: str) -> Checked:
    if exempt:
        return Checked(rule, [], exempt)
    begun = perf_counter()
    try:
        if rule.needs_start and _stands_still(subject, rule):
            return Checked(rule, [], left_out="left out: see first what `starts` and `migrates` say")
        found = list(rule.find(subject))
    except Exception as error:  # noqa: BLE001  # a plugin may raise anything, wherever it is asked
        found = [_raised(subject, error)]
    named = [replace(finding, rule=rule.name) for finding in dict.fromkeys(found)]
    return Checked(rule, named, seconds=perf_counter() - begun)


def _stands_still(subject: Subject, rule: Rule) -> bool:
    return bool(subject.trouble) or (rule.name not in _BEFORE and subject.stuck is not None)


def _raised(subject: Subject, error: Exception) -> Finding:
    frames = traceback.extract_tb(error.__traceback__)
    inside = subject.place.parent if subject.one_file else subject.place
    own = [frame for frame in frames if str(inside) in frame.filename]
    path, line = subject.place, 1
    if own:
        path, line = type(path)(own[-1].filename), own[-1].lineno or 1
    return Finding(path, line, f"{type(error).__name__} while it was asked: {error}", "Make it hold there.")
