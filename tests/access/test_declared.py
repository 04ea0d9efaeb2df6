"""Every door says what it needs, only a few need nothing, and an application with a door that does not say it stays shut."""

from pathlib import Path

import pytest
from hookline.app import create_app
from hookline.crm.access.permissions import PERMISSIONS
from hookline.errors import SettingsError
from hookline.settings import Settings
from hookline.web.doors import PUBLIC, SIGNED_IN, Door
from hookline.web.me import my_day
from hookline.web.visit import Answer

from tests.access.world import ORIGIN, World

# Addresses that answer to strangers, besides the two that answer everybody that nothing is there.
PUBLIC_ADDRESSES = {
    "/sign-in",
    "/sign-in/code",
    "/sign-in/forgotten",
    "/sign-in/oidc",
    "/sign-in/oidc/callback",
    "/password/{secret:str}",
    "/sign-out",
    "/feed/{secret:str}",
}
# Whose every address is sealed by the house: without a link that it has made nothing is there.
LINKED = {"/p/{plugin:str}/{name:str}/{sealed:str}", "/public/{key:str}/{address:str}"}
NOTHING_THERE = {"/{path:path}", "/api/{path:path}"}


def test_strangers_are_answered_at_eight_addresses_at_most(world: World) -> None:
    public = {door.path for door in world.doors if door.needs == PUBLIC}
    assert public - NOTHING_THERE - LINKED == PUBLIC_ADDRESSES
    assert {door.path for door in world.doors if door.linked} == LINKED
    assert len(PUBLIC_ADDRESSES) <= 8


def test_what_a_door_needs_is_a_permission_that_there_is(world: World) -> None:
    named = {door.needs for door in world.doors} - {PUBLIC, SIGNED_IN}
    assert "" not in named
    assert named <= set(PERMISSIONS)


def test_an_application_with_an_undeclared_door_does_not_start(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    undeclared = Door("GET", "/loose", "", lambda _visit: Answer(), name="loose")
    monkeypatch.setattr(my_day.door, "doors", [*my_day.door.doors, undeclared])
    settings = Settings(database_url=world.installation.database.url, data_dir=tmp_path, base_url=ORIGIN)
    with pytest.raises(SettingsError, match="GET /loose does not say who may use it"):
        create_app(settings, world.installation)
