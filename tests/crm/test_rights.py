"""Rights: what roles give, how several roles add up, and who may change that."""

from collections.abc import Mapping

import pytest
from hookline.crm.access.permissions import PERMISSIONS
from hookline.crm.access.rights import copy_role, give_rights, limit_fields, people_with, rights_of
from hookline.crm.access.roles import DEFAULT_ROLES, Role
from hookline.crm.access.users import User
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.crm.pipelines import Pipeline
from hookline.errors import Forbidden, Invalid, NotFound
from hookline.kernel.actor import ANY, HOUSE, Action, FieldRight, Level
from hookline.kernel.gate import Gate
from sqlalchemy import select

from tests.town import Town

READ_ALL = {"read": Level.all}


def role(gate: Gate, name: str) -> int:
    return int(gate.scalar(select(Role.id).where(Role.name == name)))


def give(
    town: Town, name: str, levels: Mapping[str, Mapping[str, Level]], permissions: tuple[str, ...] = ()
) -> int:
    """A new role of Boris's, beside nothing else."""
    with town.as_("ada") as gate:
        made = gate.create(Role, {"name": name})
        give_rights(gate, made, levels, permissions)
        gate.update(User, town.ids["boris"], {"roles": (made,)})
    return made


def test_changes_hold_from_the_next_transaction_on(town: Town) -> None:
    with town.as_("boris") as gate:
        assert gate.find(Deal, town.ids["flour"]) is None
        seller = role(gate, "Seller")
    with town.as_("ada") as gate:
        give_rights(gate, seller, {ANY: READ_ALL}, ["reports"])
    with town.as_("boris") as gate:
        assert gate.get(Deal, town.ids["flour"]).name == "Мука, 40 тонн"
        with pytest.raises(Forbidden):
            gate.update(Deal, town.ids["scanners"], {"name": "Mine"})


def test_of_several_roles_the_widest_right_holds_also_where_only_one_names_the_entity(town: Town) -> None:
    with town.as_("ada") as gate:
        wide, narrow = gate.create(Role, {"name": "Wide"}), gate.create(Role, {"name": "Narrow"})
        give_rights(gate, wide, {ANY: READ_ALL}, [])
        give_rights(gate, narrow, {"deal": {"read": Level.own, "edit": Level.own}}, [])
        gate.update(User, town.ids["boris"], {"roles": (wide, narrow)})
    with town.as_("boris") as gate:
        assert gate.find(Deal, town.ids["flour"]) is not None
        assert gate.actor.level("deal", Action.edit, owned=True) == Level.own
        assert gate.actor.level("company", Action.edit, owned=True) == Level.none


def test_a_hidden_field_stays_hidden_until_one_role_shows_it(town: Town) -> None:
    made = give(town, "Blind", {ANY: READ_ALL})
    with town.as_("ada") as gate:
        limit_fields(gate, made, "deal", {"amount": FieldRight.hidden, "name": FieldRight.write})
    with town.as_("boris") as gate:
        assert gate.get(Deal, town.ids["scanners"]).amount is None
    with town.as_("ada") as gate:
        gate.update(User, town.ids["boris"], {"roles": (made, role(gate, "Seller"))})
    with town.as_("boris") as gate:
        assert gate.get(Deal, town.ids["scanners"]).amount is not None


def test_field_rights_of_one_entity_leave_the_others_alone(town: Town) -> None:
    made = give(town, "Blind", {ANY: READ_ALL})
    with town.as_("ada") as gate:
        limit_fields(gate, made, "deal", {"amount": FieldRight.hidden})
        limit_fields(gate, made, "company", {"industry": FieldRight.read})
        limit_fields(gate, made, "deal", {"amount": FieldRight.read})
        assert dict(rights_of(gate, made).fields) == {
            ("deal", "amount"): FieldRight.read,
            ("company", "industry"): FieldRight.read,
        }
        with pytest.raises(Invalid):
            limit_fields(gate, made, "deal", {"nonsense": FieldRight.hidden})
        with pytest.raises(NotFound):
            limit_fields(gate, made, "nonsense", {})


def test_a_permission_brings_the_rights_over_what_it_governs(town: Town) -> None:
    give(town, "Designer", {ANY: READ_ALL}, ("pipelines.edit",))
    with town.as_("boris") as gate:
        gate.update(Pipeline, town.ids["sales"], {"name": "Sales of the town"})
        with pytest.raises(Forbidden):
            gate.update(Company, town.ids["acme"], {"name": "Mine"})


