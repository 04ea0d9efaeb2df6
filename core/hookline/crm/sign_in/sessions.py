"""Sessions and API tokens: how a request says whose it is. Only hashes of both are kept."""

import hashlib
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    String,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    update,
)

from hookline.crm.access.lendings import lent_to
from hookline.crm.access.users import User
from hookline.crm.desks.arrangements import arranged_of
from hookline.crm.desks.beginnings import has_desk
from hookline.crm.desks.favourites import stars_of
from hookline.crm.notifications.tables import notification
from hookline.crm.sign_in.two_step import totp
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.compiled import lasting
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.tables import configuration, house_table
from hookline.kernel.types import Moment

# A session that nobody uses ends after the first, and one that is used all the time after the second.
LIFETIME: Final = timedelta(days=14)
LONGEST_LIFETIME: Final = timedelta(days=30)
# How long it holds that somebody has just said who they are: then dangerous changes ask again.
PROOF_HOLDS: Final = timedelta(minutes=10)
SCOPES: Final = ("read", "write")
LONGEST_NAME: Final = 120
_NOW: Final = bindparam("now", type_=Moment())
USE_NOTED_EVERY: Final = timedelta(minutes=1)
SESSION_NOTED_EVERY: Final = timedelta(minutes=10)

session = house_table(
    "session",
    Column("id", String(64), primary_key=True),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment(), nullable=False),
    Column("seen_at", Moment(), nullable=False),
    Column("expires_at", Moment(), nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(300), nullable=False),
    Column("proven_at", Moment(), nullable=False),
    Column("way", String(10), nullable=False),
    Column("viewing", Id, ForeignKey("user.id", ondelete="SET NULL")),
)

