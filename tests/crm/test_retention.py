"""How long data are kept: rules count what they take, take it at night, and leave everything else."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.leads import Lead
from hookline.crm.persons.erasures import list_erasures
from hookline.crm.retention.policies import Rule, count_due, dated, find_rule, keep_rule
from hookline.crm.settings import set_setting
from hookline.errors import Forbidden, Invalid
from hookline.kernel.background.jobs import JobState, enqueue, find_job
from hookline.kernel.gate import Gate
from hookline.settings import Settings
from hookline.start import create_worker
from sqlalchemy import select, update

from tests.town import Town

RULE = Rule(0, "lead", "status=new", "created_at", 365, "erase", active=True)


@pytest.fixture
def house(town: Town, tmp_path: Path) -> Town:
    """The town with a data folder of its own."""
    town.installation.settings = replace(Settings(), data_dir=tmp_path / "data")
    return town


def test_a_rule_erases_what_is_older_and_fits(house: Town) -> None:
    with house.as_("ada") as gate:
        old = [_lead(gate, f"Old {number}", 400) for number in range(3)]
        young, working = _lead(gate, "Young", 300), _lead(gate, "Working", 400)
        gate.update(Lead, working, {"status": "working"})
        rule = keep_rule(gate, RULE)
        assert count_due(gate, find_rule(gate, rule)) == 3
    _night(house)
    with house.as_("ada") as gate:
        assert gate.run(select(gate.schema[Lead].table.c.id)).scalars().all() == [young, working]
        done = find_rule(gate, rule)
        assert (done.last, done.ran_at) == ({"erased": 3}, gate.now)
        (entry,) = list_erasures(gate.tx)
        assert (sorted(id for _, id, _ in entry.people), entry.by) == (old, None)
        assert entry.settled_at == gate.now


def test_a_rule_puts_into_the_trash_and_the_trash_is_emptied_later(house: Town) -> None:
    with house.as_("ada") as gate:
        lead = _lead(gate, "Old", 400)
        keep_rule(gate, replace(RULE, way="trash"))
        set_setting(gate, "trash_days", 30)
    _night(house)
    with house.as_("ada") as gate:
        trashed = gate.find(Lead, lead, trash=True)
        assert trashed is not None
        table = gate.schema[Lead].table
        gate.run(update(table).values(trashed_at=gate.now - timedelta(days=31)))
    _night(house)
    with house.as_("ada") as gate:
        assert gate.find(Lead, lead, trash=True) is None


def test_whoever_had_something_to_do_lately_is_kept(house: Town) -> None:
    with house.as_("ada") as gate:
        table = gate.schema[Contact].table
        gate.run(update(table).values(created_at=gate.now - timedelta(days=2000)))
        helen, ivan = house.ids["helen"], house.ids["ivan"]
        gate.create(Activity, {"subject": "Call", "about": f"contact:{ivan}"})
        rule = replace(RULE, entity="contact", query="", since="last_activity", days=1000)
        assert count_due(gate, rule) == 1
        gate.create(Activity, {"subject": "Call", "about": f"deal:{house.ids['scanners']}", "contact": helen})
        assert count_due(gate, rule) == 0


def test_a_rule_that_is_off_does_nothing(house: Town) -> None:
    with house.as_("ada") as gate:
        lead = _lead(gate, "Old", 400)
        keep_rule(gate, replace(RULE, active=False))
    _night(house)
    with house.as_("ada") as gate:
        assert gate.find(Lead, lead) is not None


@pytest.mark.parametrize(
    "wrong",
    [{"days": 0}, {"days": 40_000}, {"way": "burn"}, {"since": "name"}, {"query": "x=1"}, {"entity": "role"}],
)
def test_a_wrong_rule_is_refused(town: Town, wrong: dict[str, object]) -> None:
    with town.as_("ada") as gate, pytest.raises(Invalid):
        keep_rule(gate, replace(RULE, **wrong))  # type: ignore[arg-type]  # each is of its field's type


def test_rules_take_the_permission(town: Town) -> None:
    with town.as_("vera") as gate, pytest.raises(Forbidden):
        keep_rule(gate, RULE)


def test_ages_are_counted_from_days_and_moments_and_the_last_activity(town: Town) -> None:
    with town.as_("ada") as gate:
        assert {"created_at", "birthday", "last_activity"} <= set(dated(gate.schema[Contact]))
        assert "last_activity" not in dated(gate.schema[Activity])


def _lead(gate: Gate, name: str, days: int) -> int:
    id = gate.create(Lead, {"name": name})
    table = gate.schema[Lead].table
    gate.run(update(table).where(table.c.id == id).values(created_at=gate.now - timedelta(days=days)))
    return id


def _night(house: Town) -> None:
    """The nightly job, to its end."""
    with house.house() as gate:
        job = enqueue(gate.tx, "core.keep_no_longer", {}, now=gate.now)
    create_worker(house.installation).run_once()
    with house.installation.database.read() as tx:
        found = find_job(tx, job or 0)
        assert found is not None
        assert found.state == JobState.done, found.error
