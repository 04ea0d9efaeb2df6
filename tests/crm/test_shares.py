"""Shares: one record opened by hand, as far as its giver may at that moment, and what belongs to it along with it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hookline.crm.access.lendings import share
from hookline.crm.access.restrictions import lift_restriction, limit_role
from hookline.crm.access.rights import give_rights, rights_of
from hookline.crm.access.roles import Role
from hookline.crm.access.shares import State, end_share, list_shares, share_record
from hookline.crm.access.users import User
from hookline.crm.activities import Activity
from hookline.crm.audit.trail import audit
from hookline.crm.companies import Company
from hookline.crm.deals import Deal
from hookline.errors import Forbidden, Invalid, NotFound
from hookline.kernel.actor import ANY, HOUSE, Action, Level
from hookline.kernel.gate import Gate
from hookline.kernel.kinds import Reader
from hookline.kernel.lists.listing import ListQuery, fetch
from sqlalchemy import func, select

from tests.town import NOW, Town, open_town


def role_of(town: Town, name: str, levels: dict[str, dict[str, Level]]) -> int:
    """A new role that one of the people has instead of any other."""
    with town.as_("ada") as gate:
        made = gate.create(Role, {"name": f"{name} {len(gate.rows(select(Role.id)))}"})
        give_rights(gate, made, {**levels, HOUSE: {"read": Level.all}}, [])
        gate.update(User, town.ids[name], {"roles": (made,)})
    return made


def give(town: Town, by: str = "boris", to: str = "clara", right: str = "read", **more: object) -> int:
    with town.as_(by) as gate:
        return share_record(gate, "deal", town.ids["scanners"], user=town.ids[to], right=right, **more)  # type: ignore[arg-type]  # the caller names them rightly


def sees(town: Town, name: str = "clara") -> bool:
    with town.as_(name) as gate:
        return gate.find(Deal, town.ids["scanners"]) is not None


def edits(town: Town, name: str = "clara") -> bool:
    with town.as_(name) as gate:
        return bool(gate.visible("deal", [town.ids["scanners"]], action=Action.edit))


def test_a_person_sees_what_was_shared_and_no_more(town: Town) -> None:
    assert not sees(town)
    give(town)
    with town.as_("clara") as gate:
        assert gate.get(Deal, town.ids["scanners"]).name == "Scanners"
        assert {row.name for row in gate.rows(select(Deal.name))} == {"Scanners", "Мука, 40 тонн"}
        with pytest.raises(Forbidden):
            gate.update(Deal, town.ids["scanners"], {"name": "Mine"})
        for action in (Action.edit, Action.delete, Action.assign, Action.share, Action.export):
            assert not gate.visible("deal", [town.ids["scanners"]], action=action), action


def test_a_share_to_edit_lets_edit_and_nothing_else(town: Town) -> None:
    give(town, right="edit")
    with town.as_("clara") as gate:
        gate.update(Deal, town.ids["scanners"], {"name": "Ours"})
        with pytest.raises(Forbidden):
            gate.trash(Deal, town.ids["scanners"])
        with pytest.raises(Forbidden):
            gate.update(Deal, town.ids["scanners"], {"owner": town.ids["clara"]})
        with pytest.raises(Forbidden):
            share_record(gate, "deal", town.ids["scanners"], user=town.ids["max"])


def test_a_team_has_what_was_shared_with_it(town: Town) -> None:
    with town.as_("boris") as gate:
        share_record(gate, "deal", town.ids["scanners"], team=town.ids["south"])
    assert sees(town)
    with town.as_("ada") as gate:
        gate.update(User, town.ids["clara"], {"team": town.ids["north"]})
    assert not sees(town)


def test_a_share_ends_at_its_time(town: Town) -> None:
    number = give(town, expires_at=NOW + timedelta(hours=1))
    assert sees(town)
    with town.house() as gate:
        late = NOW - timedelta(seconds=1)
        gate.tx.run(share.update().where(share.c.id == number).values(expires_at=late), why="test")
    assert not sees(town)
    with town.as_("boris") as gate:
        assert [s.state for s in list_shares(gate, "deal", town.ids["scanners"])] == [State.ended]


def test_a_share_can_be_ended(town: Town) -> None:
    number = give(town)
    with town.as_("clara") as gate, pytest.raises(Forbidden):
        end_share(gate, "deal", town.ids["scanners"], number)
    with town.as_("boris") as gate:
        with pytest.raises(NotFound):
            end_share(gate, "deal", town.ids["scanners"], number + 1)
        end_share(gate, "deal", town.ids["scanners"], number)
    assert not sees(town)


def _leaves(gate: Gate, town: Town) -> None:
    gate.update(User, town.ids["boris"], {"active": False})


def _gives_away(gate: Gate, town: Town) -> None:
    gate.update(Deal, town.ids["scanners"], {"owner": town.ids["max"]})


def _loses_the_role(gate: Gate, town: Town) -> None:
    gate.update(User, town.ids["boris"], {"roles": ()})


def _is_limited(gate: Gate, town: Town) -> None:
    seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
    limit_role(gate, seller, "deal", "name", "contains", "flour")


@pytest.mark.parametrize("change", [_leaves, _gives_away, _loses_the_role, _is_limited])
def test_a_share_stays_recorded_but_reaches_no_further_than_its_giver(
    town: Town, change: Callable[[Gate, Town], None]
) -> None:
    give(town, right="edit")
    assert edits(town)
    with town.as_("ada") as gate:
        change(gate, town)
    assert not sees(town)
    with town.as_("ada") as gate:
        (found,) = list_shares(gate, "deal", town.ids["scanners"])
        assert (found.state, found.by) == (State.dormant, town.ids["boris"])


def test_it_holds_again_when_the_giver_may_again_and_only_as_far(town: Town) -> None:
    give(town, right="edit")
    role_of(town, "boris", {ANY: {"read": Level.all}})
    assert sees(town)
    assert not edits(town)
    with town.as_("ada") as gate:
        seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
        gate.update(User, town.ids["boris"], {"roles": (seller,)})
    assert edits(town)


def test_nobody_gives_more_than_the_own(town: Town) -> None:
    role_of(town, "boris", {ANY: {"read": Level.own, "share": Level.own}})
    with pytest.raises(Forbidden, match="edit yourself"):
        give(town, right="edit")
    give(town, right="read")
    role_of(town, "boris", {ANY: {"read": Level.own}})
    with pytest.raises(Forbidden, match="may not share"):
        give(town)
    with town.as_("clara") as gate, pytest.raises(NotFound):
        share_record(gate, "company", 2**62, user=town.ids["max"])


def test_what_was_lent_to_edit_is_not_passed_on(town: Town) -> None:
    """Who may share all deals, but edits this one only by a share, lets nobody edit it."""
    role_of(town, "clara", {ANY: {"read": Level.all, "share": Level.all}})
    give(town, right="edit")
    assert edits(town)
    with pytest.raises(Forbidden, match="edit yourself"):
        give(town, by="clara", to="olga", right="edit")


def test_what_limits_a_role_wins_over_shares(town: Town) -> None:
    made = role_of(town, "clara", {ANY: {"read": Level.own}})
    give(town)
    assert sees(town)
    with town.as_("ada") as gate:
        limit_role(gate, made, "deal", "name", "contains", "Мука")
    assert not sees(town)


def test_what_belongs_to_a_record_follows_it(town: Town) -> None:
    with town.as_("boris") as gate:
        about = f"deal:{town.ids['scanners']}"
        call = gate.create(Activity, {"subject": "Call", "kind": "call", "about": about})
        other = gate.create(
            Activity, {"subject": "Other", "kind": "call", "about": f"company:{town.ids['acme']}"}
        )
    with town.as_("clara") as gate:
        assert gate.find(Activity, call) is None
    give(town)
    with town.as_("clara") as gate:
        assert gate.get(Activity, call).subject == "Call"
        assert gate.find(Activity, other) is None
        with pytest.raises(Forbidden):
            gate.update(Activity, call, {"subject": "Mine"})
    give(town, right="edit")
    with town.as_("clara") as gate:
        gate.update(Activity, call, {"subject": "Ours"})


def test_one_may_look_at_a_kind_of_record_of_which_one_has_only_shares(town: Town) -> None:
    role_of(town, "clara", {ANY: {}})
    with town.as_("clara") as gate:
        assert not gate.may("deal", Action.read)
    give(town)
    with town.as_("clara") as gate:
        assert gate.may("deal", Action.read)
        assert not gate.may("deal", Action.edit)
        assert not gate.may("company", Action.read)


def test_sharing_again_changes_the_share(town: Town) -> None:
    first = give(town)
    assert give(town, right="edit", reason="  Holiday\ncover ") == first
    with town.as_("boris") as gate:
        (found,) = list_shares(gate, "deal", town.ids["scanners"])
        assert (found.right, found.reason) == ("edit", "Holiday cover")


def test_shares_that_mean_nothing_are_refused(town: Town) -> None:
    wrong: list[dict[str, object]] = [
        {},
        {"user": 0},
        {"team": 10**9},
        {"user": 3, "team": 1},
        {"user": 4, "right": "own"},
        {"user": 5, "right": "delete"},
        {"user": 5, "expires_at": NOW},
        {"user": 5, "reason": "x" * 501},
        {"user": 5, "reason": "\x00"},
    ]
    with town.as_("boris") as gate:
        for given in wrong:
            with pytest.raises(Invalid):
                share_record(gate, "deal", town.ids["scanners"], **given)  # type: ignore[arg-type]  # wrong on purpose
        assert gate.tx.run(select(func.count()).select_from(share), why="test").scalar() == 0


def test_only_what_belongs_to_somebody_is_shared(town: Town) -> None:
    with town.as_("ada") as gate:
        for entity in ("user", "team", "activity", "stage"):
            with pytest.raises(NotFound):
                share_record(gate, entity, 1, user=town.ids["max"])


def test_shares_go_with_an_erased_record(town: Town) -> None:
    with town.as_("ada") as gate:
        id = gate.create(Company, {"name": "Short"})
        share_record(gate, "company", id, user=town.ids["clara"])
        gate.trash(Company, id)
        gate.erase(Company, id)
        assert gate.tx.run(select(func.count()).select_from(share), why="test").scalar() == 0


def test_whoever_may_only_read_edits_no_shared_record(town: Town) -> None:
    give(town, right="edit")
    with town.as_("clara") as gate:
        gate.actor = replace(gate.actor, read_only=True)
        assert gate.visible("deal", [town.ids["scanners"]])
        assert not gate.visible("deal", [town.ids["scanners"]], action=Action.edit)


def test_sharing_leaves_a_trace(town: Town) -> None:
    number = give(town, reason="Cover")
    with town.as_("boris") as gate:
        end_share(gate, "deal", town.ids["scanners"], number)
    with town.house() as gate:
        rows = gate.tx.run(
            select(audit.c.what, audit.c.about, audit.c.facts).order_by(audit.c.number), why="test"
        ).all()
    told = [row for row in rows if row.what.startswith("share.")]
    assert [(row.what, row.about) for row in told] == [
        ("share.given", f"deal:{town.ids['scanners']}"),
        ("share.ended", f"deal:{town.ids['scanners']}"),
    ]
    assert '"reason":"Cover"' in told[0].facts


def test_a_list_that_was_made_before_lets_go_of_what_expires(town: Town) -> None:
    give(town, expires_at=NOW + timedelta(hours=1))

    def listed(after: timedelta) -> bool:
        with town.as_("clara") as gate:
            gate.now = NOW + after
            page = fetch(gate, gate.schema["deal"], ListQuery(columns=["name"]), Reader(now=gate.now))
            return "Scanners" in {row["name"] for row in page.rows}

    assert [listed(timedelta(hours=hours)) for hours in (0, 2, 0)] == [True, False, True]


def test_a_list_that_was_made_before_knows_what_was_shared_since(town: Town) -> None:
    assert not sees(town)
    with town.as_("clara") as gate:
        assert fetch(gate, gate.schema["deal"], ListQuery(columns=["name"]), Reader(now=NOW)).rows
    give(town)
    with town.as_("clara") as gate:
        page = fetch(gate, gate.schema["deal"], ListQuery(columns=["name"]), Reader(now=NOW))
        assert "Scanners" in {row["name"] for row in page.rows}


def test_what_is_given_and_taken_holds_at_once_in_every_process(town: Town) -> None:
    """Two installations over one database are what two processes are: each remembers for itself."""
    other = open_town(town.installation.database.url)
    other.ids.update(town.ids)
    try:
        assert not sees(other)
        number = give(town)
        assert sees(other)
        with town.as_("ada") as gate:
            seller = gate.scalar(select(Role.id).where(Role.name == "Seller"))
            limit_role(gate, seller, "deal", "name", "contains", "flour")
        assert not sees(other)
        with town.as_("ada") as gate:
            (found,) = rights_of(gate, seller).restrictions
            lift_restriction(gate, seller, found.id)
        assert sees(other)
        with town.as_("boris") as gate:
            end_share(gate, "deal", town.ids["scanners"], number)
        assert not sees(other)
    finally:
        other.installation.database.close()
