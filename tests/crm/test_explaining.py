"""Explaining: the page's verdict is the gate's, for every kind of record, every person and every action."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hookline.crm.access.actors import actor_of
from hookline.crm.access.explaining import ACTIONS, Explanation, Verdict, explain
from hookline.crm.access.restrictions import limit_role
from hookline.crm.access.rights import limit_fields
from hookline.crm.access.roles import Role
from hookline.crm.access.shares import share_record
from hookline.crm.deals import Deal
from hookline.errors import NotFound
from hookline.kernel.actor import Action, FieldRight, Level
from hookline.kernel.gate import Gate
from sqlalchemy import select

from tests.town import PEOPLE, Town


def asked(gate: Gate, town: Town, who: str, record: str = "scanners", entity: str = "deal") -> Explanation:
    actor = actor_of(gate, town.ids[who])
    assert actor is not None
    return explain(gate, gate.schema[entity], town.ids[record], actor)


def of(found: Explanation, action: Action) -> Verdict:
    return next(v for v in found.verdicts if v.action == action)


def unsettle(town: Town) -> None:
    """Shares, limits and records about records, so that every part of a rule is there somewhere."""
    with town.as_("boris") as gate:
        share_record(gate, "deal", town.ids["scanners"], user=town.ids["clara"], right="edit")
        about = {"about": f"deal:{town.ids['scanners']}"}
        town.ids["call"] = gate.create("activity", {"subject": "Call", "kind": "call", **about})
    with town.as_("ada") as gate:
        share_record(gate, "company", town.ids["acme"], team=town.ids["south"])
        manager = gate.scalar(select(Role.id).where(Role.name == "Manager"))
        limit_role(gate, manager, "deal", "amount", "gte", "50000")
        limit_role(gate, manager, "company", "industry", "same", "team.region")
        gate.create(
            Deal,
            {"name": "Of the house", "amount": Decimal(99_000), "owner": None, "team": town.ids["north"]},
        )


def test_the_verdict_is_the_gates_for_everything_and_everybody(town: Town) -> None:
    unsettle(town)
    tried, differing = 0, []
    with town.as_("ada") as gate:
        for info in gate.schema.entities.values():
            ids = sorted(gate.run(select(gate.source(info.name).c.id)).scalars())[:6]
            for name in PEOPLE:
                actor = actor_of(gate, town.ids[name])
                assert actor is not None
                theirs = gate.through(actor)
                allowed = {action: theirs.visible(info.name, ids, action=action) for action in ACTIONS}
                for id in ids:
                    for verdict in explain(gate, info, id, actor).verdicts:
                        tried += 1
                        if verdict.allowed != (id in allowed[verdict.action]):
                            differing.append((info.name, id, name, verdict.action))
    assert not differing
    assert tried > 1000


def test_the_parts_add_up_to_the_verdict(town: Town) -> None:
    unsettle(town)
    with town.as_("ada") as gate:
        for entity, record in (
            ("deal", "scanners"),
            ("deal", "flour"),
            ("company", "acme"),
            ("activity", "call"),
        ):
            for name in PEOPLE:
                for v in asked(gate, town, name, record, entity).verdicts:
                    opened, kept = any(r.holds for r in v.opens), all(r.holds for r in v.limits)
                    assert v.allowed == (opened and kept), (entity, record, name, v)


def test_it_says_what_decided(town: Town) -> None:
    unsettle(town)
    with town.as_("ada") as gate:
        boris = of(asked(gate, town, "boris"), Action.edit)
        assert [(r.ground.kind, r.holds) for r in boris.opens] == [("own", True)]
        clara = of(asked(gate, town, "clara"), Action.edit)
        assert [(r.ground.kind, r.holds) for r in clara.opens] == [("own", False), ("share", True)]
        assert clara.opens[1].ground.lending is not None
        assert clara.opens[1].ground.lending.giver.name == "Boris"
        vera = of(asked(gate, town, "vera", "flour"), Action.edit)
        assert [(r.ground.kind, r.holds) for r in vera.opens] == [("own", False), ("subteams", True)]
        high = of(asked(gate, town, "max"), Action.read)
        assert [(r.ground.kind, r.holds) for r in high.limits] == [("restriction", True)]
        assert [role for role, _ in high.roles] == ["Manager"]
        olga = of(asked(gate, town, "olga"), Action.edit)
        assert (olga.allowed, olga.level, list(olga.opens)) == (False, Level.none, [])
        call = of(asked(gate, town, "clara", "call", "activity"), Action.read)
        opened = [r.ground.lending.entity for r in call.opens if r.holds and r.ground.lending is not None]
        assert opened == ["deal"]
        assert [(r.ground.kind, r.holds) for r in call.limits] == [("about", True)]


def test_permissions_that_open_a_kind_of_record_are_named(town: Town) -> None:
    with town.as_("ada") as gate:
        assert "pipelines.edit" in of(asked(gate, town, "vera", "new", "stage"), Action.edit).permissions
        assert of(asked(gate, town, "boris", "new", "stage"), Action.edit).permissions == []


def test_fields_are_told_by_what_one_may_do_with_them(town: Town) -> None:
    with town.as_("ada") as gate:
        seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        limit_fields(gate, seller, "deal", {"amount": FieldRight.hidden, "source": FieldRight.read})
    with town.as_("ada") as gate:
        fields = asked(gate, town, "boris").fields
        assert [f.name for f in fields[FieldRight.hidden]] == ["amount"]
        assert "source" in [f.name for f in fields[FieldRight.read]]
        assert "name" in [f.name for f in fields[FieldRight.write]]
    with town.as_("boris") as gate:
        told = asked(gate, town, "boris").fields
        assert "amount" not in [f.name for fields in told.values() for f in fields]


def test_nothing_is_told_of_a_record_that_the_asker_does_not_see(town: Town) -> None:
    with town.as_("clara") as gate:
        for id in (town.ids["scanners"], 10**6, 0, 2**70):
            with pytest.raises(NotFound):
                explain(gate, gate.schema[Deal], id, gate.actor)
    with town.as_("boris") as gate:
        limited = replace(gate.actor, fields={("deal", "owner"): FieldRight.hidden})
        gate.actor = limited
        assert explain(gate, gate.schema[Deal], town.ids["scanners"], gate.actor).owner is None
