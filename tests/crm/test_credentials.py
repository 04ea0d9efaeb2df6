"""Credentials: kept as argon2id, guarded against guessing, and silent about who exists."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type
from hookline.crm.access.users import User
from hookline.crm.sign_in import credentials
from hookline.crm.sign_in.credentials import (
    accept,
    credential,
    hash_password,
    password_set_at,
    set_password,
    try_password,
)
from hookline.crm.sign_in.throttles import failed_sign_in
from hookline.errors import Invalid, TooMany
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import run_next
from sqlalchemy import func, select

from tests.town import NOW, PASSWORD, Town

ADA = "ada@town.example"


def stored(town: Town, user: int) -> str:
    with town.installation.database.read() as tx:
        found = tx.run(select(credential.c.password_hash).where(credential.c.user == user), why="test")
        return str(found.scalar_one())


def give(town: Town, password: str) -> None:
    with town.installation.database.write() as tx:
        set_password(tx, town.ids["ada"], password, NOW)


def fail(town: Town, times: int, *, email: str = ADA, address: str = "here") -> None:
    for _ in range(times):
        assert town.signs_in(email, "wrong password", address=address) is None


def failures(town: Town) -> int:
    with town.installation.database.read() as tx:
        return int(tx.run(select(func.count()).select_from(failed_sign_in), why="test").scalar_one())


def test_passwords_are_kept_as_argon2id_with_the_parameters_of_rfc_9106() -> None:
    hasher = PasswordHasher()
    assert hasher.type is Type.ID
    assert (hasher.memory_cost, hasher.time_cost) >= (64 * 1024, 3)


def test_the_hash_that_is_tried_for_nobody_is_one_and_costs_what_others_do() -> None:
    tried, hasher = credentials._nobodys_hash(), credentials._hasher
    assert extract_parameters(tried) == extract_parameters(hasher.hash("a password"))
    assert not credentials._verified(tried, "a password")
    assert credentials._nobodys_hash() != tried


def test_a_password_is_checked_and_never_kept(town: Town) -> None:
    give(town, "the quiet mill 7")
    assert "quiet" not in stored(town, town.ids["ada"])
    assert "quiet" not in repr(hash_password("the quiet mill 7"))
    assert town.signs_in(" ADA@Town.Example ", "the quiet mill 7") == town.ids["ada"]
    assert town.signs_in(ADA, PASSWORD) is None
    with town.installation.database.read() as tx:
        assert password_set_at(tx, town.ids["ada"]) == NOW


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 1001, "aaaaaaaaaaaaa", "121212121212", "ADA@town.example"]
)
def test_a_bad_password_is_refused_and_the_old_one_holds(town: Town, password: str) -> None:
    with town.installation.database.write() as tx, pytest.raises(Invalid) as refusal:
        set_password(tx, town.ids["ada"], hash_password(password), NOW)
    assert [p.field for p in refusal.value.problems] == ["password"]
    assert town.signs_in(ADA, PASSWORD) == town.ids["ada"]


def test_a_password_too_long_to_be_taken_costs_no_work() -> None:
    with patch.object(credentials, "_hasher") as hasher:
        assert hash_password("x" * 1001).hash == ""
    hasher.hash.assert_not_called()


def test_too_many_failures_of_one_account_hold_everybody_off_it_for_a_while(town: Town) -> None:
    fail(town, 8)
    with pytest.raises(TooMany) as refusal:
        town.signs_in(ADA, PASSWORD, address="elsewhere")
    assert 0 < refusal.value.retry_after <= 15 * 60 + 1
    assert town.signs_in("boris@town.example", PASSWORD, address="elsewhere") == town.ids["boris"]
    later = NOW + timedelta(seconds=refusal.value.retry_after)
    assert town.signs_in(ADA, PASSWORD, now=later) == town.ids["ada"]


def test_an_account_that_is_not_there_is_held_off_in_the_same_words(town: Town) -> None:
    said = set()
    for email in (ADA, "nobody@town.example"):
        fail(town, 8, email=email)
        with pytest.raises(TooMany) as refusal:
            town.signs_in(email, PASSWORD)
        said.add(str(refusal.value))
    assert len(said) == 1


def test_too_many_failures_from_one_address_hold_that_address_off_every_account(town: Town) -> None:
    for number in range(8):
        fail(town, 5, email=f"guess{number}@town.example", address="the mean street")
    with pytest.raises(TooMany):
        town.signs_in(ADA, PASSWORD, address="the mean street")
    assert town.signs_in(ADA, PASSWORD, address="home") == town.ids["ada"]


def test_many_who_guess_at_once_from_many_addresses_get_no_more_tries(town: Town) -> None:
    """Each counts before it is judged: no eight threads slip through between counting and writing down."""
    judged = 0

    def guess(number: int) -> bool:
        nonlocal judged
        try:
            try_password(town.installation.database, ADA, f"guess {number}", f"10.0.0.{number}", NOW)
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        judged = sum(threads.map(guess, range(40)))
    assert judged == 8


def test_a_success_forgets_the_failures_of_the_account(town: Town) -> None:
    for _ in range(2):
        fail(town, 7)
        assert town.signs_in(ADA, PASSWORD) == town.ids["ada"]
    assert failures(town) == 0


@pytest.mark.parametrize("email", ["nobody@town.example", "", "clara@town.example", "zoe@town.example"])
def test_an_account_that_is_not_there_costs_as_much_work_as_a_wrong_password(town: Town, email: str) -> None:
    """Clara no longer works here, Zoe has no password: neither may be told from nobody by the clock."""
    with town.house() as gate:
        gate.update(User, town.ids["clara"], {"active": False})
        gate.create(User, {"name": "Zoe", "email": "zoe@town.example"})
    database, costs = town.installation.database, []
    with patch.object(credentials, "_verified", wraps=credentials._verified) as work:
        for account in (email, ADA):
            before = database.statements
            assert town.signs_in(account, "wrong password") is None
            costs.append(database.statements - before)
    assert work.call_count == 2
    assert costs[0] == costs[1]


def test_no_transaction_is_open_while_a_password_is_verified(town: Town) -> None:
    database, seen = town.installation.database, []

    def look(hash: str, password: str) -> bool:
        assert not (isinstance(database._writer, type(threading.Lock())) and database._writer.locked())
        with database.write() as tx:
            seen.append(tx.run(select(func.count()).select_from(failed_sign_in), why="test").scalar_one())
        return False

    with patch.object(credentials, "_verified", look):
        assert town.signs_in(ADA, "wrong password") is None
    assert seen == [1], "somebody else could write meanwhile, and saw the try counted"


def test_a_password_changed_while_it_was_verified_lets_nobody_in(town: Town) -> None:
    attempt = try_password(town.installation.database, ADA, PASSWORD, "here", NOW)
    assert attempt.user == town.ids["ada"]
    give(town, "the quiet mill 7")
    with town.installation.database.write() as tx:
        assert accept(tx, attempt) is None


def test_somebody_sent_away_while_the_password_was_verified_is_not_let_in(town: Town) -> None:
    attempt = try_password(town.installation.database, "boris@town.example", PASSWORD, "here", NOW)
    with town.house() as gate:
        gate.update(User, town.ids["boris"], {"active": False})
    with town.installation.database.write() as tx:
        assert accept(tx, attempt) is None


def test_an_old_hash_is_renewed_at_sign_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    before = stored(town, town.ids["ada"])
    monkeypatch.setattr(credentials, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert town.signs_in(ADA, PASSWORD) == town.ids["ada"]
    after = stored(town, town.ids["ada"])
    assert after != before
    assert "m=16,t=2" in after
    assert town.signs_in(ADA, PASSWORD) == town.ids["ada"]
    assert stored(town, town.ids["ada"]) == after


def test_old_failures_are_forgotten_by_the_clock(town: Town) -> None:
    fail(town, 3)
    for hours, left in ((0, 3), (1, 0)):
        later = NOW + timedelta(hours=hours)
        town.installation.clock = lambda later=later: later  # type: ignore[misc]  # a default keeps the loop's value
        with town.installation.database.write() as tx:
            enqueue(tx, "core.forget_ended", {}, now=NOW)
        work(town)
        assert failures(town) == left


def work(town: Town) -> None:
    while run_next(town.installation, lambda _tx, _user: None, "worker", threading.Event()):
        pass
