"""Random steps at several tills, a thousand runs of fifty, against a ledger written a second time. Run by hand, on both engines.

In the plugin's folder: `pytest bench/ledger.py --engine=all -s`, with RUNS, STEPS and ROUNDS in the environment for other numbers.
"""

import importlib.util
import os
import sys
import threading
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from hookline_sdk import Contact, Invalid, Text, func, select
from hookline_sdk.testing import Clock, Crm, Make
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from hookline_loyalty.points.data import Entry, Unit
from hookline_loyalty.points.ledger import account_of, balance, burn, earn

RUNS = int(os.environ.get("RUNS", "1000"))
STEPS = int(os.environ.get("STEPS", "50"))
ROUNDS = int(os.environ.get("ROUNDS", "20"))
TILLS = 50


def test_a_thousand_runs_of_fifty_steps(crm: Crm, clock: Clock) -> None:
    """Prints how much was done, and fails with the steps that led to a wrong balance."""
    steps = _steps()
    counted: dict[str, int] = {}
    began, engine = time.perf_counter(), crm.url.partition(":")[0]

    def tell() -> None:
        print(f"{engine}: {counted}, {time.perf_counter() - began:.0f} s", flush=True)

    def teardown(self: object) -> None:
        steps.LedgerSteps.teardown(self)
        # The kit keeps what each hook was called with: gates, and all that they hold.
        crm.hooks.clear()
        if counted["runs"] % 10 == 0:
            tell()

    given = {"crm": crm, "clock": clock, "counted": counted, "teardown": teardown}
    machine = type("Steps", (steps.LedgerSteps,), given)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            suppress_health_check=[
                HealthCheck.too_slow,
                HealthCheck.data_too_large,
                HealthCheck.filter_too_much,
                HealthCheck.function_scoped_fixture,
            ],
        ),
    )
    with crm.house() as gate:
        print(f"\n{gate.scalar(select(func.count(Entry.id)))} entries, no difference")
    tell()


def test_fifty_tills_at_one_balance(crm: Crm, make: Make) -> None:
    """Prints how often exactly what a balance covers was used."""
    exact, began = 0, time.perf_counter()
    contacts = [contact.id for contact in make.many(Contact, ROUNDS)]
    crm.settle()
    for place, contact in enumerate(contacts):
        covers = 1 + 7 * place % TILLS
        with crm.house() as gate:
            account = account_of(gate, contact, Unit.points)
            earn(gate, account, Decimal(covers), source="first", why=Text("For a purchase"))
        done = _race(crm, account)
        with crm.house() as gate:
            exact += done == covers and balance(gate, account) == 0
    seconds = time.perf_counter() - began
    engine = crm.url.partition(":")[0]
    print(f"\n{engine}: {ROUNDS} rounds of {TILLS} tills, exactly what it covers in {exact}, {seconds:.1f} s")
    assert exact == ROUNDS


def _race(crm: Crm, account: int) -> int:
    done: list[int] = []
    start = threading.Barrier(TILLS)

    def come(number: int) -> None:
        start.wait()
        try:
            with crm.home.house("a race") as gate:
                burn(gate, account, Decimal(1), source=f"till:{number}", why=Text("Used"))
            done.append(number)
        except Invalid:
            pass

    threads = [threading.Thread(target=come, args=(number,)) for number in range(TILLS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


def _steps() -> Any:
    path = Path(__file__).parents[1] / "tests" / "test_ledger_steps.py"
    spec = importlib.util.spec_from_file_location("ledger_steps", path)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    sys.modules["ledger_steps"] = found
    spec.loader.exec_module(found)
    return found
