"""Handing over: what is open goes to the heir, what is closed stays, and nothing goes beyond the rights of who asked."""

import threading

import pytest
from hookline.crm.access.actors import load_actor
from hookline.crm.access.handovers import count_open, start_handover
from hookline.crm.access.users import User
from hookline.crm.activities import Activity
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.leads import Lead, refuse
from hookline.crm.stages import close
from hookline.errors import Forbidden, Invalid, NotFound
from hookline.kernel.actor import Actor
from hookline.kernel.background.jobs import JobState, find_job
from hookline.kernel.background.runs import run_next
from hookline.kernel.db import Transaction
from hookline.kernel.memory import configuration_version
from sqlalchemy import select

from tests.town import NOW, Town


def work(town: Town) -> None:
    def rights(tx: Transaction, user: int) -> Actor | None:
        return load_actor(tx, town.installation.memory, configuration_version(tx), user, NOW)

    while run_next(town.installation, rights, "worker", threading.Event()):
        pass


def owners(town: Town, entity: type[Company | Contact | Deal | Lead | Activity]) -> dict[str, int | None]:
    with town.house() as gate:
        info = gate.schema[entity]
        source = gate.source(info.name)
        return dict(gate.run(select(source.c[info.title.name], source.c.owner)).all())


def test_open_records_go_to_the_heir_and_closed_ones_stay(town: Town) -> None:
    boris, clara = town.ids["boris"], town.ids["clara"]
    with town.as_("boris") as gate:
        won = gate.create(Deal, {"name": "Won already", "company": town.ids["acme"]})
        close(gate, Deal, won, "won")
        gate.create(Activity, {"subject": "To call", "kind": "call", "due_at": NOW})
        gate.create(Activity, {"subject": "Called", "kind": "call", "done_at": NOW})
        gate.create(Lead, {"name": "Fresh"})
        lost = gate.create(Lead, {"name": "Refused"})
        refuse(gate, lost, gate.scalar(select(gate.schema["lost_reason"].cls.id)))
    with town.as_("ada") as gate:
        assert count_open(gate, boris) == 5
        job = start_handover(gate, boris, clara)
        gate.update(User, boris, {"active": False})
    work(town)
    assert owners(town, Deal) == {"Scanners": clara, "Won already": boris, "Мука, 40 тонн": clara}
    assert owners(town, Activity) == {"To call": clara, "Called": boris}
    assert owners(town, Lead) == {"Fresh": clara, "Refused": boris}
    assert owners(town, Company)["Acme Works"] == clara
    with town.as_("ada") as gate:
        done = find_job(gate.tx, job)
        assert done is not None
        assert (done.state, done.result) == (JobState.done, {"moved": 5, "left": 0})
        assert gate.get(Deal, town.ids["scanners"]).team == town.ids["south"]
        assert count_open(gate, boris) == 0


def test_many_records_are_moved_in_several_transactions(town: Town) -> None:
    with town.as_("boris") as gate:
        gate.create_many(Contact, [{"first_name": f"Contact {n}"} for n in range(120)])
    with town.as_("ada") as gate:
        job = start_handover(gate, town.ids["boris"], town.ids["vera"])
    work(town)
    with town.as_("ada") as gate:
        done = find_job(gate.tx, job)
        assert done is not None
        assert (done.state, done.progress, done.total) == (JobState.done, 123, 123)
        assert count_open(gate, town.ids["boris"]) == 0


def test_only_those_who_manage_people_hand_over_and_only_to_somebody_else_here(town: Town) -> None:
    with town.as_("vera") as gate, pytest.raises(Forbidden):
        start_handover(gate, town.ids["boris"], town.ids["clara"])
    with town.as_("ada") as gate:
        gate.update(User, town.ids["clara"], {"active": False})
        for heir in (town.ids["boris"], town.ids["clara"], 0, 2**40):
            with pytest.raises(Invalid):
                start_handover(gate, town.ids["boris"], heir)
        with pytest.raises(NotFound):
            start_handover(gate, 2**40, town.ids["vera"])
