"""Small results to compare and to show: only the numbers that a test is about need to be named."""

from bench.comparisons import FLOOR, PRODUCT
from bench.results import ApplicationResult, CaseResult, Load, RunResult


def a_load(p50: float = 1, cpu: float = 1, database_cpu: float | None = None) -> Load:
    return Load(requests=100, p50=p50, p99=p50 * 2, cpu=cpu, database_cpu=database_cpu, per_second=500)


def a_case(p50: float = 1, *, cpu: float = 1, statements: float | None = 1) -> CaseResult:
    load = a_load(p50, cpu)
    return CaseResult(kilobytes=20, statements=statements, alone=load, crowded=load)


def an_application(
    memory: float = 100, start: float = 1, rows: float | None = None, **cases: CaseResult
) -> ApplicationResult:
    named = {name.replace("_", " "): case for name, case in cases.items()}
    return ApplicationResult(named, import_rows_per_second=rows, memory_megabytes=memory, start_seconds=start)


def a_run(floor: ApplicationResult, product: ApplicationResult, contacts: int = 1000) -> RunResult:
    return RunResult("sqlite", "SQLite 3", contacts, {FLOOR: floor, PRODUCT: product})
