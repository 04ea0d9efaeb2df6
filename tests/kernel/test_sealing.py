"""Sealing: what is sealed opens only by its key and at its place, unchanged."""

import pytest
from hookline.errors import SettingsError
from hookline.kernel.sealing import Sealer, Unreadable, sealer_of
from hookline.settings import Settings
from hypothesis import given
from hypothesis import strategies as st

KEY = "k" * 32
PLACE = "totp:7"


@given(secret=st.text(st.characters(codec="utf-8"), max_size=200))
def test_what_is_sealed_opens_again_and_is_never_sealed_alike(secret: str) -> None:
    sealer = Sealer(KEY)
    first, second = sealer.seal(secret, PLACE), sealer.seal(secret, PLACE)
    assert sealer.open(first, PLACE) == sealer.open(second, PLACE) == secret
    assert first != second


@given(part=st.floats(0, 1))
def test_what_was_changed_moved_or_sealed_by_another_key_does_not_open(part: float) -> None:
    sealed = Sealer(KEY).seal("a seed", PLACE)
    # The last letters may stand for no whole byte.
    at = int(part * (len(sealed) - 5))
    changed = sealed[:at] + ("A" if sealed[at] != "A" else "B") + sealed[at + 1 :]
    for other, key, place in (
        (sealed, KEY, "totp:8"), (sealed, "l" * 32, PLACE), (changed, KEY, PLACE), (sealed[:-4], KEY, PLACE), ("", KEY, PLACE),
    ):  # fmt: skip
        with pytest.raises(Unreadable):
            Sealer(key).open(other, place)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        sealer_of(Settings(secret_key="too short"))
