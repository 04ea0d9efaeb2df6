"""Times the requests of a running target, alone and with several users at once."""

from __future__ import annotations

import itertools
import math
import statistics
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from bench.client import Answer, Client
from bench.databases import Databases
from bench.processes import cpu_seconds
from bench.results import CaseResult, Load
from bench.targets import Case, Target

CROWD = 8
WARMING = 20
COUNTED = 5
MOST_REQUESTS = 3000
FEWEST_REQUESTS = 10


@dataclass(frozen=True)
class Running:
    """A target with what is needed to see how much it uses."""

    name: str
    target: Target
    pid: int
    url: str
    databases: Databases
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def client(self) -> Client:
        return Client(self.target.base_url, self.target.headers)

    def case(self, case_id: str) -> Case | None:
        return next((case for case in self.target.cases if case.id == case_id), None)


@dataclass(frozen=True)
class Round:
    """One stretch of requests: their latencies in seconds, how long it took, the CPU seconds it cost."""

    latencies: tuple[float, ...]
    seconds: float
    cpu: float
    database_cpu: float | None


def measure_case(
    runnings: Sequence[Running], case_id: str, *, rounds: int, seconds: float
) -> dict[str, CaseResult]:
    """Measure a case on all targets that have it, in turns, so that a noisy minute falls on each alike."""
    pairs = [(running, case) for running in runnings if (case := running.case(case_id))]
    size = {running.name: _warm(running, case) for running, case in pairs}
    statements = {running.name: _count_statements(running, case) for running, case in pairs}
    alone: dict[str, list[Round]] = {running.name: [] for running, _ in pairs}
    crowded: dict[str, list[Round]] = {running.name: [] for running, _ in pairs}
    for _ in range(rounds):
        for running, case in pairs:
            alone[running.name].append(_round(running, case, 1, seconds))
            crowded[running.name].append(_round(running, case, CROWD, seconds / 2))
    return {
        running.name: CaseResult(
            kilobytes=size[running.name] / 1024,
            statements=statements[running.name],
            alone=summarize(alone[running.name]),
            crowded=summarize(crowded[running.name]),
        )
        for running, _ in pairs
    }


def import_speed(running: Running, file: bytes, rows: int) -> float:
    """Rows a second of one import of `rows` contacts."""
    with running.client() as client:
        start = time.perf_counter()
        running.target.import_contacts(client, file)
        return rows / (time.perf_counter() - start)


def summarize(rounds: Iterable[Round]) -> Load:
    """p50 is the median of the rounds' medians, which one disturbed round cannot move; the rest is pooled."""
    rounds = list(rounds)
    latencies = sorted(latency for one in rounds for latency in one.latencies)
    count = len(latencies)
    database_cpu = [one.database_cpu for one in rounds if one.database_cpu is not None]
    return Load(
        requests=count,
        p50=statistics.median(statistics.median(one.latencies) for one in rounds) * 1000,
        p99=latencies[math.ceil(count * 0.99) - 1] * 1000,
        cpu=sum(one.cpu for one in rounds) / count * 1000,
        database_cpu=sum(database_cpu) / count * 1000 if database_cpu else None,
        per_second=count / sum(one.seconds for one in rounds),
    )


def _warm(running: Running, case: Case) -> int:
    """Reach every worker over several connections, check the page, and give its size in bytes."""
    size = 0
    for _ in range(WARMING):
        with running.client() as client:
            answer = _ask(running, client, case)
            answer = _ask(running, client, case)
        found = answer.text.count(case.proof)
        if found < case.proof_count:
            raise RuntimeError(
                f"{running.name}, case {case.id}: {case.path} shows {case.proof!r} {found} times,"
                f" not {case.proof_count}: {answer.text[:500]}"
            )
        size = len(answer.body)
    return size


def _count_statements(running: Running, case: Case) -> float | None:
    """Statements a request: counted by the database where it can, else told by the application."""
    before = running.databases.statement_count(running.url)
    with running.client() as client:
        answers = [_ask(running, client, case) for _ in range(COUNTED)]
    after = running.databases.statement_count(running.url)
    if before is not None and after is not None:
        return (after - before) / COUNTED
    header = running.target.statements_header
    if header is None:
        return None
    return statistics.mean(int(answer.headers[header]) for answer in answers)


def _round(running: Running, case: Case, users: int, seconds: float) -> Round:
    database = running.databases.server_pid
    cpu = cpu_seconds(running.pid)
    database_cpu = cpu_seconds(database) if database else 0.0
    start = time.perf_counter()
    with ThreadPoolExecutor(users) as crowd:
        stretches = [crowd.submit(_stretch, running, case, start + seconds) for _ in range(users)]
        latencies = tuple(latency for stretch in stretches for latency in stretch.result())
    return Round(
        latencies=latencies,
        seconds=time.perf_counter() - start,
        cpu=cpu_seconds(running.pid) - cpu,
        database_cpu=cpu_seconds(database) - database_cpu if database else None,
    )


def _stretch(running: Running, case: Case, deadline: float) -> list[float]:
    latencies: list[float] = []
    with running.client() as client:
        while len(latencies) < MOST_REQUESTS:
            if len(latencies) >= FEWEST_REQUESTS and time.perf_counter() >= deadline:
                break
            latencies.append(_ask(running, client, case).seconds)
    return latencies


def _ask(running: Running, client: Client, case: Case) -> Answer:
    body = case.body(next(running.numbers)) if case.body else None
    answer = client.request(case.method, case.path, body, case.content_type if body else None)
    if answer.status != case.status:
        raise RuntimeError(
            f"{running.name}, case {case.id}: {case.path} answered {answer.status}: {answer.text[:500]}"
        )
    return answer
