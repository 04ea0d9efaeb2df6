"""Rights that are taken away while somebody asks hold from the next request on: no answer that begins later succeeds.

Two threads meet at a barrier: one asks again and again, the other takes the right away once. An answer counts as late when
it was begun after the commit that took the right away. On each engine 252 races, 504 in all.
"""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from hookline.crm.access.actors import load_actor
from hookline.crm.access.lendings import share
from hookline.crm.access.roles import Role, grant
from hookline.crm.exports.choosing import read_page
from hookline.crm.sign_in.sessions import close_session, make_token, open_session, revoke_tokens
from hookline.kernel.actor import Action
from hookline.kernel.background.runs import run_next
from hookline.kernel.gate import Gate
from hookline.kernel.memory import configuration_version
from hookline.web.again import again
from hookline.web.guard import COOKIE
from sqlalchemy import delete, insert, select

from tests.access.asking import Asker
from tests.access.oracle import Planted, Principal
from tests.access.world import ORIGIN, World
from tests.town import NOW

pytestmark = pytest.mark.usefixtures("every_core")

HOST = ORIGIN.removeprefix("http://")
Ask = Callable[[], bool]


@pytest.fixture
def owner(world: World) -> Principal:
    """Somebody who sees and exports the own deals."""
    return world.principals["owner"]


@pytest.fixture
def deal(world: World, owner: Principal) -> Planted:
    """One of them."""
    return next(r for r in world.truth.of("deal") if world.truth.sees(owner, r))


def test_a_session_that_was_ended_answers_no_more(
    world: World, asker: Asker, owner: Principal, deal: Planted
) -> None:
    late = 0
    for _ in range(66):
        with world.installation.database.write() as tx:
            secret = open_session(tx, _id(owner), NOW, address="127.0.0.1", agent="race")

        def end(secret: str = secret) -> None:
            with world.installation.database.write() as tx:
                close_session(tx, secret)

        late += race(_asks(asker, owner, deal, {"cookie": f"{COOKIE}={secret}"}), end)
    assert late == 0


def test_a_token_that_was_revoked_answers_no_more(
    world: World, asker: Asker, owner: Principal, deal: Planted
) -> None:
    late, other = 0, world.principals["all"]
    for _ in range(66):
        with world.installation.database.write() as tx:
            secret = make_token(tx, _id(other), "race", "read", NOW)

        def end() -> None:
            with world.installation.database.write() as tx:
                revoke_tokens(tx, _id(other))

        late += race(_asks(asker, other, deal, {"authorization": f"Bearer {secret}"}), end)
    assert late == 0
    with world.installation.database.write() as tx:
        world.tokens["all"] = make_token(tx, _id(other), "test", "read", NOW)
        world.writing["all"] = make_token(tx, _id(other), "writes", "write", NOW)


def test_a_right_that_was_taken_from_a_role_is_gone(
    world: World, asker: Asker, owner: Principal, deal: Planted
) -> None:
    late = 0
    for _ in range(40):
        late += race(_asks(asker, owner, deal, _key(world, owner)), lambda: _take(world, owner, Action.read))
        _give(world, owner, Action.read)
    assert late == 0


def test_a_share_that_was_ended_opens_nothing(world: World, asker: Asker, owner: Principal) -> None:
    late, hidden = 0, next(r for r in world.truth.of("deal") if not world.truth.sees(owner, r))
    here = (share.c.entity == "deal", share.c.record == hidden.id, share.c.user == owner.user)
    row = {
        "entity": "deal", "record": hidden.id, "user": owner.user, "right": "read", "reason": "race", "created_at": NOW,
        "by": world.principals["all"].user,
    }  # fmt: skip
    for _ in range(40):
        with world.house() as gate:
            gate.tx.run(insert(share).values(**row), why="test")

        def end() -> None:
            with world.house() as gate:
                gate.tx.run(delete(share).where(*here), why="test")

        late += race(_asks(asker, owner, hidden, _key(world, owner)), end)
    assert late == 0


