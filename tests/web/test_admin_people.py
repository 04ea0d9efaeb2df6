"""/settings/users, /settings/teams and /settings/roles, as an administrator works with them."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hookline.crm.access.actors import directory
from hookline.crm.access.handovers import JOB
from hookline.crm.access.users import User
from hookline.crm.deals import Deal
from hookline.crm.sign_in.links import find_link
from hookline.crm.sign_in.sessions import session
from hookline.kernel.actor import Action, FieldRight, Level, house
from hookline.kernel.background import jobs
from hookline_sdk.testing.elements import Element, read_html
from sqlalchemy import update

from tests.town import NOW, PASSWORD, Town
from tests.web.visitor import ORIGIN, Doors, words

# Accounts, teams and rights are tried on both engines in tests/crm.
pytestmark = pytest.mark.one_engine


def written(page: Element, action: str) -> dict[str, Any]:
    """A form as it stands on the page: what a browser would send without touching anything."""
    form = next(form for form in page.select("form") if form.get("action") == action)
    sent: dict[str, Any] = {}
    for control in form.select("input[name], select[name], textarea[name]"):
        name, kind = str(control["name"]), control.get("type", "")
        if (
            name == "_csrf"
            or control.has_attr("disabled")
            or (kind in ("checkbox", "radio") and not control.has_attr("checked"))
        ):
            continue
        if control.name == "select":
            chosen = [str(option["value"]) for option in control.select("option[selected]")]
            if control.has_attr("multiple"):
                sent[name] = chosen
                continue
            first = control.select_one("option")
            value = chosen[0] if chosen else str(first["value"]) if first else ""
        else:
            value = (
                control.text.removeprefix("\n")
                if control.name == "textarea"
                else str(control.get("value", ""))
            )
        sent[name] = (
            value
            if name not in sent
            else [*([sent[name]] if isinstance(sent[name], str) else sent[name]), value]
        )
    return sent


def role(town: Town, name: str) -> int:
    with town.installation.database.read() as tx:
        roles = directory(town.installation.gate(tx, house("test"))).roles
        return next(id for id, rights in roles.items() if rights.name == name)


def test_somebody_is_let_in_with_a_link_that_is_shown_once(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    form = {
        "name": "Nina",
        "email": "Nina@Town.example",
        "roles": [str(role(town, "Seller"))],
        "team": str(town.ids["south"]),
        "language": "ru",
        "time_zone": "Europe/Moscow",
    }
    answer = ada.post("/settings/users", form)
    assert answer.status_code == 200
    shown = read_html(answer.text).select_one("pre.code")
    assert shown is not None
    with town.installation.database.read() as tx:
        link = find_link(tx, shown.text.strip().removeprefix(f"{ORIGIN}/password/"), NOW)
    assert link is not None
    user = link.user
    assert shown.text.strip() not in ada.get(f"/settings/users/{user}").text
    with town.house() as gate:
        nina = gate.get(User, user)
        assert (nina.language, nina.time_zone, nina.team) == ("ru", "Europe/Moscow", town.ids["south"])
        assert directory(gate).roles_of[user] == (role(town, "Seller"),)


def test_what_is_wrong_with_a_new_account_stands_beside_it_and_nobody_is_let_in(doors: Doors) -> None:
    ada = doors.enter("ada")
    form = {
        "name": "<b>Nina</b>",
        "email": "nina@town.example",
        "language": "en",
        "time_zone": "UTC",
    }
    for change, field, said in (
        ({"email": "BORIS@town.example"}, "email", "Another record already has this value."),
        ({"email": "not an address"}, "email", "is not an e-mail address"),
        ({"email": ""}, "email", "Please fill this in."),
        ({"time_zone": "Europe/Atlantis"}, "time_zone", "Choose one of the time zones."),
    ):
        answer = ada.post("/settings/users", {**form, **change})
        assert answer.status_code == 422
        beside = read_html(answer.text).select_one(f"#f-{field}-error")
        assert beside is not None, field
        assert said in beside.text
        assert "&lt;b&gt;Nina" in answer.text
    with doors.town.house() as gate:
        assert len(directory(gate).people) == 6


def test_the_form_of_an_account_saved_untouched_changes_nothing(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    path = f"/settings/users/{town.ids['boris']}"
    form = written(ada.see(path), path)
    assert form["roles"] == str(role(town, "Seller"))
    ada.walk(path, form)
    with town.house() as gate:
        assert gate.get(User, town.ids["boris"]).version == int(form["version"])
    ada.walk(
        path,
        {**form, "job_title": "Scanners", "roles": [str(role(town, "Seller")), str(role(town, "Manager"))]},
    )
    with town.house() as gate:
        assert gate.get(User, town.ids["boris"]).job_title == "Scanners"
        assert len(directory(gate).roles_of[town.ids["boris"]]) == 2


def test_two_who_change_one_account_do_not_overwrite_each_other(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    path = f"/settings/users/{town.ids['boris']}"
    form = written(ada.see(path), path)
    ada.walk(path, {**form, "job_title": "First"})
    answer = ada.post(path, {**form, "job_title": "Second"})
    assert answer.status_code == 409
    assert "Somebody else saved this record" in words(answer.text)
    assert 'value="Second"' in answer.text
    with town.house() as gate:
        assert gate.get(User, town.ids["boris"]).job_title == "First"


def test_the_administrator_who_changes_the_own_roles_goes_on_with_a_new_session(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    path = f"/settings/users/{town.ids['ada']}"
    answer = ada.post(
        path,
        {
            **written(ada.see(path), path),
            "roles": [str(role(town, "Administrator")), str(role(town, "Seller"))],
        },
    )
    assert answer.status_code == 303
    assert ada.get(path).status_code == 303
    fresh = answer.cookies["hookline_session"]
    assert fresh != ada.cookie
    ada.cookie = fresh
    assert ada.get(path).status_code == 200


def test_the_last_administrator_is_kept_by_the_form_too(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    path = f"/settings/users/{town.ids['ada']}"
    answer = ada.post(path, {**written(ada.see(path), path), "roles": [str(role(town, "Seller"))]})
    assert answer.status_code == 422
    assert "Somebody must keep every right" in words(answer.text)
    refused = ada.post(f"{path}/deactivation", {})
    assert refused.status_code == 422
    assert "You cannot deactivate your own account." in words(refused.text)
    assert ada.get("/settings").status_code == 200


def test_whoever_leaves_hands_the_work_over_in_the_same_step(doors: Doors) -> None:
    ada, boris, town = doors.enter("ada"), doors.enter("boris"), doors.town
    path = f"/settings/users/{town.ids['boris']}"
    assert "3 open records" in words(str(ada.see(path)))
    done = ada.walk(f"{path}/deactivation", {"heir": str(town.ids["clara"])})
    assert "Open records are being handed to Clara." in words(str(done))
    assert "Let the person in again" in words(str(done))
    assert boris.get("/").headers["location"].startswith("/sign-in")
    with town.house() as gate:
        (left,) = jobs.list_jobs(gate.tx, name=JOB)
        assert (left.user, dict(left.args)) == (
            town.ids["ada"],
            {"user": town.ids["boris"], "heir": town.ids["clara"]},
        )
    gone = ada.see("/settings/users?show=gone")
    assert "boris@town.example" in words(str(gone))
    assert "boris@town.example" not in words(str(ada.see("/settings/users")))
    ada.walk(f"{path}/reactivation")
    assert "boris@town.example" in words(str(ada.see("/settings/users")))


def test_a_handover_to_nobody_deactivates_nobody(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    for heir in ("999", "x", str(town.ids["boris"])):
        answer = ada.post(f"/settings/users/{town.ids['boris']}/deactivation", {"heir": heir})
        assert answer.status_code == 422
        assert "Choose somebody else who works here." in words(answer.text)
    with town.house() as gate:
        assert directory(gate).people[town.ids["boris"]].active
        assert jobs.list_jobs(gate.tx, name=JOB) == []
        assert gate.get(Deal, town.ids["scanners"]).owner == town.ids["boris"]


def test_a_forgotten_password_is_replaced(doors: Doors) -> None:
    ada, boris, town = doors.enter("ada"), doors.enter("boris"), doors.town
    path = f"/settings/users/{town.ids['boris']}/link"
    shown = read_html(ada.post(path, {}).text).select_one("pre.code")
    assert shown is not None
    assert boris.get("/me").status_code == 200
    address = shown.text.strip().removeprefix(ORIGIN)
    new = "the miller's own words"
    chosen = doors.client.post(
        address, data={"password": new, "again": new}, headers={"origin": ORIGIN}, follow_redirects=False
    )
    assert chosen.headers["location"] == "/sign-in"
    doors.client.cookies.clear()
    assert boris.get("/me").status_code == 303
    assert town.signs_in("boris@town.example", PASSWORD) is None
    assert town.signs_in("boris@town.example", new) == town.ids["boris"]
    assert doors.client.get(address).status_code == 404


def test_people_are_found_by_name_and_address(doors: Doors) -> None:
    ada = doors.enter("ada")
    page = ada.see("/settings/users?q=BOR")
    assert [a.text for a in page.select(".entry-main a")] == ["Boris"]
    assert "Nobody here has this name" in words(str(ada.see("/settings/users?q=%3Cscript%3E")))
    assert ada.statements("/settings/users") <= 5


def test_teams_are_made_moved_and_thrown_away(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    ada.walk(
        "/settings/teams",
        {"name": "East", "parent": str(town.ids["south"]), "manager": str(town.ids["max"]), "region": "Орёл"},
    )
    page = ada.see("/settings/teams")
    east = next(a for a in page.select(".entry-main a") if a.text == "East")
    row = east.closest(".entry-main")
    assert row is not None
    assert "depth-2" in row.classes
    path = str(east["href"])
    ada.walk(path, {**written(ada.see(path), path), "parent": ""})
    assert "depth-0" in str(
        next(a for a in ada.see("/settings/teams").select(".entry-main") if "East" in a.text).classes
    )
    north = f"/settings/teams/{town.ids['north']}"
    offered = [option["value"] for option in ada.see(north).select("select[name=parent] option")]
    assert str(town.ids["north"]) not in offered
    assert str(town.ids["south"]) not in offered
    looped = ada.post(north, {**written(ada.see(north), north), "parent": str(town.ids["south"])})
    assert looped.status_code == 422
    assert "cannot be part of itself" in words(looped.text)
    assert ada.post(f"{north}/trash").status_code == 422
    ada.walk(f"{path}/trash")
    assert "East" not in words(str(ada.see("/settings/teams")))


def test_a_role_saved_untouched_gives_what_it_gave(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    for name in ("Administrator", "Head", "Manager", "Seller", "Observer"):
        id = role(town, name)
        with town.house() as gate:
            before = directory(gate).roles[id]
        path = f"/settings/roles/{id}"
        ada.walk(path, written(ada.see(path), path))
        with town.house() as gate:
            after = directory(gate).roles[id]
        unused = {("house", "assign"), ("house", "share")}
        given = {key: level for key, level in before.grants.items() if key not in unused}
        assert (after.grants, after.permissions, after.fields) == (given, before.permissions, before.fields)


def test_what_a_role_gives_is_changed_in_its_form_and_holds_at_once(doors: Doors) -> None:
    ada, boris, town = doors.enter("ada"), doors.enter("boris"), doors.town
    path = f"/settings/roles/{role(town, 'Seller')}"
    assert boris.get(f"/deals/{town.ids['flour']}").status_code == 404
    assert "/settings/users" not in words(str(boris.see("/settings")))
    form = written(ada.see(path), path)
    ada.walk(
        path,
        {**form, "level.deal.read": "4", "level.deal.edit": "0", "permission": ["reports", "admin.users"]},
    )
    assert boris.get(f"/deals/{town.ids['flour']}").status_code == 200
    assert boris.get("/settings/users").status_code == 200
    with town.as_("boris") as gate:
        assert gate.actor.level("deal", Action.edit, owned=True) == Level.none
        assert gate.actor.level("company", Action.edit, owned=True) == Level.own


def test_the_last_role_with_every_right_keeps_it(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    path = f"/settings/roles/{role(town, 'Administrator')}"
    answer = ada.post(path, {**written(ada.see(path), path), "permission": ["admin.users"], "name": "Nobody"})
    assert answer.status_code == 422
    assert "Somebody must keep every right" in words(answer.text)
    with town.house() as gate:
        assert directory(gate).roles[role(town, "Administrator")].permissions == {"*"}


def test_a_role_is_copied_and_thrown_away_when_nobody_has_it(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    seller = role(town, "Seller")
    page = ada.walk(f"/settings/roles/{seller}/copies")
    assert "Seller, copy 1" in words(str(page))
    ada.walk(f"/settings/roles/{seller}/copies")
    made = role(town, "Seller, copy 2")
    ada.walk(f"/settings/roles/{made}/trash")
    refused = ada.post(f"/settings/roles/{seller}/trash")
    assert refused.status_code == 422
    assert "Boris, Clara" in words(refused.text)


def test_fields_are_hidden_from_a_role(doors: Doors) -> None:
    ada, town = doors.enter("ada"), doors.town
    seller = role(town, "Seller")
    path = f"/settings/roles/{seller}/fields/deal"
    form = written(ada.see(path), path)
    assert set(form.values()) == {"2"}
    done = ada.walk(path, {**form, "field.amount": "0", "field.competitor": "1"})
    assert re.search(r"Deals 1 hidden, 1 only seen", words(str(done)))
    with town.as_("boris") as gate:
        assert gate.actor.right("deal", "amount") == FieldRight.hidden
        assert gate.actor.right("deal", "competitor") == FieldRight.read
        assert gate.actor.right("deal", "name") == FieldRight.write
    assert ada.get(f"/settings/roles/{seller}/fields/nonsense").status_code == 404


def test_when_somebody_was_here_is_said_as_past_not_as_late(doors: Doors) -> None:
    ada = doors.enter("ada")
    with doors.town.house() as gate:
        gate.tx.run(update(session).values(seen_at=NOW - timedelta(minutes=5)), why="test")
    seen = [entry.get_text() for entry in ada.see("/settings/users").select(".entry-end")]
    assert any(":" in text for text in seen)
    assert not any("late" in text for text in seen)
