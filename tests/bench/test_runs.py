"""A whole run, as short as can be: it starts servers, asks them, and counts what they used."""

import pytest

from bench.databases import SERVER_VARIABLE, open_databases
from bench.floor.target import Floor
from bench.goals import GOALS
from bench.runs import Effort, Plan, run
from bench.seed import Seed

SHORTEST = Effort(rounds=1, seconds=0.05, starts=1, imports=1, import_rows=100)


def test_a_run_measures_every_case_on_each_engine(
    engine_name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine_name == "postgresql":
        monkeypatch.setenv(SERVER_VARIABLE, request.getfixturevalue("postgres_url"))
    plan = Plan(frozenset("ABCDEFG"), SHORTEST, [Floor()])
    with open_databases(engine_name) as databases:
        result = run(engine_name, databases, Seed(1000), plan)
    floor = result.applications["floor"]
    assert set(floor.cases) == {goal.case for goal in GOALS}
    assert all(case.crowded.requests and case.alone.requests for case in floor.cases.values())
    assert all(case.alone.p99 >= case.alone.p50 > 0 for case in floor.cases.values())
    assert sum(case.crowded.cpu for case in floor.cases.values()) > 0
    assert floor.memory_megabytes > 10
    assert floor.start_seconds > 0
    assert floor.import_rows_per_second
