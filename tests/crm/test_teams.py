"""Teams: a tree without circles, arranged by those who may, emptied before it is thrown away."""

import threading

import pytest
from hookline.crm.access.actors import directory
from hookline.crm.access.teams import Team, below, count_contents
from hookline.crm.access.users import User
from hookline.crm.companies import Company
from hookline.crm.contacts import Contact
from hookline.crm.deals import Deal
from hookline.errors import Forbidden, Invalid
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Town


@given(
    st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 12), max_size=13),
    st.sets(st.integers(0, 12)),
)
def test_the_teams_below_are_found_even_when_some_go_in_a_circle(
    parents: dict[int, int | None], top: set[int]
) -> None:
    found = below(parents, top)
    assert found >= top
    assert all(team in found for team, parent in parents.items() if parent in found)
    assert all(team in top or parents[team] in found for team in found)


def test_a_team_is_never_part_of_itself_or_of_one_below(town: Town) -> None:
    with town.as_("ada") as gate:
        east = gate.create(Team, {"name": "East", "parent": town.ids["south"]})
        for team in (town.ids["north"], town.ids["south"], east):
            with pytest.raises(Invalid) as refusal:
                gate.update(Team, town.ids["north"], {"parent": team})
            assert [p.field for p in refusal.value.problems] == ["parent"]
        gate.update(Team, east, {"parent": town.ids["north"]})
        gate.update(Team, east, {"parent": None})


def test_two_teams_that_are_moved_under_each_other_at_once_make_no_circle(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.update(Team, town.ids["south"], {"parent": None})
    start = threading.Barrier(2)

    def move(team: str, under: str) -> None:
        start.wait()
        try:
            with town.as_("ada") as gate:
                gate.update(Team, town.ids[team], {"parent": town.ids[under]})
        except Invalid:
            refused.append(team)

    refused: list[str] = []
    threads = [threading.Thread(target=move, args=pair) for pair in (("north", "south"), ("south", "north"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    with town.as_("ada") as gate:
        parents = directory(gate).team_parents
    assert list(parents.values()).count(None) == len(parents) - 1


def test_only_somebody_who_works_here_leads_a_team(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.update(Team, town.ids["south"], {"manager": town.ids["max"]})
        gate.update(User, town.ids["clara"], {"active": False})
        with pytest.raises(Invalid) as refusal:
            gate.update(Team, town.ids["south"], {"manager": town.ids["clara"]})
    assert [p.field for p in refusal.value.problems] == ["manager"]
    with town.as_("max") as gate:
        assert town.ids["south"] in gate.actor.below


def test_a_team_goes_to_the_trash_only_when_it_is_empty(town: Town) -> None:
    with town.as_("ada") as gate:
        assert count_contents(gate, town.ids["south"]) == {
            "Users": 1,
            "Companies": 1,
            "Contacts": 1,
            "Deals": 1,
        }
        with pytest.raises(Invalid) as refusal:
            gate.trash(Team, town.ids["south"])
        assert len(refusal.value.problems) == 4
        gate.update(User, town.ids["clara"], {"team": town.ids["north"]})
        for entity, id in ((Company, "the_mill"), (Contact, "ivan"), (Deal, "flour")):
            gate.update(entity, town.ids[id], {"team": town.ids["north"]})
        gate.trash(Team, town.ids["south"])
        assert town.ids["south"] not in directory(gate).teams


def test_a_team_with_a_team_below_stays(town: Town) -> None:
    with town.as_("ada") as gate:
        top = gate.create(Team, {"name": "Top"})
        gate.create(Team, {"name": "Below", "parent": top})
        with pytest.raises(Invalid, match="Teams"):
            gate.trash(Team, top)


@pytest.mark.parametrize("who", ["vera", "max", "boris", "olga"])
def test_whoever_may_not_arrange_teams_leaves_them(town: Town, who: str) -> None:
    with town.as_(who) as gate:
        with pytest.raises(Forbidden):
            gate.create(Team, {"name": "Mine"})
        with pytest.raises(Forbidden):
            gate.update(Team, town.ids["north"], {"manager": town.ids[who]})
        with pytest.raises(Forbidden):
            gate.trash(Team, town.ids["south"])
