"""Credentials: kept as argon2id, guarded against guessing, and silent about who exists."""

import threading
from datetime import timedelta
from unittest.mock import patch

import pytest
from argon2 import PasswordHasher
from argon2.low_level import Type
from hookline.crm import credentials
from hookline.crm.credentials import (
    check_password,
    credential,
    failed_sign_in,
    knows_password,
    password_set_at,
    set_password,
)
from hookline.crm.users import User
from hookline.errors import Invalid, TooMany
from hookline.kernel.db import Transaction
from hookline.kernel.jobs import enqueue
from hookline.kernel.runs import run_next
from sqlalchemy import func, select

from tests.town import NOW, PASSWORD, Town

ADA = "ada@town.example"


def stored(tx: Transaction, user: int) -> str:
    return str(
        tx.run(select(credential.c.password_hash).where(credential.c.user == user), why="test").scalar_one()
    )


def fail(tx: Transaction, times: int, *, email: str = ADA, address: str = "here") -> None:
    for _ in range(times):
        assert check_password(tx, email, "wrong password", address, NOW) is None


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cheaper hashes than in earnest; the parameters in earnest are asserted by a test of their own."""
    monkeypatch.setattr(credentials, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def test_passwords_are_kept_as_argon2id_with_the_parameters_of_rfc_9106() -> None:
    hasher = PasswordHasher()
    assert hasher.type is Type.ID
    assert (hasher.memory_cost, hasher.time_cost) >= (64 * 1024, 3)
    assert credentials._NOBODY.startswith("$argon2id$")


def test_a_password_is_checked_and_never_kept(town: Town) -> None:
    with town.installation.database.write() as tx:
        set_password(tx, town.ids["ada"], "the quiet mill 7", NOW)
        assert "quiet" not in stored(tx, town.ids["ada"])
        assert check_password(tx, " ADA@Town.Example ", "the quiet mill 7", "here", NOW) == town.ids["ada"]
        assert check_password(tx, ADA, PASSWORD, "here", NOW) is None
        assert password_set_at(tx, town.ids["ada"]) == NOW


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 1001, "aaaaaaaaaaaaa", "121212121212", "ADA@town.example"]
)
def test_a_bad_password_is_refused_and_the_old_one_holds(town: Town, password: str) -> None:
    with town.installation.database.write() as tx:
        with pytest.raises(Invalid) as refusal:
            set_password(tx, town.ids["ada"], password, NOW)
        assert [p.field for p in refusal.value.problems] == ["password"]
        assert check_password(tx, ADA, PASSWORD, "here", NOW) == town.ids["ada"]


def test_too_many_failures_of_one_account_hold_everybody_off_it_for_a_while(town: Town) -> None:
    with town.installation.database.write() as tx:
        fail(tx, 8)
        with pytest.raises(TooMany) as refusal:
            check_password(tx, ADA, PASSWORD, "elsewhere", NOW)
        assert 0 < refusal.value.retry_after <= 15 * 60 + 1
        assert check_password(tx, "boris@town.example", PASSWORD, "elsewhere", NOW) == town.ids["boris"]
        later = NOW + timedelta(seconds=refusal.value.retry_after)
        assert check_password(tx, ADA, PASSWORD, "here", later) == town.ids["ada"]


def test_too_many_failures_from_one_address_hold_that_address_off_every_account(town: Town) -> None:
    with town.installation.database.write() as tx:
        for number in range(8):
            fail(tx, 5, email=f"guess{number}@town.example", address="the mean street")
        with pytest.raises(TooMany):
            check_password(tx, ADA, PASSWORD, "the mean street", NOW)
        assert check_password(tx, ADA, PASSWORD, "home", NOW) == town.ids["ada"]


def test_a_success_forgets_the_failures_of_the_account(town: Town) -> None:
    with town.installation.database.write() as tx:
        fail(tx, 7)
        assert check_password(tx, ADA, PASSWORD, "here", NOW) == town.ids["ada"]
        fail(tx, 7)
        assert check_password(tx, ADA, PASSWORD, "here", NOW) == town.ids["ada"]


@pytest.mark.parametrize("email", ["nobody@town.example", "", "clara@town.example", "zoe@town.example"])
def test_an_account_that_is_not_there_costs_as_much_work_as_a_wrong_password(town: Town, email: str) -> None:
    """Clara no longer works here, Zoe has no password: neither may be told from nobody by the clock."""
    with town.house() as gate:
        gate.update(User, town.ids["clara"], {"active": False})
        gate.create(User, {"name": "Zoe", "email": "zoe@town.example"})
    with (
        town.installation.database.write() as tx,
        patch.object(credentials, "_verified", wraps=credentials._verified) as work,
    ):
        assert check_password(tx, email, PASSWORD, "here", NOW) is None
        assert check_password(tx, ADA, "wrong password", "here", NOW) is None
    assert work.call_count == 2


def test_an_old_hash_is_renewed_at_sign_in(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with town.installation.database.write() as tx:
        before = stored(tx, town.ids["ada"])
        monkeypatch.setattr(
            credentials, "_hasher", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
        )
        assert check_password(tx, ADA, PASSWORD, "here", NOW) == town.ids["ada"]
        after = stored(tx, town.ids["ada"])
        assert after != before
        assert "m=16,t=2" in after
        assert check_password(tx, ADA, PASSWORD, "here", NOW) == town.ids["ada"]
        assert stored(tx, town.ids["ada"]) == after


def test_the_own_password_is_asked_with_the_same_care(town: Town) -> None:
    with town.installation.database.write() as tx:
        assert knows_password(tx, town.ids["ada"], PASSWORD, "here", NOW)
        for _ in range(8):
            assert not knows_password(tx, town.ids["ada"], "guess", "here", NOW)
        with pytest.raises(TooMany):
            knows_password(tx, town.ids["ada"], PASSWORD, "here", NOW)


def test_old_failures_are_forgotten_by_the_clock(town: Town) -> None:
    with town.installation.database.write() as tx:
        fail(tx, 3)
    for hours, left in ((0, 3), (1, 0)):
        later = NOW + timedelta(hours=hours)
        town.installation.clock = lambda later=later: later  # type: ignore[misc]  # a default keeps the loop's value
        with town.installation.database.write() as tx:
            enqueue(tx, "core.forget_failures", {}, now=NOW)
        work(town)
        with town.installation.database.read() as tx:
            assert tx.run(select(func.count()).select_from(failed_sign_in), why="test").scalar() == left


def work(town: Town) -> None:
    while run_next(town.installation, lambda _tx, _user: None, "worker", threading.Event()):
        pass
