"""Restrictions by value: they narrow every read and every write, win over everything, and close when they make no sense."""

from collections.abc import Mapping
from decimal import Decimal

import pytest
from hookline.crm.access.restrictions import faults, fields_of, lift_restriction, limit_role, restrictable
from hookline.crm.access.rights import copy_role, give_rights, limit_fields, rights_of
from hookline.crm.access.roles import Role, restriction
from hookline.crm.access.shares import share_record
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.errors import Forbidden, Invalid, NotFound, Refused
from hookline.kernel.actor import ANY, HOUSE, Action, FieldRight, Level, Restriction
from hookline.kernel.fields import Field
from hookline.kernel.kinds import Reader
from hookline.kernel.restrictions import condition_of, counterparts, operators
from sqlalchemy import insert, select

from tests.town import NOW, Town

ALL: Mapping[str, Mapping[str, Level]] = {kind: {a.value: Level.all for a in Action} for kind in (ANY, HOUSE)}


def limited(town: Town, *limits: tuple[str, str, str, str], name: str = "boris") -> int:
    """A role that gives everything, but only where these hold."""
    with town.as_("ada") as gate:
        role = gate.create(Role, {"name": "Limited"})
        give_rights(gate, role, ALL, [])
        for limit in limits:
            limit_role(gate, role, *limit)
        gate.update(User, town.ids[name], {"roles": (role,)})
    return role


def names(town: Town, name: str = "boris", action: Action = Action.read) -> set[str]:
    with town.as_(name) as gate:
        source = gate.source("deal", action)
        return set(gate.run(select(source.c.name)).scalars())


LEFT = [
    (("deal", "amount", "gte", "50000"), {"Scanners"}),
    (("deal", "amount", "lte", "50000"), {"Мука, 40 тонн"}),
    (("deal", "name", "contains", "МУКА"), {"Мука, 40 тонн"}),
    (("deal", "owner", "is", "me"), {"Scanners"}),
    (("deal", "owner", "not", "me"), {"Мука, 40 тонн"}),
    (("deal", "team", "is", "my_team"), {"Scanners"}),
    (("deal", "outcome", "is", "won"), set()),
    (("deal", "contact", "filled", ""), {"Scanners"}),
    (("deal", "contact", "empty", ""), {"Мука, 40 тонн"}),
    (("deal", "created_at", "within", "today"), {"Scanners", "Мука, 40 тонн"}),
    (("deal", "created_at", "within", "yesterday"), set()),
]


def test_only_what_fulfils_it_is_there_for_any_action(town: Town) -> None:
    role = limited(town)
    for limit, left in LEFT:
        with town.as_("ada") as gate:
            id = limit_role(gate, role, *limit)
        for action in Action:
            if action not in (Action.create, Action.import_):
                assert names(town, action=action) == left, (limit, action)
        with town.as_("ada") as gate:
            lift_restriction(gate, role, id)


def test_several_hold_together(town: Town) -> None:
    limited(town, ("deal", "amount", "gte", "1000"), ("deal", "amount", "lte", "20000"))
    assert names(town) == {"Мука, 40 тонн"}


def test_no_other_role_opens_what_one_limits(town: Town) -> None:
    role = limited(town, ("deal", "amount", "lte", "50000"))
    with town.as_("ada") as gate:
        administrator = gate.scalar(select(Role.id).where(Role.name == "Administrator"))
        gate.update(User, town.ids["boris"], {"roles": (role, administrator)})
    assert names(town) == {"Мука, 40 тонн"}


