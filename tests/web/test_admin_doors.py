"""Every door of the administration: closed to whoever lacks its permission, and then nothing has changed."""

import re
from collections.abc import Iterator

import pytest
from hookline.kernel.db import Transaction
from hookline.web.admin import home
from hookline.web.admin.doors import admin_doors
from hookline.web.admin.home import PLACES
from hookline.web.doors import SIGNED_IN, Door
from hookline.web.me import account as me
from sqlalchemy import select

from tests.town import Town, columns_of_the_core, tables_of_the_core
from tests.web.visitor import Doors, words

# The settings of plugins have no page without one that has some: tests/web/test_contributed.py opens them.
DOORS = [d for d in admin_doors() if d.needs != SIGNED_IN and not d.path.startswith("/settings/plugins/")]
# What a request may write though it is refused: when a session was last used.
MAY_CHANGE = {"session"}
FORM = {
    "name": "Mine",
    "email": "mine@town.example",
    "roles": "1",
    "permission": "*",
    "level.*.read": "4",
    "heir": "2",
    "password": "a long enough password",
    "label": "Mine",
    "kind": "text",
    "house_name": "Mine",
    "currency": "EUR",
    "currencies": "EUR",
    "region": "GB",
    "subscriber": "x.y",
    "parent": "",
    "manager": "3",
    "to": "up",
    "field.amount": "0",
}


def address(door: Door, town: Town) -> str:
    values = {
        "entity": "source" if "/lists/" in door.path else "deal",
        "name": "size",
        "session": "x",
        "number": "1",
        "id": str(number(door, town)),
    }
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: values[found[1]], door.path)


def number(door: Door, town: Town) -> int:
    if "/users/" in door.path:
        return town.ids["clara"]
    return town.ids["south"] if "/teams/" in door.path else 1


def everything(tx: Transaction) -> Iterator[tuple[str, list[str]]]:
    for table in tables_of_the_core():
        if table.name not in MAY_CHANGE:
            yield (
                table.name,
                sorted(str(tuple(row)) for row in tx.run(select(*columns_of_the_core(table)), why="test")),
            )


def in_the_house(town: Town) -> dict[str, list[str]]:
    with town.installation.database.read() as tx:
        return dict(everything(tx))


def test_each_door_says_what_it_needs() -> None:
    assert len(DOORS) > 40
    assert {door.needs for door in DOORS} == {
        "admin.users",
        "admin.roles",
        "admin.fields",
        "admin.settings",
        "admin.jobs",
        "admin.audit",
        "admin.privacy",
        "admin.view_as",
        "admin.webhooks",
    }


@pytest.mark.parametrize("who", ["boris", "vera"])
def test_whoever_lacks_the_permission_is_refused_everywhere_and_changes_nothing(
    doors: Doors, who: str
) -> None:
    visitor, before = doors.enter(who), in_the_house(doors.town)
    for door in DOORS:
        path = address(door, doors.town)
        answer = visitor.get(path) if door.method == "GET" else visitor.post(path, FORM)
        assert answer.status_code in (403, 404), f"{door.method} {path}: {answer.status_code}"
    assert in_the_house(doors.town) == before


def test_a_stranger_is_sent_to_sign_in(doors: Doors) -> None:
    before = in_the_house(doors.town)
    for door in [*DOORS, *home.door.doors, *me.door.doors]:
        doors.client.cookies.clear()
        path = address(door, doors.town)
        answer = doors.client.request(
            door.method, path, data=FORM if door.writes else None, follow_redirects=False
        )
        assert answer.status_code in (303, 403), f"{door.method} {path}: {answer.status_code}"
    assert in_the_house(doors.town) == before


def test_a_form_without_the_token_of_the_page_is_refused(doors: Doors) -> None:
    ada, before = doors.enter("ada"), in_the_house(doors.town)
    ada.csrf = "forged"
    for door in DOORS:
        if door.writes:
            assert ada.post(address(door, doors.town), FORM).status_code == 403
    assert in_the_house(doors.town) == before


def test_the_administrator_sees_every_place_and_a_seller_only_the_own_account(doors: Doors) -> None:
    shown = {str(link["href"]) for link in doors.enter("ada").see("/settings").select("a.place")}
    assert shown == {place.url for _, places in PLACES for place in places}
    assert {str(link["href"]) for link in doors.enter("boris").see("/settings").select("a.place")} == {
        "/me",
        "/me/tokens",
    }
    assert "/settings/pipelines" in {
        str(link["href"]) for link in doors.enter("vera").see("/settings").select("a.place")
    }


def test_every_page_opens_for_the_administrator(doors: Doors) -> None:
    ada = doors.enter("ada")
    ada.walk("/settings/fields/deal", {"label": "Size", "kind": "text"})
    rule = {"entity": "lead", "since": "created_at", "days": "365", "way": "trash"}
    ada.walk("/settings/privacy/rules", rule)
    ada.post("/settings/webhooks", {"name": "Shop", "url": "https://shop.example/", "all": "1"})
    for door in DOORS:
        if door.method == "GET":
            page = ada.see(address(door, doors.town))
            assert page.select_one("h1"), door.path


@pytest.mark.parametrize("number", ["0", "999999", "9223372036854775808", "99999999999999999999999"])
def test_numbers_that_nobody_has_are_not_found(doors: Doors, number: str) -> None:
    ada, before = doors.enter("ada"), in_the_house(doors.town)
    for door in DOORS:
        if "{id:int}" in door.path:
            path = address(door, doors.town).replace(
                f"/{globals()['number'](door, doors.town)}", f"/{number}", 1
            )
            answer = ada.get(path) if door.method == "GET" else ada.post(path, FORM)
            assert answer.status_code in (404, 422), (
                f"{door.method} {path}: {answer.status_code} {words(answer.text)[:300]}"
            )
    assert in_the_house(doors.town) == before
