"""The outbox: who hears what, when, how often, and what a failure or a death does."""

import threading
from datetime import timedelta

import pytest
from hookline.kernel.background import outbox
from hookline.kernel.background.events import MAX_DEPTH
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.rules import Change
from hookline.kernel.tables import delivery, event
from sqlalchemy import func, select

from tests.kernel.mill import Clock, Sack, add_sacks, open_mill


def deliver_all(home: Installation) -> int:
    count = 0
    while outbox.deliver_next(home):
        count += 1
    return count


def set_weight(home: Installation, sack: int, weight: int) -> None:
    with home.house("weighing") as gate:
        gate.update(Sack, sack, {"weight": weight})


def test_every_saved_change_is_told_once_in_order(mill_url: str) -> None:
    listener, heard = Plugin("listener"), list[tuple[str, object]]()

    @listener.after_commit(Sack)
    def hear(news: Change, gate: Gate) -> None:
        heard.append((news.name, news.changes.get("weight")))

    with open_mill(mill_url, listener) as home:
        (sack,) = add_sacks(home, 1)
        set_weight(home, sack, 5)
        with home.house("clearing") as gate:
            gate.trash(Sack, sack)
            gate.restore(Sack, sack)
        assert deliver_all(home) == 4
        assert deliver_all(home) == 0
    names = ["mill_sack.created", "mill_sack.changed", "mill_sack.trashed", "mill_sack.restored"]
    assert heard == list(zip(names, [(None, 0), (0, 5), None, None], strict=True))


def test_nothing_is_told_of_what_was_rolled_back(mill_url: str) -> None:
    listener = Plugin("listener")

    @listener.after_commit(Sack)
    def hear(news: Change, gate: Gate) -> None:
        raise AssertionError("nothing has happened")

    with open_mill(mill_url, listener) as home:
        with pytest.raises(ZeroDivisionError), home.house("milling") as gate:
            _ = gate.create(Sack, {"name": "never"}) / 0
        assert deliver_all(home) == 0


def test_a_listener_of_some_fields_hears_of_no_others(mill_url: str) -> None:
    listener, heard = Plugin("listener"), list[str]()

    @listener.after_commit(Sack, fields=("note",))
    def hear(news: Change, gate: Gate) -> None:
        heard.append(news.name)

    with open_mill(mill_url, listener) as home:
        (sack,) = add_sacks(home, 1)
        set_weight(home, sack, 5)
        with home.house("writing") as gate:
            gate.update(Sack, sack, {"note": "rye", "weight": 6})
        with home.database.read() as tx:
            assert tx.run(select(func.count()).select_from(event), why="test").scalar_one() == 1
        assert deliver_all(home) == 1
    assert heard == ["mill_sack.changed"]


def test_a_failing_listener_holds_up_nobody_and_leaves_nothing_behind(mill_url: str) -> None:
    listener, heard, clock = Plugin("listener"), list[int](), Clock()

    @listener.after_commit(Sack)
    def fail_on_the_first(news: Change, gate: Gate) -> None:
        gate.create(Sack, {"name": f"from {news.id}", "note": "kept only when all goes well"})
        if news.changes["name"][1] == "sack 0":
            raise RuntimeError("torn")

    @listener.after_commit(Sack)
    def hear(news: Change, gate: Gate) -> None:
        heard.append(news.record)

    with open_mill(mill_url, listener, clock=clock) as home:
        sacks = add_sacks(home, 3)
        for _ in range(6):
            assert outbox.deliver_next(home)
        assert heard == sacks
        with home.database.read() as tx:
            assert tx.run(select(func.count()).select_from(Sack), why="test").scalar_one() == 3 + 2
            waiting = tx.run(select(delivery).where(delivery.c.error.is_not(None)), why="test").one()
    assert waiting.attempts == 1
    assert waiting.due_at == clock.now + timedelta(seconds=10)
    assert "RuntimeError: torn" in waiting.error


def test_a_delivery_is_tried_with_growing_pauses_then_parked_and_can_be_replayed(mill_url: str) -> None:
    listener, seen, clock = Plugin("listener"), list[tuple[int, float]](), Clock()
    started, mended = clock.now, threading.Event()

    @listener.after_commit(Sack)
    def fail(news: Change, gate: Gate) -> None:
        seen.append((news.id, (clock.now - started).total_seconds()))
        if not mended.is_set():
            raise RuntimeError("still broken")

    with open_mill(mill_url, listener, clock=clock) as home:
        add_sacks(home, 1)
        for _ in range(400):
            deliver_all(home)
            clock.pass_(seconds=10)
        assert [at for _, at in seen] == [0, 10, 30, 70, 150, 310, 630, 1270]
        assert len({id for id, _ in seen}) == 1
        with home.database.write() as tx:
            (parked,) = outbox.list_parked(tx)
            assert (parked["subscriber"], parked["name"]) == ("listener.fail", "mill_sack.created")
            assert parked["attempts"] == outbox.ATTEMPTS
            assert outbox.count_open(tx) == (0, 1)
            assert not outbox.replay(tx, parked["event"], "listener.other", clock.now)
            assert outbox.replay(tx, parked["event"], "listener.fail", clock.now)
            assert not outbox.replay(tx, parked["event"], "listener.fail", clock.now)
        mended.set()
        assert deliver_all(home) == 1
        with home.database.read() as tx:
            assert outbox.count_open(tx) == (0, 0)
    assert len(seen) == 9