def test_a_file_that_is_being_sent_breaks_off(
    world: World, asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every record is a page of its own, and each page is read with the rights of its moment."""
    monkeypatch.setattr("hookline.crm.exports.choosing.PAGE", 1)
    gone, late, begun = threading.Event(), list[bool](), list[bool]()
    who, sent = world.principals["all"], threading.Event()

    def asked_again(visit: Any) -> Any:
        begun.append(gone.is_set())
        return again(visit)

    def page_read(*asked: Any) -> Any:
        page = read_page(*asked)
        late.append(begun[-1])
        sent.set()
        return page

    monkeypatch.setattr("hookline.web.records.exports.again", asked_again)
    monkeypatch.setattr("hookline.web.records.exports.read_page", page_read)

    def ask() -> bool:
        asker.post(who, "/deals/export?format=csv")
        return False

    def end() -> None:
        sent.wait(30)
        _take(world, who, Action.export)

    for _ in range(20):
        gone.clear()
        sent.clear()
        race(ask, end, gone)
        _give(world, who, Action.export)
    assert late
    assert not any(late)
    assert any(begun)


def test_a_file_that_is_being_written_for_later_is_not_finished(
    world: World, asker: Asker, owner: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker finds out who asks for every page: an actor that is loaded late has the right no more."""
    monkeypatch.setattr("hookline.web.records.exports.LARGE", 0)
    late = 0
    for _ in range(20):
        ordered = asker.post(owner, "/deals/export?format=csv&query=column%3Dname")
        assert ordered.status == 303
        gone, found = threading.Event(), list[bool]()

        def load(tx: Any, user: int, gone: threading.Event = gone, found: list[bool] = found) -> Any:
            after = gone.is_set()
            actor = load_actor(tx, world.installation.memory, configuration_version(tx), user, NOW)
            found.append(after and actor is not None and actor.level("deal", Action.export, owned=True) > 0)
            return actor

        def work(load: Any = load) -> bool:
            while run_next(world.installation, load, "race", threading.Event()):
                pass
            return False

        race(work, lambda: _take(world, owner, Action.export), gone)
        assert found
        late += any(found)
        _give(world, owner, Action.export)
    assert late == 0


def race(ask: Ask, end: Callable[[], None], gone: threading.Event | None = None) -> int:
    """How many answers came late: begun after the right was gone, and good."""
    start, ended, late, failed = (
        threading.Barrier(2),
        gone or threading.Event(),
        list[bool](),
        list[BaseException](),
    )

    def asks() -> None:
        try:
            start.wait()
            after = False
            while not after:
                after = ended.is_set()
                good = ask()
                late.append(good and after)
        except BaseException as error:  # noqa: BLE001  # a thread's failure is the test's
            failed.append(error)

    def ends() -> None:
        try:
            start.wait()
            end()
        except BaseException as error:  # noqa: BLE001  # as above
            failed.append(error)
        finally:
            ended.set()

    threads = [threading.Thread(target=asks), threading.Thread(target=ends)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    return sum(late)


def _asks(asker: Asker, who: Principal, record: Planted, key: dict[str, str]) -> Ask:
    def ask() -> bool:
        heard = asker.send(who, "GET", f"/api/v1/deals/{record.id}?fields=name", {"host": HOST, **key}, b"")
        assert heard.status in (200, 401, 403, 404)
        return heard.status == 200

    return ask


def _key(world: World, who: Principal) -> dict[str, str]:
    return {"cookie": f"{COOKIE}={world.cookies[who.name][0]}"}


def _id(who: Principal) -> int:
    assert who.user is not None
    return who.user


def _role(gate: Gate, who: Principal) -> int:
    return int(gate.scalar(select(Role.id).where(Role.name == f"{who.name} 0")))


def _take(world: World, who: Principal, action: Action) -> None:
    with world.house() as gate:
        gate.tx.run(
            delete(grant).where(grant.c.role == _role(gate, who), grant.c.action == action.value), why="test"
        )
        gate.configured()


def _give(world: World, who: Principal, action: Action) -> None:
    levels = {"*": who.roles[0]["*"][action.value], **({"house": 4} if action is Action.read else {})}
    with world.house() as gate:
        rows = [
            {"role": _role(gate, who), "entity": e, "action": action.value, "level": n}
            for e, n in levels.items()
        ]
        gate.tx.run(insert(grant), rows, why="test")
        gate.configured()
