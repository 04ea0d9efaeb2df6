"""Merging: two records become one, nothing is lost or left behind, and nobody sees more than before."""

from decimal import Decimal
from typing import Any

import pytest
from hookline.crm import merging
from hookline.crm.access.shares import share_record
from hookline.crm.activities import Activity, write_activity
from hookline.crm.catalogs import Source
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.crm.desks.favourites import favourite
from hookline.crm.merging import Pick, compare, merge, merged_into
from hookline.crm.relations import Relation, RelationKind, relate
from hookline.errors import Conflict, Forbidden, Invalid, NotFound
from hookline.kernel import history
from hookline.kernel.gate import Gate
from hookline.kernel.whole import read_whole
from sqlalchemy import insert, select

from tests.town import NOW, Town


@pytest.fixture
def twins(town: Town) -> Town:
    """Two contacts who are the same person: the second has the deals, the calls and a telephone number."""
    with town.house() as gate:
        acme = gate.create(Company, {"name": "Acme", "owner": town.ids["boris"]})
        shared = {"owner": town.ids["boris"], "last_name": "Weaver"}
        one = gate.create(Contact, {**shared, "first_name": "Ann", "email": "ann@acme.example"})
        two = gate.create(
            Contact,
            {
                **shared,
                "first_name": "Anna",
                "phone": "+442079460000",
                "description": "Likes tea",
                "company": acme,
            },
        )
        deal = gate.create(
            Deal, {"name": "Looms", "owner": town.ids["boris"], "contact": two, "company": acme}
        )
        write_activity(gate, "call", f"contact:{two}", {"subject": "First call"})
        town.ids |= {"ann": one, "anna": two, "looms": deal, "acme_of_anna": acme}
    return town


def _join(town: Town, who: str = "boris", picks: dict[str, Pick] | None = None, **how: Any) -> None:
    with town.as_(who) as gate:
        merge(gate, "contact", town.ids["ann"], town.ids["anna"], picks or {}, **how)


def _values(town: Town, entity: str, name: str, *, who: str = "ada") -> dict[str, Any]:
    with town.as_(who) as gate:
        return dict(read_whole(gate, gate.schema[entity], town.ids[name]).values)


def test_what_was_empty_is_filled_and_what_differs_is_chosen(twins: Town) -> None:
    with twins.as_("boris") as gate:
        found = compare(gate, "contact", twins.ids["ann"], twins.ids["anna"])
        proposed = {pair.field.name: pair.pick for pair in found.pairs}
    assert proposed["phone"] == proposed["company"] == Pick.other
    assert proposed["first_name"] == Pick.kept
    assert "email" not in proposed
    assert "last_name" not in proposed
    _join(twins, picks={"first_name": Pick.other})
    ann = _values(twins, "contact", "ann")
    assert (ann["first_name"], ann["email"], ann["phone"]) == ("Anna", "ann@acme.example", "+442079460000")
    assert ann["name"] == "Anna Weaver"


def test_everything_about_the_other_one_comes_along(twins: Town) -> None:
    ann, anna = twins.ids["ann"], twins.ids["anna"]
    with twins.installation.database.write() as tx:
        for record in (ann, anna):
            star = {"user": twins.ids["boris"], "entity": "contact", "record": record, "at": NOW}
            tx.run(insert(favourite).values(star), why="test")
    _join(twins)
    assert _values(twins, "deal", "looms")["contact"] == ann
    with twins.house() as gate:
        assert set(gate.rows(select(Activity.about))) == {(f"contact:{ann}",)}
        assert read_whole(gate, gate.schema["contact"], anna).trashed
        assert merged_into(gate, "contact", anna) == ann
        assert gate.tx.run(select(favourite.c.record), why="test").scalars().all() == [ann]
        moved = history.list_entries(gate, gate.schema["deal"], twins.ids["looms"])[0]
        assert (moved.user, moved.changes["contact"]) == (twins.ids["boris"], (anna, ann))
        assert history.list_entries(gate, gate.schema["contact"], ann)[0].action == "merged"


def test_what_the_merger_may_not_see_comes_along_too(twins: Town) -> None:
    with twins.house() as gate:
        clara = {"owner": twins.ids["clara"], "team": None, "contact": twins.ids["anna"]}
        twins.ids["secret"] = gate.create(Deal, {"name": "Secret", **clara})
    with twins.as_("boris") as gate:
        assert not gate.visible("deal", [twins.ids["secret"]])
    _join(twins)
    assert _values(twins, "deal", "secret")["contact"] == twins.ids["ann"]


def test_ties_are_joined_and_a_tie_between_the_two_goes(twins: Town) -> None:
    ann, anna, helen = (f"contact:{twins.ids[name]}" for name in ("ann", "anna", "helen"))
    with twins.house() as gate:
        kind = gate.scalar(select(RelationKind.id).limit(1))
        for first, second in ((ann, anna), (ann, helen), (anna, helen), (helen, anna)):
            relate(gate, first, kind, second)
    _join(twins)
    with twins.house() as gate:
        left = gate.rows(select(Relation.about, Relation.other).order_by(Relation.id))
        assert [tuple(row) for row in left] == [(ann, helen), (helen, ann)]


