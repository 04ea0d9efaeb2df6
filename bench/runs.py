"""One run: every application on the same engine and seed, side by side, case after case."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import StringIO

from bench.databases import Databases
from bench.goals import GOALS
from bench.measure import Running, import_speed, measure_case
from bench.processes import pss_megabytes
from bench.results import ApplicationResult, RunResult
from bench.seed import Seed
from bench.servers import serve
from bench.targets import Application

IMPORT, RULES = "G", "H"
IMPORTED_FIELDS = ("first_name", "last_name", "email", "phone", "city", "job_title")


@dataclass(frozen=True)
class Effort:
    """Rounds of so many seconds a case, starts of each server, imports of so many rows."""

    rounds: int = 5
    seconds: float = 0.8
    starts: int = 3
    imports: int = 2
    import_rows: int = 10_000


QUICK = Effort(rounds=1, seconds=1, starts=1, imports=1)


@dataclass(frozen=True)
class Plan:
    """What to measure: cases by their letters, how long, and on which applications."""

    letters: frozenset[str]
    effort: Effort
    applications: Sequence[Application]


def run(engine: str, databases: Databases, seed: Seed, plan: Plan) -> RunResult:
    urls = {it.name: databases.create(f"{it.name}_{seed.contact_count}") for it in plan.applications}
    for application in plan.applications:
        application.load(urls[application.name], seed)
    results = {it.name: ApplicationResult() for it in plan.applications}
    _measure_starts(urls, results, plan)
    with ExitStack() as servers:
        runnings = [_running(servers, it, urls[it.name], databases, seed) for it in plan.applications]
        _measure_cases(runnings, results, plan)
        for running in runnings:
            results[running.name].memory_megabytes = pss_megabytes(running.pid)
        if IMPORT in plan.letters:
            _measure_imports(runnings, results, seed, plan.effort)
        if RULES in plan.letters:
            _measure_rules(runnings, results)
    return RunResult(engine, databases.version, seed.contact_count, results)


def _measure_starts(urls: Mapping[str, str], results: dict[str, ApplicationResult], plan: Plan) -> None:
    starts: dict[str, list[float]] = {name: [] for name in urls}
    for _ in range(plan.effort.starts):
        for application in plan.applications:
            with serve(application, urls[application.name]) as server:
                starts[application.name].append(server.start_seconds)
    for name, seconds in starts.items():
        results[name].start_seconds = statistics.median(seconds)


def _running(
    servers: ExitStack, application: Application, url: str, databases: Databases, seed: Seed
) -> Running:
    server = servers.enter_context(serve(application, url))
    target = application.target(server.base_url, seed)
    return Running(application.name, target, server.pid, url, databases)


def _measure_cases(runnings: Sequence[Running], results: dict[str, ApplicationResult], plan: Plan) -> None:
    for case in (goal.case for goal in GOALS if goal.case[0] in plan.letters):
        found = measure_case(runnings, case, rounds=plan.effort.rounds, seconds=plan.effort.seconds)
        for name, result in found.items():
            results[name].cases[case] = result


def _measure_imports(
    runnings: Sequence[Running], results: dict[str, ApplicationResult], seed: Seed, effort: Effort
) -> None:
    speeds: dict[str, list[float]] = {running.name: [] for running in runnings}
    for turn in range(effort.imports):
        # Far above the seed's numbers, so that no e-mail address comes twice.
        file = contacts_file(seed, effort.import_rows, 10_000_000 + turn * effort.import_rows)
        for running in runnings:
            speeds[running.name].append(import_speed(running, file, effort.import_rows))
    for name, found in speeds.items():
        results[name].import_rows_per_second = statistics.median(found)


def _measure_rules(runnings: Sequence[Running], results: dict[str, ApplicationResult]) -> None:
    for running in runnings:
        if running.target.measure_rules is not None:
            results[running.name].rules = running.target.measure_rules()


def contacts_file(seed: Seed, rows: int, first_number: int) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(IMPORTED_FIELDS)
    for contact in seed.new_contacts(rows, first_number):
        writer.writerow(getattr(contact, name) for name in IMPORTED_FIELDS)
    return text.getvalue().encode()
