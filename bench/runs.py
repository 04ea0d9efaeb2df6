"""One run: every application on the same engine and seed, side by side, case after case."""

from __future__ import annotations

import csv
import statistics
from collections.abc import Sequence
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

IMPORT = "G"
IMPORTED_FIELDS = ("first_name", "last_name", "email", "phone", "city", "job_title")


@dataclass(frozen=True)
class Effort:
    """Rounds of so many seconds a case, starts of each server, imports of so many rows."""

    rounds: int = 5
    seconds: float = 2
    starts: int = 3
    imports: int = 3
    import_rows: int = 10_000


QUICK = Effort(rounds=1, seconds=1, starts=1, imports=1)


@dataclass(frozen=True)
class Plan:
    """What to measure: cases by their letters, how long, and on which applications."""

    letters: frozenset[str]
    effort: Effort
    applications: Sequence[Application]


def run(engine: str, databases: Databases, seed: Seed, plan: Plan) -> RunResult:
    with ExitStack() as servers:
        runnings = [_start(servers, it, databases, seed, plan.effort) for it in plan.applications]
        results = {running.name: ApplicationResult() for running in runnings}
        _measure_cases(runnings, results, plan)
        for running in runnings:
            results[running.name].start_seconds = running.start_seconds
            results[running.name].memory_megabytes = pss_megabytes(running.pid)
        if IMPORT in plan.letters:
            _measure_imports(runnings, results, seed, plan.effort)
    return RunResult(engine, databases.version, seed.contact_count, results)


def _start(
    servers: ExitStack, application: Application, databases: Databases, seed: Seed, effort: Effort
) -> Running:
    """Fill a database, start the server on it some times, and keep the last one running."""
    url = databases.create(f"{application.name}_{seed.contact_count}")
    application.load(url, seed)
    starts = []
    for _ in range(effort.starts - 1):
        with serve(application, url) as server:
            starts.append(server.start_seconds)
    server = servers.enter_context(serve(application, url))
    return Running(
        name=application.name,
        target=application.target(server.base_url, seed),
        pid=server.pid,
        start_seconds=statistics.median([*starts, server.start_seconds]),
        url=url,
        databases=databases,
    )


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


def contacts_file(seed: Seed, rows: int, first_number: int) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(IMPORTED_FIELDS)
    for contact in seed.new_contacts(rows, first_number):
        writer.writerow(getattr(contact, name) for name in IMPORTED_FIELDS)
    return text.getvalue().encode()