token = house_table(
    "api_token",
    Column("id", Id, primary_key=True),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("name", String(120), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    # "read", "write", or the endpoint of a plugin that alone it opens; then also the record it stands for, "deal:7".
    Column("scope", String(200), nullable=False),
    Column("about", String(100)),
    Column("created_at", Moment(), nullable=False),
    Column("expires_at", Moment()),
    Column("used_at", Moment()),
    Index("ix_api_token_hash", "hash"),
)


@dataclass(frozen=True)
class SignedIn:
    """A session or token that holds: whose it is, what the page needs of that person, the configuration's version.

    Somebody who looks through another's eyes is the `viewer`, and `user` the other.
    """

    user: int
    configuration: int
    csrf: str
    language: str
    time_zone: str
    theme: str
    lent: str
    density: str = "comfortable"
    # Whether there may be something unread, the favourites as "deal:7", the arranged pages as "list:deal" and whether there is a desk:
    # where there is none, nothing more is asked.
    has_news: bool = False
    stars: frozenset[str] = frozenset()
    arranged: frozenset[str] = frozenset()
    has_desk: bool = False
    viewer: int | None = None
    session: str = ""
    seen_at: datetime | None = None
    proven_at: datetime | None = None
    way: str = ""
    two_step: bool = False
    scope: str = "write"
    about: str = ""
    token: int | None = None
    used_at: datetime | None = None
    made_at: datetime | None = None

    def is_proven(self, now: datetime) -> bool:
        """Whether this person has said who they are a short while ago. A program proves itself with each request."""
        return self.token is not None or (self.proven_at is not None and now - self.proven_at < PROOF_HOLDS)


def open_session(
    tx: Transaction, user: int, now: datetime, *, address: str, agent: str, way: str = "password"
) -> str:
    """Start a session with a fresh random id and return the secret that goes into the cookie.

    `way` is how the person came in: "password", or "oidc" for a provider that minds second steps itself.
    """
    secret = secrets.token_urlsafe(32)
    row = {
        "id": _hash(secret), "user": user, "csrf": secrets.token_urlsafe(32), "created_at": now, "seen_at": now,
        "expires_at": now + LIFETIME, "address": address[:64], "agent": agent[:300], "proven_at": now, "way": way,
    }  # fmt: skip
    tx.run(insert(session).values(**row), why="sign-in")
    return secret


def find_session(tx: Transaction, secret: str, now: datetime) -> SignedIn | None:
    """Whose cookie this is, with the configuration's version, in one statement."""
    row = tx.run(_session_statement(), {"hash": _hash(secret), "now": now}, why="sign-in").first()
    if row is None:
        return None
    return SignedIn(
        row.viewing or row.user, row.version or 0, row.csrf, row.language, row.time_zone, row.theme, row.lent or "",
        row.density, bool(row.has_news), frozenset((row.stars or "").split()),
        frozenset((row.arranged or "").split()), viewer=row.user if row.viewing else None, session=row.id,
        seen_at=row.seen_at, proven_at=row.proven_at, way=row.way, two_step=bool(row.two_step),
        has_desk=bool(row.has_desk),
    )  # fmt: skip


def look_as(tx: Transaction, id: str, user: int | None) -> None:
    """Let a session see as somebody else does; None ends that."""
    tx.run(update(session).where(session.c.id == id).values(viewing=user), why="view as")


def renew_session(tx: Transaction, id: str, now: datetime) -> str:
    """Go on under a new id, for whoever has just proven who they are. Returns the new secret; "" when it has ended."""
    secret = secrets.token_urlsafe(32)
    new = {"id": _hash(secret), "csrf": secrets.token_urlsafe(32), "proven_at": now}
    renewed = tx.run(update(session).where(session.c.id == id).values(**new), why="sign-in").rowcount
    return secret if renewed == 1 else ""


def close_session(tx: Transaction, secret: str) -> None:
    """Sign out."""
    tx.run(delete(session).where(session.c.id == _hash(secret)), why="sign-out")


def close_sessions(tx: Transaction, user: int, *, but: str = "") -> None:
    """Sign a user out everywhere, or everywhere but in the session with this id."""
    tx.run(delete(session).where(session.c.user == user, session.c.id != but), why="sign-out")


def list_sessions(tx: Transaction, user: int, now: datetime) -> Sequence[Any]:
    """Where a user is signed in: id, created_at, seen_at, address, agent; the one used last comes first."""
    columns = (session.c.id, session.c.created_at, session.c.seen_at, session.c.address, session.c.agent)
    mine = select(*columns).where(session.c.user == user, session.c.expires_at > now)
    return tx.run(mine.order_by(session.c.seen_at.desc(), session.c.id), why="sessions").all()


def revoke_session(tx: Transaction, user: int, id: str) -> None:
    """End one of a user's sessions."""
    ended = tx.run(delete(session).where(session.c.id == id, session.c.user == user), why="sign-out")
    if ended.rowcount == 0:
        raise NotFound


def make_token(
    tx: Transaction, user: int, name: str, scope: str, now: datetime, expires_at: datetime | None = None,
    *, about: str = "",
) -> str:  # fmt: skip
    """Make an API token with scope "read" or "write". The secret is returned once and never kept.

    With `about`, a record such as "deal:7", the scope is an endpoint of a plugin, which alone the token opens.
    """
    problems = _judge_token(name.strip(), scope, known=(scope,) if about else SCOPES)
    if problems:
        raise Invalid(problems)
    secret = f"hl_{secrets.token_urlsafe(32)}"
    row = {
        "user": user,
        "name": name.strip(),
        "hash": _hash(secret),
        "scope": scope,
        "about": about or None,
        "created_at": now,
        "expires_at": expires_at,
    }
    tx.run(insert(token).values(**row), why="tokens")
    return secret


def find_token(tx: Transaction, secret: str, now: datetime) -> SignedIn | None:
    """Whose API token this is."""
    row = tx.run(_token_statement(), {"hash": _hash(secret), "now": now}, why="sign-in").first()
    if row is None:
        return None
    return SignedIn(
        row.user, row.version or 0, "", row.language, row.time_zone, row.theme, row.lent or "",
        scope=row.scope, about=row.about or "", token=row.id, used_at=row.used_at, made_at=row.created_at,
    )  # fmt: skip


def _judge_token(name: str, scope: str, *, known: Collection[str]) -> list[Problem]:
    problems = []
    if not name:
        problems.append(Problem("name", Text("Say what the token is for.")))
    if len(name) > LONGEST_NAME:
        problems.append(
            Problem(
                "name",
                Text(
                    "Must be at most %(max)s characters; this has %(length)s.",
                    max=LONGEST_NAME,
                    length=len(name),
                ),
            )
        )
    if any(ord(c) < 32 for c in name):
        problems.append(Problem("name", Text("Please write this in one line.")))
    if scope not in known:
        problems.append(Problem("scope", Text("%(value)s is not one of the choices.", value=scope[:40])))
    return problems


def note_token_use(tx: Transaction, id: int, now: datetime) -> None:
    """Write down that a token is in use, unless that was done within the last minute."""
    stale = token.c.used_at.is_(None) | (token.c.used_at <= now - USE_NOTED_EVERY)
    tx.run(update(token).where(token.c.id == id, stale).values(used_at=now), why="tokens")


def list_tokens(tx: Transaction, user: int) -> Sequence[Any]:
    """A user's tokens: id, name, scope, about, created_at, expires_at, used_at."""
    columns = (
        token.c.id,
        token.c.name,
        token.c.scope,
        token.c.about,
        token.c.created_at,
        token.c.expires_at,
        token.c.used_at,
    )
    return tx.run(select(*columns).where(token.c.user == user).order_by(token.c.id), why="tokens").all()


def revoke_token(tx: Transaction, user: int, id: int) -> None:
    """End one of a user's tokens."""
    if tx.run(delete(token).where(token.c.id == id, token.c.user == user), why="tokens").rowcount == 0:
        raise NotFound


def revoke_tokens(tx: Transaction, user: int) -> None:
    """End all tokens of a user."""
    tx.run(delete(token).where(token.c.user == user), why="tokens")


def note_session_use(tx: Transaction, id: str, now: datetime) -> None:
    """Keep a session alive that is being used, as long as any may live."""
    mine = update(session).where(session.c.id == id)
    young = session.c.created_at > now - (LONGEST_LIFETIME - LIFETIME)
    tx.run(mine.values(seen_at=now), why="sign-in")
    tx.run(mine.where(young).values(expires_at=now + LIFETIME), why="sign-in")


@cache
def _session_statement() -> Any:
    """Built once, as every request asks it: building costs more than the answer."""
    columns = (
        session.c.id,
        session.c.csrf,
        session.c.seen_at,
        session.c.proven_at,
        session.c.way,
        session.c.viewing,
    )
    seen_as = func.coalesce(session.c.viewing, session.c.user)
    told = notification.c
    news = exists().where(told.user == session.c.user, told.read_at.is_(None), told.shown.is_(True))
    user = session.c.user
    mine = (
        stars_of(user).label("stars"),
        arranged_of(user).label("arranged"),
        has_desk(user).label("has_desk"),
    )
    found = _person(session, seen_as).add_columns(
        *columns, User.__table__.c.density, news.label("has_news"), *mine
    )
    return lasting(found.where(session.c.id == bindparam("hash"), session.c.expires_at > _NOW))


@cache
def _token_statement() -> Any:
    holds = token.c.expires_at.is_(None) | (token.c.expires_at > _NOW)
    found = _person(token).add_columns(
        token.c.id, token.c.scope, token.c.about, token.c.used_at, token.c.created_at
    )
    return lasting(found.where(token.c.hash == bindparam("hash"), holds))


def _person(source: Any, seen_as: Any = None) -> Any:
    """Select the user behind a session or token, if still active, with all that every request must know, at once.

    What is lent is that of the person `seen_as`, where a session looks through somebody else's eyes.
    """
    user = User.__table__
    seen = user if seen_as is None else user.alias("seen")
    version = select(configuration.c.version).scalar_subquery().label("version")
    two_step = exists(select(totp.c.user).where(totp.c.user == user.c.id, totp.c.on_since.is_not(None)))
    columns = (
        source.c.user,
        user.c.language,
        user.c.time_zone,
        user.c.theme,
        version,
        lent_to(seen, _NOW).label("lent"),
        two_step.label("two_step"),
    )
    found = select(*columns).join(user, user.c.id == source.c.user)
    if seen_as is not None:
        found = found.join(seen, seen.c.id == seen_as)
    return found.where(user.c.active.is_(True), user.c.trashed_at.is_(None))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
