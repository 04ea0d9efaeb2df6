"""Identities: who a person is at the provider through which people sign in.

The provider's own number for a person decides, once it is known; the e-mail address only brings the two together.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Column, ForeignKey, String, UniqueConstraint, func, insert, select

from hookline.crm.access.roles import Role
from hookline.crm.access.users import User
from hookline.crm.audit.trail import note
from hookline.errors import Forbidden, Text
from hookline.kernel.db import Transaction
from hookline.kernel.entity import Id
from hookline.kernel.gate import Gate
from hookline.kernel.tables import house_table

identity = house_table(
    "identity",
    Column("issuer", String(300), primary_key=True),
    Column("subject", String(255), primary_key=True),
    Column("user", Id, ForeignKey("user.id", ondelete="CASCADE"), nullable=False),
    UniqueConstraint("issuer", "user", name="uq_identity_issuer_user"),
)

_STRANGER: Final = Text("Nobody here has your address. Ask an administrator to let you in.")
_OTHER: Final = Text(
    "Your address here belongs to another account of your organisation. Ask an administrator."
)


@dataclass(frozen=True)
class Identity:
    """What a provider says of somebody, when its word was checked. `email` is one that it has verified."""

    issuer: str
    subject: str
    email: str
    name: str


def person_of(gate: Gate, who: Identity, role: str) -> int:
    """The person here; Forbidden when there is none, or none who works here.

    Unknown people are let in with the role of this name; with "" nobody is. `gate` has the house's rights.
    """
    known = _known(gate.tx, who)
    if known is not None:
        if not _works_here(gate.tx, known):
            raise Forbidden(_STRANGER)
        return known
    user = _by_email(gate.tx, who.email)
    if user is None:
        if not role or _is_taken(gate.tx, who.email):
            raise Forbidden(_STRANGER)
        user = _let_in(gate, who, role)
    elif _bound(gate.tx, who.issuer, user):
        raise Forbidden(_OTHER)
    row = {"issuer": who.issuer, "subject": who.subject, "user": user}
    gate.tx.run(insert(identity).values(row), why="sign-in")
    note(gate, "identity.bound", f"user:{user}", issuer=who.issuer)
    return user


def _known(tx: Transaction, who: Identity) -> int | None:
    mine = (identity.c.issuer == who.issuer, identity.c.subject == who.subject)
    return tx.run(select(identity.c.user).where(*mine), why="sign-in").scalar()


def _bound(tx: Transaction, issuer: str, user: int) -> bool:
    mine = (identity.c.issuer == issuer, identity.c.user == user)
    return tx.run(select(identity.c.subject).where(*mine), why="sign-in").scalar() is not None


def _by_email(tx: Transaction, email: str) -> int | None:
    table = User.__table__
    alive = (table.c.active.is_(True), table.c.trashed_at.is_(None))
    return tx.run(select(table.c.id).where(table.c.email == email, *alive), why="sign-in").scalar()


def _is_taken(tx: Transaction, email: str) -> bool:
    """Whether the address is that of somebody who no longer works here: signing in must not bring them back."""
    table = User.__table__
    found = tx.run(select(func.count()).where(table.c.email == email), why="sign-in")
    return bool(found.scalar_one())


def _works_here(tx: Transaction, user: int) -> bool:
    table = User.__table__
    alive = (table.c.active.is_(True), table.c.trashed_at.is_(None))
    return tx.run(select(table.c.id).where(table.c.id == user, *alive), why="sign-in").scalar() is not None


def _let_in(gate: Gate, who: Identity, role: str) -> int:
    roles = {name.casefold(): id for id, name in gate.rows(select(Role.id, Role.name))}
    if role.casefold() not in roles:
        raise Forbidden(_STRANGER)
    values = {"name": who.name[:120] or who.email, "email": who.email, "roles": (roles[role.casefold()],)}
    user = gate.create(User, values)
    note(gate, "user.invited", f"user:{user}", by="provider")
    return user