def test_nothing_comes_to_stand_below_itself(town: Town) -> None:
    with town.house() as gate:
        top = gate.create(Company, {"name": "Top"})
        twin = gate.create(Company, {"name": "Holding", "parent": top})
        middle = gate.create(Company, {"name": "Middle", "parent": twin})
        kept = gate.create(Company, {"name": "Holding", "parent": middle})
        leaf = gate.create(Company, {"name": "Leaf", "parent": twin})
        merge(gate, "company", kept, twin, {"parent": Pick.kept})
        parents = dict(
            gate.rows(select(Company.id, Company.parent).where(Company.id.in_((middle, kept, leaf))))
        )
        assert parents == {middle: kept, kept: top, leaf: kept}


def test_entries_of_the_houses_lists_are_not_merged(town: Town) -> None:
    with town.house() as gate:
        first, second = (gate.create(Source, {"name": name}) for name in ("A fair", "A trade fair"))
        with pytest.raises(NotFound):
            merge(gate, "source", first, second, {})


def test_an_amount_never_changes_its_currency(town: Town) -> None:
    with town.house() as gate:
        kept = gate.create(Deal, {"name": "Looms"})
        euros = gate.create(Deal, {"name": "Looms", "amount": Decimal(500), "currency": "EUR"})
        dollars = gate.create(Deal, {"name": "Looms", "amount": Decimal(900), "currency": "USD"})
        merge(gate, "deal", kept, dollars, {})
        assert gate.rows(select(Deal.amount, Deal.currency).where(Deal.id == kept)) == [(Decimal(900), "USD")]
        assert "amount" not in {pair.field.name for pair in compare(gate, "deal", kept, euros).pairs}
        merge(gate, "deal", kept, euros, {})
        assert gate.rows(select(Deal.amount, Deal.currency).where(Deal.id == kept)) == [(Decimal(900), "USD")]


def test_both_rights_are_needed_and_nothing_hidden_is_told(twins: Town) -> None:
    with pytest.raises(Forbidden):
        _join(twins, "olga")
    with twins.house() as gate:
        gate.update(Contact, twins.ids["anna"], {"owner": twins.ids["clara"], "team": None})
    with twins.as_("boris") as gate:
        seen = bool(gate.visible("contact", [twins.ids["anna"]]))
    with pytest.raises(Forbidden if seen else NotFound):
        _join(twins)
    with twins.as_("boris") as gate, pytest.raises(NotFound):
        merge(gate, "contact", twins.ids["ann"], 10**9, {})
    with twins.as_("boris") as gate, pytest.raises(NotFound):
        merge(gate, "contact", twins.ids["ann"], twins.ids["ann"], {})


def test_who_was_given_the_other_one_does_not_get_the_kept_one(twins: Town) -> None:
    with twins.as_("boris") as gate:
        share_record(gate, "contact", twins.ids["anna"], user=twins.ids["clara"], team=None, right="read")
    with twins.as_("clara") as gate:
        before = gate.visible("contact", [twins.ids["ann"]])
    _join(twins)
    with twins.as_("clara") as gate:
        assert gate.visible("contact", [twins.ids["ann"]]) == before


def test_a_refused_merge_leaves_nothing(twins: Town) -> None:
    ann = _values(twins, "contact", "ann")
    with pytest.raises(Conflict):
        _join(twins, versions=(ann["version"], 99))
    with pytest.raises(Invalid):
        _join(twins, picks={"nothing": Pick.kept})
    with pytest.raises(Invalid):
        _join(twins, picks={"first_name": Pick.both})
    assert _values(twins, "contact", "ann") == ann
    assert _values(twins, "deal", "looms")["contact"] == twins.ids["anna"]


def test_what_too_much_points_at_is_kept(twins: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "MOST", 1)
    with pytest.raises(Invalid, match="Too much points at that record"):
        _join(twins)
    assert _values(twins, "deal", "looms")["contact"] == twins.ids["anna"]


def test_a_merge_of_a_merge_leads_to_the_last_one(twins: Town) -> None:
    with twins.house() as gate:
        last = gate.create(Contact, {"first_name": "A.", "last_name": "Weaver", "owner": twins.ids["boris"]})
    _join(twins)
    with twins.as_("boris") as gate:
        merge(gate, "contact", last, twins.ids["ann"], {})
        assert _goes_to(gate, twins) == (last, last)
    with twins.house() as gate:
        assert gate.scalar(select(Deal.contact).where(Deal.id == twins.ids["looms"])) == last


def _goes_to(gate: Gate, town: Town) -> tuple[int | None, int | None]:
    return merged_into(gate, "contact", town.ids["ann"]), merged_into(gate, "contact", town.ids["anna"])
