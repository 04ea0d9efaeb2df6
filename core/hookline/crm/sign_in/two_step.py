"""The second step at sign-in: a code of an app that counts the time (TOTP), or one of ten recovery codes.

The app's secret is kept sealed, recovery codes as hashes. A code holds once, though its half minute may not be over.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import BigInteger, Column, ForeignKey, String, delete, func, insert, select, update

from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.sealing import Sealer, Unreadable, sealer_of
from hookline.kernel.tables import house_table
from hookline.kernel.types import Moment
from hookline.settings import Settings

RECOVERY_CODES: Final = 10
WRONG_CODE: Final = Text("This code is wrong, or was used already. Wait for the next one.")
_SECONDS: Final = 30
# Clocks differ: the code before and the one after the present one are taken too.
_STEPS: Final = (0, -1, 1)
_PARTS: Final = 6
# Without letters and digits that look alike, as recovery codes are copied from paper.
_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"

# `on_since` is empty while the person sets it up. `last_step` is the half minute of the last code that was taken.
totp = house_table(
    "totp",
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("sealed", String(200), nullable=False),
    Column("on_since", Moment()),
    Column("last_step", BigInteger, nullable=False, default=0),
)

recovery_code = house_table(
    "recovery_code",
    Column("id", Id, primary_key=True),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("hash", String(64), nullable=False),
    Column("used_at", Moment()),
)


def on_since(tx: Transaction, user: int) -> datetime | None:
    """Since when a person is asked for a second step; None for somebody who is not."""
    return tx.run(select(totp.c.on_since).where(totp.c.user == user), why="two-step").scalar()


def count_unreadable(tx: Transaction, settings: Settings) -> int:
    """How many people's secrets cannot be opened with the key that is there now."""
    rows = tx.run(select(totp.c.user, totp.c.sealed), why="two-step").all()
    # Asking for the sealer makes a key where there is none: not before there is something to open.
    sealer = sealer_of(settings) if rows else None
    return sum(sealer is not None and not _opens(sealer, row.sealed, row.user) for row in rows)


def begin(tx: Transaction, sealer: Sealer, user: int) -> None:
    """Make a new secret for the app; nothing is asked for before a code of it has come back."""
    if on_since(tx, user) is not None:
        raise Invalid([Problem("", Text("The second step is on already."))])
    tx.run(delete(totp).where(totp.c.user == user), why="two-step")
    sealed = sealer.seal(random_base32(), _place(user))
    tx.run(insert(totp).values(user=user, sealed=sealed), why="two-step")


def pending_secret(tx: Transaction, sealer: Sealer, user: int) -> str:
    """The secret to put into the app, while it is being set up; "" otherwise."""
    pending = select(totp.c.sealed).where(totp.c.user == user, totp.c.on_since.is_(None))
    sealed = tx.run(pending, why="two-step").scalar()
    return sealer.open(sealed, _place(user)) if sealed else ""


def app_address(secret: str, account: str, house: str) -> str:
    """What the QR code says, so that the app knows whose codes these are."""
    return TOTP(secret).provisioning_uri(name=account, issuer_name=house)


def switch_on(tx: Transaction, sealer: Sealer, user: int, code: str, now: datetime) -> list[str]:
    """Ask this person for a second step from now on. Returns the recovery codes, which are not kept readable.

    Invalid unless the code is the app's.
    """
    if not pending_secret(tx, sealer, user):
        raise NotFound
    if not _take_app_code(tx, sealer, user, _bare(code), now):
        raise Invalid([Problem("code", WRONG_CODE)])
    tx.run(update(totp).where(totp.c.user == user).values(on_since=now), why="two-step")
    return renew_recovery_codes(tx, user)


def switch_off(tx: Transaction, user: int) -> bool:
    """Ask for no second step any more, and forget the secret. False when none was asked for."""
    tx.run(delete(recovery_code).where(recovery_code.c.user == user), why="two-step")
    return tx.run(delete(totp).where(totp.c.user == user), why="two-step").rowcount == 1


def take_code(tx: Transaction, sealer: Sealer, user: int, code: str, now: datetime) -> str:
    """Use a code up: "app" or "recovery" says which kind it was, "" that it is none."""
    bare = _bare(code)
    if re.fullmatch("[0-9]{6}", bare):
        known = on_since(tx, user) is not None and _take_app_code(tx, sealer, user, bare, now)
        return "app" if known else ""
    mine = (recovery_code.c.user == user, recovery_code.c.used_at.is_(None))
    used = update(recovery_code).where(*mine, recovery_code.c.hash == _hash(user, bare)).values(used_at=now)
    return "recovery" if tx.run(used, why="two-step").rowcount == 1 else ""


def renew_recovery_codes(tx: Transaction, user: int) -> list[str]:
    """Ten new recovery codes; the old ones no longer hold."""
    codes = ["-".join(_part() for _ in range(_PARTS)) for _ in range(RECOVERY_CODES)]
    tx.run(delete(recovery_code).where(recovery_code.c.user == user), why="two-step")
    rows = [{"user": user, "hash": _hash(user, _bare(code))} for code in codes]
    tx.run(insert(recovery_code), rows, why="two-step")
    return codes


def recovery_codes_left(tx: Transaction, user: int) -> int:
    """How many recovery codes have not been used."""
    mine = (recovery_code.c.user == user, recovery_code.c.used_at.is_(None))
    return int(tx.run(select(func.count()).where(*mine), why="two-step").scalar_one())


def _opens(sealer: Sealer, sealed: str, user: int) -> bool:
    try:
        sealer.open(sealed, _place(user))
    except Unreadable:
        return False
    return True


def _take_app_code(tx: Transaction, sealer: Sealer, user: int, code: str, now: datetime) -> bool:
    """Whether this is a code of now that was not used. Of two who send it at once, one is told yes."""
    sealed = tx.run(select(totp.c.sealed).where(totp.c.user == user), why="two-step").scalar_one()
    app = TOTP(sealer.open(sealed, _place(user)), interval=_SECONDS)
    present = int(now.timestamp()) // _SECONDS
    step = next((s for s in _around(present) if hmac.compare_digest(app.generate_otp(s), code)), None)
    if step is None:
        return False
    unused = update(totp).where(totp.c.user == user, totp.c.last_step < step).values(last_step=step)
    return tx.run(unused, why="two-step").rowcount == 1


def _around(present: int) -> Sequence[int]:
    return [present + step for step in _STEPS]


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code).casefold()[:100]


def _part() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(4))


def _hash(user: int, code: str) -> str:
    """Of 118 random bits, so one round is enough; with the user in it, so that equal codes of two people differ."""
    return hashlib.sha256(f"{user}:{code}".encode()).hexdigest()


def _place(user: int) -> str:
    return f"totp of user {user}"
