"""A whole record in one statement: the same that the gate gives, with the names of what it points at, for each person."""

import pytest
from hookline.crm.access.roles import Role
from hookline.crm.access.users import User
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.errors import NotFound
from hookline.kernel.actor import Action
from hookline.kernel.whole import read_whole
from sqlalchemy import select

from tests.town import Town


@pytest.mark.parametrize("name", ["ada", "boris", "olga"])
def test_it_holds_what_the_gate_gives(town: Town, name: str) -> None:
    with town.as_(name) as gate:
        info = gate.schema[Deal]
        whole = read_whole(gate, info, town.ids["scanners"])
        record = gate.get(Deal, town.ids["scanners"])
        known = {f.name for f in gate.readable(info) if not f.many} & whole.values.keys()
        assert {"name", "amount", "company", "stage", "owner"} <= known
        assert {n: whole.values[n] for n in known} == {n: getattr(record, n) for n in known}
        assert whole.labels["company"] == "Acme Works"
        assert whole.may(Action.edit) is (name != "olga")
        assert not whole.trashed


def test_it_takes_one_statement(town: Town) -> None:
    with town.as_("boris") as gate:
        read_whole(gate, gate.schema[Deal], town.ids["scanners"])
        before = town.installation.database.statements
        read_whole(gate, gate.schema[Deal], town.ids["scanners"])
        assert town.installation.database.statements == before + 1


def test_what_somebody_may_not_see_has_no_name(town: Town) -> None:
    with town.as_("ada") as gate:
        companies = (
            town.ids["acme"],
            gate.create(Company, {"name": "Hers", "owner": town.ids["clara"], "team": town.ids["south"]}),
        )
        gate.update(Contact, town.ids["helen"], {"companies": companies})
        everything = read_whole(gate, gate.schema[Contact], town.ids["helen"])
        assert [title for _, title in everything.links["companies"]] == ["Acme Works", "Hers"]
    with town.as_("boris") as gate:
        seen = gate.visible("company", list(companies))
        found = read_whole(gate, gate.schema[Contact], town.ids["helen"])
        assert {id for id, _ in found.links["companies"]} == seen
        assert set(found.values["companies"]) == seen


def test_what_is_not_seen_is_not_there(town: Town) -> None:
    with town.as_("boris") as gate:
        for id in (town.ids["flour"], 99_999, 0, -1):
            with pytest.raises(NotFound):
                read_whole(gate, gate.schema[Deal], id)


def test_a_statement_is_built_anew_when_rights_change(town: Town) -> None:
    """What is kept for one set of rights never answers for another."""
    flour = town.ids["flour"]
    with town.as_("boris") as gate:
        for _ in range(2):
            with pytest.raises(NotFound):
                read_whole(gate, gate.schema[Deal], flour)
    with town.as_("vera") as gate:
        assert read_whole(gate, gate.schema[Deal], flour).values["id"] == flour
    with town.house() as gate:
        head = gate.scalar(select(Role.id).where(Role.name == "Head"))
        gate.update(User, town.ids["boris"], {"roles": (head,)})
        gate.configured()
    with town.as_("boris") as gate:
        assert read_whole(gate, gate.schema[Deal], flour).may(Action.edit)
    with town.house() as gate:
        seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        gate.update(User, town.ids["boris"], {"roles": (seller,)})
        gate.configured()
    with town.as_("boris") as gate, pytest.raises(NotFound):
        read_whole(gate, gate.schema[Deal], flour)
