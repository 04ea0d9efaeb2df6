"""Every door that writes, tried by those who may not: signed out, with no rights, with a token that reads, without the
page's token. Each is refused, and nothing is written: no row, no file, nothing for the outbox.
"""

import re
from collections.abc import Iterator

from hookline.web.doors import PUBLIC, SIGNED_IN, Door

from tests.access.asking import Asker
from tests.access.digests import files_of, tables_of
from tests.access.world import World

# What everybody who is signed in does with the own account and the own screen: no right is needed for it.
OWN = frozenset(
    {
        "/me", "/me/theme", "/me/tokens", "/me/sessions/closure", "/view-as/closure", "/me/password", "/me/proof",
        "/me/language", "/me/density", "/me/frame", "/me/notifications", "/notifications/reading", "/favourites", "/recent", "/dashboards",
    }
)  # fmt: skip
# Where strangers come in, by what they know. Each has tests of its own.
WAY_IN = ("/sign-in", "/sign-out", "/password/", "/me/proof")


def test_nobody_without_the_right_writes_anything(world: World, asker: Asker) -> None:
    doors = [door for door in world.doors if door.writes]
    assert len(doors) > 400
    for who, reasons in (("nobody", (403, 404)), ("stranger", (303, 401, 403, 404))):
        before = tables_of(world), files_of(world.folder)
        wrong = list(_refused(world, asker, doors, who, reasons))
        assert not wrong, f"{len(wrong)} of {who}:\n" + "\n".join(wrong[:40])
        assert (tables_of(world), files_of(world.folder)) == before, who


def test_a_token_that_reads_writes_nothing(world: World, asker: Asker) -> None:
    doors = [door for door in world.doors if door.writes and door.api and door.needs != PUBLIC]
    before, wrong = tables_of(world), list[str]()
    for door in doors:
        heard = asker.ask(world.principals["all"], door.method, _filled(world, door), body=b"{}", api=True)
        if heard.status != 403 or "insufficient_scope" not in heard.headers.get("www-authenticate", ""):
            wrong.append(f"{door.method} {door.path}: {heard.status}")
    assert not wrong
    assert tables_of(world) == before
    assert len(doors) > 90


def test_a_form_without_the_pages_token_writes_nothing(world: World, asker: Asker) -> None:
    doors = [door for door in world.doors if door.writes and not door.api and door.needs != PUBLIC]
    before, wrong = (tables_of(world), files_of(world.folder)), list[str]()
    for door in doors:
        heard = asker.post(world.principals["all"], _filled(world, door), {"name": "x"}, csrf=False)
        if heard.status != 403:
            wrong.append(f"{door.method} {door.path}: {heard.status}")
    assert not wrong, "\n".join(wrong[:40])
    assert (tables_of(world), files_of(world.folder)) == before


def _refused(
    world: World, asker: Asker, doors: list[Door], who: str, reasons: tuple[int, ...]
) -> Iterator[str]:
    for door in doors:
        path = _filled(world, door)
        own = door.path in OWN or door.path.startswith(("/me/", *WAY_IN))
        if door.needs == PUBLIC or (door.needs == SIGNED_IN and own and who != "stranger"):
            continue
        if door.api:
            heard = asker.ask(world.principals[who], door.method, path, body=b'{"name": "x"}', writing=True)
        else:
            heard = asker.post(
                world.principals[who], path, {"name": "x", "owner": "1", "id": "1", "all": "1"}
            )
        # A body that is no good may be refused before the record is looked for.
        lawful = heard.status in reasons or (door.api and heard.status == 422)
        if heard.status == 303:
            lawful = lawful and heard.headers.get("location", "").startswith("/sign-in")
        if not lawful:
            yield f"{door.method} {door.path}: {heard.status}"


def _filled(world: World, door: Door) -> str:
    """The door's address with the first record there is in it."""
    names = {
        "field": "name",
        "kind": "note",
        "entity": "deal",
        "plugin": "warden",
        "name": "fears",
        "secret": "x",
        "session": "x",
    }
    path = re.sub(r"\{(\w+):int\}", "1", door.path)
    path = path.replace("{id:str}", "1")
    return re.sub(r"\{(\w+):(str|path)\}", lambda found: names.get(found[1], "x"), path)