def test_what_a_dead_worker_held_is_delivered_by_another_and_the_dead_one_can_end_nothing(
    mill_url: str,
) -> None:
    listener, heard, clock = Plugin("listener"), list[int](), Clock()

    @listener.after_commit(Sack)
    def hear(news: Change, gate: Gate) -> None:
        heard.append(news.id)

    with open_mill(mill_url, listener, clock=clock) as home:
        (sack,) = add_sacks(home, 1)
        set_weight(home, sack, 9)
        held = outbox._take(home.database, ["listener.hear"], clock.now)
        assert held is not None
        assert not outbox.deliver_next(home), (
            "news of one record keep their order: the later waits for the one in hand"
        )
        clock.pass_(minutes=2)
        assert deliver_all(home) == 2
        assert heard == sorted(heard)
        assert heard[0] == held.told.id
        with home.database.write() as tx:
            assert not outbox._settle(tx, held, {"done_at": clock.now, "due_at": None, "error": None})


def test_parallel_workers_deliver_each_once_and_each_record_in_order(mill_url: str) -> None:
    listener, heard, lock = Plugin("listener"), list[tuple[int, int]](), threading.Lock()

    @listener.after_commit(Sack, fields=("weight",))
    def hear(news: Change, gate: Gate) -> None:
        with lock:
            heard.append((news.record, news.changes["weight"][1]))

    with open_mill(mill_url, listener) as home:
        sacks = add_sacks(home, 5)
        for weight in range(10, 30):
            for sack in sacks:
                set_weight(home, sack, weight)
        workers = [threading.Thread(target=deliver_all, args=(home,)) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        deliver_all(home)
    for number, sack in enumerate(sacks):
        assert [weight for record, weight in heard if record == sack] == [number, *range(10, 30)]


def test_listeners_that_answer_each_other_in_a_circle_are_stopped(mill_url: str) -> None:
    listener, clock = Plugin("listener"), Clock()

    @listener.after_commit(Sack)
    def add_one(news: Change, gate: Gate) -> None:
        gate.update(Sack, news.record, {"weight": (gate.get(Sack, news.record).weight or 0) + 1})

    with open_mill(mill_url, listener, clock=clock) as home:
        (sack,) = add_sacks(home, 1)
        for _ in range(200):
            deliver_all(home)
            clock.pass_(minutes=15)
        with home.house("looking") as gate:
            assert gate.get(Sack, sack).weight == MAX_DEPTH
            (parked,) = outbox.list_parked(gate.tx)
    assert "plugin 'listener', after_commit add_one" in parked["error"]


def test_an_idle_look_costs_one_statement(mill_url: str) -> None:
    with open_mill(mill_url) as home, home.database.read() as tx:
        assert not outbox.is_due(tx, home.host, home.clock())
        before = home.database.statements
        assert not outbox.is_due(tx, home.host, home.clock())
        assert home.database.statements == before + 1


def test_what_waits_for_a_plugin_that_is_not_here_does_not_keep_the_worker_busy(mill_url: str) -> None:
    gone = Plugin("gone")

    @gone.after_commit(Sack)
    def hear(event: Change, gate: Gate) -> None:
        raise AssertionError("it is not here")

    with open_mill(mill_url, gone) as home:
        add_sacks(home, 1)
        with home.database.read() as tx:
            assert outbox.is_due(tx, home.host, home.clock())
    with open_mill(mill_url) as home, home.database.read() as tx:
        assert not outbox.is_due(tx, home.host, home.clock())
        assert outbox.count_open(tx) == (1, 0)


def test_old_events_are_forgotten_unless_somebody_here_waits_for_them(mill_url: str) -> None:
    listener, gone, clock = Plugin("listener"), Plugin("gone"), Clock()

    @listener.after_commit(Sack)
    def fail_on_odd(news: Change, gate: Gate) -> None:
        if news.record % 2:
            raise RuntimeError

    @gone.after_commit(Sack)
    def never_comes(news: Change, gate: Gate) -> None:
        raise AssertionError

    with open_mill(mill_url, listener, gone, clock=clock) as home:
        sacks = add_sacks(home, 4)
    with open_mill(mill_url, listener, clock=clock) as home:
        assert deliver_all(home) == 4, "what is left for a plugin that is gone stays where it is"
        clock.pass_(days=91)
        with home.database.write() as tx:
            assert outbox.prune(tx, home.host, clock.now) == 2
            left = set(tx.run(select(event.c.record), why="test").scalars())
    assert left == {sack for sack in sacks if sack % 2}