def test_the_same_as_mine_moves_along(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.update(Team, town.ids["north"], {"region": "Machines"})
    limited(town, ("company", "industry", "same", "team.region"))
    with town.as_("boris") as gate:
        assert gate.find(Company, town.ids["acme"]) is not None
        assert gate.find(Company, town.ids["the_mill"]) is None
    with town.as_("ada") as gate:
        gate.update(Team, town.ids["north"], {"region": "Mills"})
    with town.as_("boris") as gate:
        assert gate.find(Company, town.ids["acme"]) is None


def test_who_has_nothing_to_be_the_same_as_sees_nothing(town: Town) -> None:
    limited(town, ("company", "industry", "same", "team.region"), name="olga")
    with town.as_("olga") as gate:
        assert gate.rows(select(Company.id)) == []


def test_what_is_about_a_record_that_is_closed_is_closed(town: Town) -> None:
    with town.as_("ada") as gate:
        call = gate.create(
            "activity", {"subject": "Call", "about": f"deal:{town.ids['scanners']}", "kind": "call"}
        )
    limited(town, ("deal", "amount", "lte", "50000"))
    with town.as_("boris") as gate:
        assert not gate.visible("activity", [call])


def test_nobody_moves_a_record_out_of_the_limit(town: Town) -> None:
    limited(town, ("deal", "amount", "gte", "50000"))
    with town.as_("boris") as gate:
        with pytest.raises(Invalid, match="amount: This lies outside"):
            gate.update(Deal, town.ids["scanners"], {"amount": Decimal(1)})
        assert gate.get(Deal, town.ids["scanners"]).amount == Decimal("84600.50")
        gate.update(Deal, town.ids["scanners"], {"amount": Decimal(60_000)})
    with town.as_("ada") as gate:
        assert gate.get(Deal, town.ids["scanners"]).amount == Decimal(60_000)


def test_nobody_brings_a_record_in_from_outside(town: Town) -> None:
    limited(town, ("deal", "amount", "gte", "50000"))
    with town.as_("boris") as gate, pytest.raises(NotFound):
        gate.update(Deal, town.ids["flour"], {"amount": Decimal(90_000)})


def test_nobody_makes_a_record_outside_of_the_limit(town: Town) -> None:
    limited(town, ("deal", "amount", "gte", "50000"))
    with town.as_("boris") as gate:
        with pytest.raises(Invalid, match="outside"):
            gate.create(Deal, {"name": "Small", "amount": Decimal(5)})
        made = gate.create_each(
            Deal,
            [
                {"name": "Big", "amount": Decimal(70_000)},
                {"name": "Small", "amount": Decimal(5)},
                {"name": ""},
            ],
        )
        assert isinstance(made[0], int)
        assert [isinstance(found, Refused) for found in made] == [False, True, True]
    with town.as_("ada") as gate:
        assert set(gate.rows(select(Deal.name).where(Deal.name.in_(["Big", "Small"])))) == {("Big",)}


def test_what_one_may_not_see_is_not_named_in_the_refusal(town: Town) -> None:
    role = limited(town, ("deal", "amount", "gte", "50000"))
    with town.as_("ada") as gate:
        limit_fields(gate, role, "deal", {"amount": FieldRight.hidden})
    with town.as_("boris") as gate:
        with pytest.raises(Invalid) as refusal:
            gate.create(Deal, {"name": "Small"})
        assert [p.field for p in refusal.value.problems] == [""]
    assert names(town) == {"Scanners"}


def test_a_share_of_somebody_limited_reaches_as_far_as_the_limit(town: Town) -> None:
    limited(town, ("deal", "amount", "gte", "50000"))
    with town.as_("boris") as gate:
        share_record(gate, "deal", town.ids["scanners"], user=town.ids["clara"])
    assert names(town, "clara") == {"Scanners", "Мука, 40 тонн"}
    with town.as_("ada") as gate:
        gate.update(Deal, town.ids["scanners"], {"amount": Decimal(10)})
    assert names(town, "clara") == {"Мука, 40 тонн"}


def test_one_that_names_a_field_that_is_gone_closes_and_is_told(town: Town) -> None:
    role = limited(town)
    row = {"role": role, "entity": "deal", "field": "c_region", "operator": "is", "value": "North"}
    with town.house() as gate:
        gate.tx.run(insert(restriction).values(**row), why="test")
        gate.configured()
    assert names(town) == set()
    with town.as_("boris") as gate, pytest.raises(Invalid):
        gate.create(Deal, {"name": "New"})
    with town.as_("ada") as gate:
        ((name, found, reason),) = faults(gate)
        assert (name, found.field, str(reason)) == ("Limited", "c_region", "There is no field c_region.")
    assert names(town, "ada") == {"Scanners", "Мука, 40 тонн"}


def test_one_about_records_of_a_plugin_that_is_away_rests(town: Town) -> None:
    role = limited(town)
    row = {"role": role, "entity": "orchard_tree", "field": "fruit", "operator": "is", "value": "apple"}
    with town.house() as gate:
        gate.tx.run(insert(restriction).values(**row), why="test")
        gate.configured()
    assert len(names(town)) == 2
    with town.as_("ada") as gate:
        assert list(faults(gate)) == []


def test_it_can_be_lifted_and_is_copied(town: Town) -> None:
    role = limited(town, ("deal", "amount", "gte", "50000"))
    with town.as_("ada") as gate:
        copy = copy_role(gate, role, "Copy")
        (found,) = rights_of(gate, copy).restrictions
        assert (found.entity, found.field, found.operator, found.value) == ("deal", "amount", "gte", "50000")
        with pytest.raises(NotFound):
            lift_restriction(gate, role, found.id)
        lift_restriction(gate, role, rights_of(gate, role).restrictions[0].id)
    assert len(names(town)) == 2


def test_values_are_read_as_they_are_written_and_kept_in_one_way(town: Town) -> None:
    with town.as_("ada") as gate:
        role = gate.create(Role, {"name": "Limited"})
        russian = Reader(language="ru", now=NOW)
        limit_role(gate, role, "deal", "amount", "gte", "50 000,50", russian)
        limit_role(gate, role, "deal", "closed_on", "gte", "2026-03-01", russian)
        assert {r.value for r in rights_of(gate, role).restrictions} == {"50000.5", "2026-03-01"}


WRONG = [
    ("nonsense", "name", "is", "x"),
    ("user", "name", "is", "x"),
    ("role", "name", "is", "x"),
    ("pipeline", "name", "is", "x"),
    ("deal", "nonsense", "is", "x"),
    ("deal", "amount", "contains", "x"),
    ("deal", "amount", "gte", "much"),
    ("deal", "amount", "gte", " "),
    ("deal", "outcome", "is", "nonsense"),
    ("deal", "owner", "is", "somebody"),
    ("deal", "created_at", "within", "the_stone_age"),
    ("deal", "name", "same", "team.nonsense"),
    ("deal", "name", "is", "x" * 1001),
]


def test_what_means_nothing_is_refused(town: Town) -> None:
    with town.as_("ada") as gate:
        role = gate.create(Role, {"name": "Limited"})
        for wrong in WRONG:
            with pytest.raises(Invalid):
                limit_role(gate, role, *wrong)
        assert rights_of(gate, role).restrictions == ()


def test_only_who_decides_about_roles_limits_them(town: Town) -> None:
    with town.as_("vera") as gate:
        role = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        with pytest.raises(Forbidden):
            limit_role(gate, role, "deal", "amount", "gte", "1")
        with pytest.raises(Forbidden):
            lift_restriction(gate, role, 1)


def test_every_field_and_operator_that_is_offered_makes_a_condition(town: Town) -> None:
    values = {"within": "today", "empty": "1", "filled": "1"}
    with town.as_("ada") as gate:
        tried = 0
        for info in restrictable(gate.schema):
            for spec in fields_of(gate.schema, info):
                for operator in operators(gate.schema, spec):
                    value = values.get(operator, _value(spec))
                    if operator == "same":
                        value = next(counterparts(gate.schema, spec))[0]
                    found = condition_of(gate, info, Restriction(info.name, spec.name, operator, value))
                    assert str(found) != "false", (info.name, spec.name, operator)
                    gate.run(select(info.table.c.id).where(found)).all()
                    tried += 1
    assert tried > 300


def _value(spec: Field) -> str:
    if spec.options:
        return next(iter(spec.options))
    return {
        "date": "2026-03-01", "datetime": "2026-03-01", "duration": "30", "yes_no": "yes", "phone": "+442079460958",
        "email": "a@example.com", "url": "https://example.com", "record": "deal:1",
    }.get(spec.kind, str(spec.minimum or 1))  # fmt: skip
