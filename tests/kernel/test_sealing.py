"""Sealing: what lies in the database tells nothing without the key, and opens only where it belongs."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hookline.errors import SettingsError
from hookline.kernel import sealing
from hookline.kernel.sealing import Sealer, Unreadable, sealer_of
from hookline.settings import Settings
from hypothesis import given
from hypothesis import strategies as st

KEY = "a key of at least thirty-two characters"


@given(st.text(), st.text())
def test_what_is_sealed_can_be_opened_again(secret: str, place: str) -> None:
    try:
        (secret + place).encode()
    except UnicodeEncodeError:
        return
    sealer = Sealer(KEY)
    sealed = sealer.seal(secret, place)
    assert sealer.open(sealed, place) == secret
    assert sealer.seal(secret, place) != sealed


@pytest.mark.parametrize(
    ("key", "place", "change"),
    [(KEY + "!", "here", ""), (KEY, "there", ""), (KEY, "here", "A"), (KEY, "here", "я")],
)
def test_nothing_opens_with_another_key_elsewhere_or_changed(key: str, place: str, change: str) -> None:
    sealed = Sealer(KEY).seal("the secret", "here")
    with pytest.raises(Unreadable):
        Sealer(key).open(change + sealed, place)


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(sealing._key_of, [tmp_path / "data" / "secret.key"] * 8))
    assert len(keys) == 1
    (file,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    sealed = sealer_of(Settings(data_dir=tmp_path / "data")).seal("x", "here")
    assert Sealer(keys.pop()).open(sealed, "here") == "x"


def test_a_key_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="32 characters"):
        sealer_of(Settings(secret_key="short"))
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(SettingsError, match="does not hold a key"):
        sealer_of(Settings(data_dir=tmp_path))


def test_secrets_of_the_settings_are_not_shown() -> None:
    settings = Settings(secret_key=KEY, smtp_url="smtp://me:pass@mail", oidc_client_secret="between us")
    assert not any(secret in repr(settings) for secret in (KEY, "pass@", "between us"))
