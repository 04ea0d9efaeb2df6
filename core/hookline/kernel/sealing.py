"""Sealing: secrets that must be read again, kept in the database so that the database alone does not give them away; signing.

The key stands in HOOKLINE_SECRET_KEY, or else in a file of the data folder, which is made with the first secret.
"""

import hmac
import os
from base64 import b64decode, urlsafe_b64encode
from functools import lru_cache
from pathlib import Path
from secrets import token_bytes, token_urlsafe
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from hookline.errors import HooklineError, SettingsError
from hookline.settings import Settings

SHORTEST_KEY: Final = 32
FILE: Final = "secret.key"
_NONCE: Final = 12


class Unreadable(HooklineError):
    """What was sealed cannot be opened: by another key, for another place, or it was changed."""


class Sealer:
    """Seals, opens and signs with one key. `place` says what a secret belongs to; nowhere else can it be opened."""

    def __init__(self, key: str) -> None:
        derived = HKDF(SHA256(), length=32, salt=None, info=b"hookline sealing").derive(key.encode())
        self._cipher = AESGCM(derived)
        self._signing = HKDF(SHA256(), length=32, salt=None, info=b"hookline signing").derive(key.encode())

    def seal(self, secret: str, place: str) -> str:
        """The secret as it may lie in the database."""
        nonce = token_bytes(_NONCE)
        sealed = self._cipher.encrypt(nonce, secret.encode(), place.encode())
        return urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """The secret again. Unreadable when it was not sealed here, by this key, for this place."""
        try:
            packed = b64decode(sealed.encode(), altchars=b"-_", validate=True)
            return self._cipher.decrypt(packed[:_NONCE], packed[_NONCE:], place.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unreadable(
                f"the secret of {place} was sealed by another key than this installation's"
            ) from error

    def sign(self, text: str, place: str) -> str:
        """A signature that nobody can make without the key, always the same for this text in this place; fit for an address."""
        told = f"{len(place)}:{place}{text}".encode()
        return urlsafe_b64encode(hmac.digest(self._signing, told, "sha256")).decode().rstrip("=")

    def is_signed(self, text: str, place: str, signature: str) -> bool:
        """Whether this is that signature; answered in the same time for every wrong one."""
        return hmac.compare_digest(self.sign(text, place).encode(), signature.encode())


def sealer_of(settings: Settings) -> Sealer:
    """The installation's sealer. SettingsError when its key is too short to be one."""
    return _sealer(settings.secret_key, settings.data_dir)


@lru_cache(maxsize=8)
def _sealer(key: str, folder: Path) -> Sealer:
    if key and len(key) < SHORTEST_KEY:
        raise SettingsError(f"HOOKLINE_SECRET_KEY must have at least {SHORTEST_KEY} characters")
    return Sealer(key or _key_of(folder / FILE))


def _key_of(path: Path) -> str:
    """The key in the file. Two who make it at once agree on the one that was there first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{FILE}.{os.getpid()}.{token_urlsafe(6)}")
        with os.fdopen(
            os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii"
        ) as file:
            file.write(token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            # Linking fails where the file is by now, and never shows half of it.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    key = path.read_text("ascii").strip()
    if len(key) < SHORTEST_KEY:
        raise SettingsError(f"{path} does not hold a key any more; put it back from where it is kept")
    return key
