"""Accounts: who may let people in, change them and send them away, and that somebody always keeps every right."""

import threading
from typing import Any

import pytest
from hookline.crm.access.actors import directory
from hookline.crm.access.rights import copy_role, give_rights
from hookline.crm.access.roles import Role
from hookline.crm.access.users import User
from hookline.crm.sign_in.accounts import (
    invitation,
    invite,
    invite_by_mail,
    list_accounts,
    remove_two_step,
    reset_password,
)
from hookline.crm.sign_in.credentials import set_password
from hookline.crm.sign_in.links import find_link, take_link
from hookline.crm.sign_in.sessions import find_session, find_token, make_token, open_session
from hookline.errors import Forbidden, Invalid, NotProven
from hookline.kernel.actor import ANY
from hookline.kernel.gate import Gate
from sqlalchemy import select

from tests.town import NOW, PASSWORD, Town


def role(gate: Gate, name: str) -> int:
    return int(gate.scalar(select(Role.id).where(Role.name == name)))


def problems(refusal: Invalid) -> dict[str, str]:
    return {p.field: str(p.text) for p in refusal.problems}


def sign_in(town: Town, name: str) -> str:
    with town.installation.database.write() as tx:
        return open_session(tx, town.ids[name], NOW, address="127.0.0.1", agent="test")


def is_signed_in(town: Town, cookie: str) -> bool:
    with town.installation.database.read() as tx:
        return find_session(tx, cookie, NOW) is not None


def user_manager(town: Town) -> None:
    """Max may change people, and is no administrator."""
    with town.as_("ada") as gate:
        made = copy_role(gate, role(gate, "Manager"), "Office")
        give_rights(gate, made, {ANY: {}}, ["admin.users", "reports", "imports"])
        gate.update(User, town.ids["max"], {"roles": (made,)})


def test_an_administrator_lets_somebody_in_by_a_link_that_holds_once(town: Town) -> None:
    with town.as_("ada") as gate:
        values = {"name": "Nina", "email": " Nina@Town.Example ", "roles": (role(gate, "Seller"),)}
        user = invite(gate, values)
        first, second = invitation(gate, user), invitation(gate, user)
    with town.installation.database.write() as tx:
        assert find_link(tx, first, NOW) is None, "another one was made since"
        found = take_link(tx, second, NOW)
        assert found is not None
        assert found.user == user
        assert take_link(tx, second, NOW) is None
        set_password(tx, user, "the miller's own words", NOW)
    assert town.signs_in("NINA@TOWN.EXAMPLE", "the miller's own words") == user


def test_a_first_password_can_be_chosen_and_must_not_be_easy(town: Town) -> None:
    with town.as_("ada") as gate:
        with pytest.raises(Invalid, match="at least 10"):
            invite(gate, {"name": "Nina", "email": "nina@town.example"}, "short")
        user = invite(gate, {"name": "Nora", "email": "nora@town.example"}, "the mill is old")
    assert town.signs_in("nora@town.example", "the mill is old") == user


