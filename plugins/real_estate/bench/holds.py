"""Fifty want one unit at the same moment, a hundred times: how often exactly one of them got it. Run by hand, on both engines.

In the plugin's folder: `pytest bench/holds.py --engine=all -s`, with ROUNDS and PEOPLE in the environment for other numbers.
"""

import os
import threading
import time
from collections import Counter

from hookline_sdk import Contact, select
from hookline_sdk.testing import Crm, Make

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.holds.holding import Holding, Kept, hold_for

ROUNDS = int(os.environ.get("ROUNDS", "100"))
PEOPLE = int(os.environ.get("PEOPLE", "50"))


def test_one_of_fifty_gets_the_unit_each_time(crm: Crm, make: Make) -> None:
    """Prints the result, and fails where a round had not exactly one winner and places from 1 to 49."""
    contacts = [contact.id for contact in make.many(Contact, PEOPLE)]
    units = make.many(Unit, ROUNDS)
    crm.settle()
    winners: Counter[int] = Counter()
    errors: list[str] = []
    began = time.perf_counter()
    for unit in units:
        said = _round(crm, unit, contacts, errors)
        with crm.writing() as gate:
            states = Counter(state for (state,) in gate.rows(select(Hold.state).where(Hold.unit == unit.id)))
        assert sorted(kept.place for kept in said) == list(range(PEOPLE)), errors[:3]
        assert states == {"active": 1, "waiting": PEOPLE - 1}
        winners[states["active"]] += 1
    seconds = time.perf_counter() - began
    engine = crm.url.partition(":")[0]
    print(
        f"\n{engine}: {ROUNDS} rounds of {PEOPLE}, exactly one winner in {winners[1]}, {len(errors)} errors,",
        end=" ",
    )
    print(f"{seconds:.1f} s, {1000 * seconds / ROUNDS / PEOPLE:.1f} ms a person")


def _round(crm: Crm, unit: Unit, contacts: list[int], errors: list[str]) -> list[Kept]:
    said: list[Kept] = []
    start = threading.Barrier(len(contacts))

    def come(contact: int) -> None:
        start.wait()
        try:
            with crm.home.house("a race") as gate:
                said.append(hold_for(gate, unit, Holding(contact=contact)))
        except Exception as error:  # noqa: BLE001  # whatever it is, it is what the round has to show
            errors.append(repr(error))

    threads = [threading.Thread(target=come, args=(contact,)) for contact in contacts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said
