"""Sessions: only hashes are kept, each ends by itself, and their owner can end them."""

from datetime import timedelta

import pytest
from hookline.crm.sign_in.sessions import (
    LIFETIME,
    close_session,
    close_sessions,
    find_session,
    list_sessions,
    note_session_use,
    open_session,
    revoke_session,
    session,
)
from hookline.errors import NotFound
from hookline.kernel.db import Transaction
from sqlalchemy import select

from tests.town import NOW, Town


def enter(tx: Transaction, town: Town, who: str, *, agent: str = "test") -> str:
    return open_session(tx, town.ids[who], NOW, address="10.0.0.1", agent=agent)


def test_a_session_is_found_by_its_secret_which_is_not_kept(town: Town) -> None:
    with town.installation.database.write() as tx:
        first, second = enter(tx, town, "ada"), enter(tx, town, "ada")
        assert first != second
        kept = tx.run(select(session), why="test").all()
        assert not any(first in str(row) or second in str(row) for row in kept)
        found = find_session(tx, first, NOW)
        assert found is not None
        assert (found.user, found.seen_at) == (town.ids["ada"], NOW)
        assert find_session(tx, "made up", NOW) is None
        assert find_session(tx, "", NOW) is None


def test_a_session_that_is_used_lives_on_and_one_that_is_not_ends(town: Town) -> None:
    with town.installation.database.write() as tx:
        used, unused = enter(tx, town, "ada"), enter(tx, town, "ada")
        later = NOW + timedelta(days=13)
        found = find_session(tx, used, later)
        assert found is not None
        note_session_use(tx, found.session, later)
        after = NOW + LIFETIME
        assert find_session(tx, used, after) is not None
        assert find_session(tx, unused, after) is None
        assert [row.id for row in list_sessions(tx, town.ids["ada"], after)] == [found.session]


def test_one_session_is_ended_by_its_owner_alone(town: Town) -> None:
    with town.installation.database.write() as tx:
        hers, his = enter(tx, town, "ada", agent="phone"), enter(tx, town, "boris")
        listed = list_sessions(tx, town.ids["ada"], NOW)
        assert [(row.agent, row.address) for row in listed] == [("phone", "10.0.0.1")]
        with pytest.raises(NotFound):
            revoke_session(tx, town.ids["boris"], listed[0].id)
        assert find_session(tx, hers, NOW) is not None
        revoke_session(tx, town.ids["ada"], listed[0].id)
        assert find_session(tx, hers, NOW) is None
        assert find_session(tx, his, NOW) is not None


def test_signing_out_ends_this_session_and_signing_out_everywhere_all(town: Town) -> None:
    with town.installation.database.write() as tx:
        first, second, third = (enter(tx, town, "ada") for _ in range(3))
        close_session(tx, first)
        assert [find_session(tx, secret, NOW) is None for secret in (first, second, third)] == [
            True,
            False,
            False,
        ]
        close_sessions(tx, town.ids["ada"])
        assert list_sessions(tx, town.ids["ada"], NOW) == []


def test_what_a_browser_says_of_itself_is_cut_to_length(town: Town) -> None:
    with town.installation.database.write() as tx:
        open_session(tx, town.ids["ada"], NOW, address="a" * 500, agent="x" * 5000)
        (row,) = list_sessions(tx, town.ids["ada"], NOW)
        assert (len(row.address), len(row.agent)) == (64, 300)