def test_grave_changes_ask_who_it_is_when_that_was_said_long_ago(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.proven = False
        boris = town.ids["boris"]
        for change in (
            {"roles": (role(gate, "Manager"),)}, {"email": "b@town.example"}, {"active": False},
        ):  # fmt: skip
            with pytest.raises(NotProven):
                gate.update(User, boris, change)
        with pytest.raises(NotProven):
            gate.create(User, {"name": "Nina", "email": "nina@town.example"})
        for verb in (invitation, invite_by_mail, remove_two_step):
            with pytest.raises(NotProven):
                verb(gate, boris)
        gate.update(User, boris, {"job_title": "Scanners"})
        gate.update(User, town.ids["ada"], {"theme": "dark"})


def test_nobody_can_be_let_in_without_an_address(town: Town) -> None:
    with town.as_("ada") as gate, pytest.raises(Invalid) as refusal:
        invite(gate, {"name": "Nina"})
    assert problems(refusal.value) == {"email": "Please fill this in."}


@pytest.mark.parametrize("written", ["boris@town.example", "BORIS@town.example", "  Boris@Town.Example"])
def test_an_address_belongs_to_one_person_however_it_is_written(town: Town, written: str) -> None:
    with town.as_("ada") as gate, pytest.raises(Invalid) as refusal:
        gate.create(User, {"name": "Another", "email": written})
    assert problems(refusal.value) == {"email": "Another record already has this value."}


@pytest.mark.parametrize("who", ["vera", "max", "boris", "olga"])
def test_whoever_has_no_right_on_people_changes_nobody(town: Town, who: str) -> None:
    with town.as_(who) as gate:
        with pytest.raises(Forbidden):
            gate.create(User, {"name": "A friend", "email": "friend@town.example"})
        with pytest.raises(Forbidden):
            gate.update(User, town.ids["clara"], {"name": "Clara the Great"})
        with pytest.raises(Forbidden):
            gate.update(User, town.ids[who], {"roles": (role(gate, "Administrator"),)})
        with pytest.raises(Forbidden):
            reset_password(gate, town.ids["ada"], "the miller's own words")
        with pytest.raises(Forbidden):
            gate.trash(User, town.ids["clara"])


@pytest.mark.parametrize("who", ["boris", "olga"])
def test_everybody_changes_the_own_name_and_looks(town: Town, who: str) -> None:
    with town.as_(who) as gate:
        gate.update(
            User,
            town.ids[who],
            {"name": "Somebody Else", "time_zone": "Asia/Tokyo", "language": "ru", "theme": "dark"},
        )
        assert directory(gate).people[town.ids[who]].name == "Somebody Else"
        with pytest.raises(Forbidden):
            gate.update(User, town.ids[who], {"name": "Again", "active": False})


def test_a_time_zone_must_exist(town: Town) -> None:
    with town.as_("boris") as gate, pytest.raises(Invalid) as refusal:
        gate.update(User, town.ids["boris"], {"time_zone": "Europe/Atlantis"})
    assert list(problems(refusal.value)) == ["time_zone"]


@pytest.mark.parametrize("change", [{"active": False}, {"roles": ()}, {"roles": ("Seller",)}])
def test_the_last_administrator_cannot_be_sent_away(town: Town, change: dict[str, Any]) -> None:
    with town.as_("ada") as gate:
        if "roles" in change:
            change = {"roles": tuple(role(gate, name) for name in change["roles"])}
        with pytest.raises(Invalid) as refusal:
            gate.update(User, town.ids["ada"], change)
        assert set(problems(refusal.value)) == set(change)
    with town.as_("ada") as gate:
        with pytest.raises(Invalid):
            gate.trash(User, town.ids["ada"])
        with pytest.raises(Invalid, match="address"):
            gate.update(User, town.ids["ada"], {"email": None})


def test_with_another_administrator_the_first_one_may_go(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.update(User, town.ids["vera"], {"roles": (role(gate, "Administrator"),)})
    with town.as_("vera") as gate:
        gate.update(User, town.ids["ada"], {"active": False})
        assert [p.name for p in directory(gate).holders(ANY)] == ["Vera"]


def test_taking_back_and_erasing_do_not_lose_the_last_administrator_either(town: Town) -> None:
    """Neither asks a rule, so the check behind the rules must hold."""
    with town.as_("ada") as gate:
        before = gate.get(User, town.ids["vera"]).version
        version = gate.update(User, town.ids["vera"], {"roles": (role(gate, "Administrator"),)})
        assert version == before + 1
    with town.as_("vera") as gate:
        gate.update(User, town.ids["ada"], {"active": False})
    with town.as_("vera") as gate:
        with pytest.raises(Invalid), gate.tx.savepoint():
            gate.revert(User, town.ids["vera"], version)
        with pytest.raises(Invalid), gate.tx.savepoint():
            gate.erase(User, town.ids["vera"])
    with town.as_("vera") as gate:
        assert [p.name for p in directory(gate).holders(ANY)] == ["Vera"]


def test_two_administrators_who_send_each_other_away_at_once_leave_one(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.update(User, town.ids["vera"], {"roles": (role(gate, "Administrator"),)})
    start = threading.Barrier(2)
    refused: list[str] = []

    def send_away(who: str, whom: str) -> None:
        start.wait()
        try:
            with town.as_(who) as gate:
                gate.update(User, town.ids[whom], {"active": False})
        except (Invalid, AssertionError):
            refused.append(who)

    threads = [threading.Thread(target=send_away, args=pair) for pair in (("ada", "vera"), ("vera", "ada"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with town.house() as gate:
        assert len(directory(gate).holders(ANY)) == 1
    assert len(refused) == 1


def test_whoever_is_deactivated_is_out_at_once_and_stays_out_when_let_in_again(town: Town) -> None:
    cookie = sign_in(town, "boris")
    with town.installation.database.write() as tx:
        token = make_token(tx, town.ids["boris"], "robot", "write", NOW)
    with town.as_("ada") as gate:
        gate.update(User, town.ids["boris"], {"active": False})
    assert not is_signed_in(town, cookie)
    with town.installation.database.write() as tx:
        assert find_token(tx, token, NOW) is None
    assert town.signs_in("boris@town.example", PASSWORD) is None
    with town.as_("ada") as gate:
        gate.update(User, town.ids["boris"], {"active": True})
    assert not is_signed_in(town, cookie)
    with town.installation.database.write() as tx:
        assert find_token(tx, token, NOW) is None


def test_other_roles_end_the_sessions_and_other_names_do_not(town: Town) -> None:
    cookie = sign_in(town, "boris")
    with town.as_("ada") as gate:
        gate.update(User, town.ids["boris"], {"name": "Boris the Seller"})
    assert is_signed_in(town, cookie)
    with town.as_("ada") as gate:
        gate.update(User, town.ids["boris"], {"roles": (role(gate, "Manager"),)})
    assert not is_signed_in(town, cookie)


def test_a_new_password_ends_sessions_and_tokens(town: Town) -> None:
    cookie = sign_in(town, "boris")
    with town.installation.database.write() as tx:
        token = make_token(tx, town.ids["boris"], "robot", "write", NOW)
    with town.as_("ada") as gate:
        reset_password(gate, town.ids["boris"], "the miller's own words")
    assert not is_signed_in(town, cookie)
    with town.installation.database.write() as tx:
        assert find_token(tx, token, NOW) is None
    assert town.signs_in("boris@town.example", PASSWORD) is None
    assert town.signs_in("boris@town.example", "the miller's own words") == town.ids["boris"]


def test_whoever_manages_people_cannot_reach_an_administrator_or_become_one(town: Town) -> None:
    user_manager(town)
    with town.as_("max") as gate:
        gate.update(User, town.ids["boris"], {"job_title": "Seller of scanners"})
        reset_password(gate, town.ids["boris"], "the miller's own words")
        invitation(gate, town.ids["boris"])
        for verb in (invitation, remove_two_step, invite_by_mail):
            with pytest.raises(Forbidden, match="rights that you do not have"):
                verb(gate, town.ids["ada"])
        with pytest.raises(Forbidden, match="rights that you do not have"):
            reset_password(gate, town.ids["ada"], "the miller's own words")
        with pytest.raises(Forbidden):
            gate.update(User, town.ids["ada"], {"email": "max2@town.example"})
        with pytest.raises(Forbidden):
            gate.trash(User, town.ids["ada"])
        for roles in ((role(gate, "Administrator"),), (role(gate, "Seller"), role(gate, "Administrator"))):
            with pytest.raises(Invalid) as refusal:
                gate.update(User, town.ids["max"], {"roles": roles})
            assert list(problems(refusal.value)) == ["roles"]
        with pytest.raises(Invalid):
            invite(
                gate,
                {"name": "Puppet", "email": "puppet@town.example", "roles": (role(gate, "Administrator"),)},
            )


def test_nobody_deactivates_or_deletes_the_own_account(town: Town) -> None:
    with town.as_("ada") as gate:
        gate.update(User, town.ids["vera"], {"roles": (role(gate, "Administrator"),)})
    with town.as_("ada") as gate:
        with pytest.raises(Invalid, match="your own account"):
            gate.update(User, town.ids["ada"], {"active": False})
        with pytest.raises(Invalid, match="your own account"):
            gate.trash(User, town.ids["ada"])


def test_the_list_says_who_was_here_last(town: Town) -> None:
    sign_in(town, "boris")
    with town.as_("ada") as gate:
        gate.create(User, {"name": "Zoe"})
        found = {a.name: a for a in list_accounts(gate)}
    assert list(found) == sorted(found)
    assert (found["Boris"].may_sign_in, found["Boris"].seen_at) == (True, NOW)
    assert (found["Clara"].may_sign_in, found["Clara"].seen_at) == (True, None)
    assert (found["Zoe"].may_sign_in, found["Zoe"].email) == (False, None)