def test_whoever_has_every_right_keeps_it_over_people_whatever_the_matrix_says(town: Town) -> None:
    with town.as_("ada") as gate:
        made = role(gate, "Administrator")
        give_rights(gate, made, {}, [ANY])
        limit_fields(gate, made, "user", {"roles": FieldRight.hidden})
    with town.as_("ada") as gate:
        gate.update(User, town.ids["boris"], {"roles": (role(gate, "Manager"),)})


@pytest.mark.parametrize("who", ["vera", "max", "boris", "olga"])
def test_whoever_may_not_decide_about_roles_changes_none(town: Town, who: str) -> None:
    with town.as_(who) as gate:
        seller = role(gate, "Seller")
        for attempt in (
            lambda: give_rights(gate, seller, {ANY: READ_ALL}, [ANY]),
            lambda: limit_fields(gate, seller, "deal", {}),
            lambda: copy_role(gate, seller, "Mine"),
            lambda: gate.create(Role, {"name": "Mine"}),
            lambda: gate.update(Role, seller, {"name": "Mine"}),
            lambda: gate.trash(Role, seller),
        ):
            with pytest.raises(Forbidden):
                attempt()
    with town.as_("ada") as gate:
        assert rights_of(gate, seller).permissions == {"reports"}


def test_whoever_decides_about_roles_gives_no_permission_beyond_the_own(town: Town) -> None:
    made = give(town, "Steward", {HOUSE: READ_ALL}, ("admin.roles", "reports"))
    with town.as_("boris") as gate:
        give_rights(gate, made, {HOUSE: READ_ALL, ANY: READ_ALL}, ["admin.roles"])
        for permissions in (["admin.roles", "admin.users"], [ANY]):
            with pytest.raises(Invalid, match="yourself"):
                give_rights(gate, made, {}, permissions)
        with pytest.raises(Invalid, match="yourself"):
            copy_role(gate, role(gate, "Administrator"), "Mine")


def test_the_last_role_with_every_right_stays_with_somebody(town: Town) -> None:
    with town.as_("ada") as gate:
        administrator = role(gate, "Administrator")
        with pytest.raises(Invalid, match="every right"):
            give_rights(gate, administrator, {ANY: READ_ALL}, ["admin.roles"])
    with town.as_("ada") as gate:
        assert rights_of(gate, administrator).permissions == {ANY}


def test_a_role_that_somebody_has_stays(town: Town) -> None:
    with town.as_("ada") as gate:
        seller = role(gate, "Seller")
        with pytest.raises(Invalid, match="Boris, Clara"):
            gate.trash(Role, seller)
        spare = copy_role(gate, seller, "Spare")
        gate.trash(Role, spare)
        with pytest.raises(NotFound):
            rights_of(gate, spare)


def test_a_copy_gives_the_same(town: Town) -> None:
    with town.as_("ada") as gate:
        manager = role(gate, "Manager")
        limit_fields(gate, manager, "deal", {"amount": FieldRight.read})
        made, found = copy_role(gate, manager, "Deputy"), rights_of(gate, manager)
        copied = rights_of(gate, made)
        assert (copied.grants, copied.fields, copied.permissions) == (
            found.grants,
            found.fields,
            found.permissions,
        )
        assert people_with(gate, made) == []
        with pytest.raises(Invalid):
            copy_role(gate, manager, "Deputy")


@pytest.mark.parametrize(
    ("levels", "permissions"),
    [
        ({"nonsense": READ_ALL}, []),
        ({ANY: {"fly": Level.all}}, []),
        ({HOUSE: {"read": Level.team}}, []),
        ({"source": {"edit": Level.own}}, []),
        ({}, ["admin.everything"]),
    ],
)
def test_rights_that_mean_nothing_are_refused(
    town: Town, levels: dict[str, dict[str, Level]], permissions: list[str]
) -> None:
    with town.as_("ada") as gate:
        seller = role(gate, "Seller")
        with pytest.raises(Invalid):
            give_rights(gate, seller, levels, permissions)
        assert rights_of(gate, seller).permissions == {"reports"}


def test_the_roles_that_come_along_name_permissions_that_exist() -> None:
    named = {name for *_, permissions in DEFAULT_ROLES for name in permissions}
    assert named - {ANY} <= PERMISSIONS.keys()
