"""Tells the story: people first, then what they sell, whom they sell to, and what has happened so far."""

from sqlalchemy import select

from hookline.crm.demo.people import ACCOUNTS, PASSWORD, Account, settle_people
from hookline.crm.users import User
from hookline.kernel.installation import Installation

__all__ = ["PASSWORD", "is_told", "list_accounts", "tell"]


def tell(home: Installation) -> None:
    """Lay the whole story into a database that has been migrated and seeded; all of it or nothing."""
    with home.house("demo", durable=False) as gate:
        settle_people(gate)


def is_told(home: Installation) -> bool:
    """Whether the story is in this database already."""
    with home.house("demo") as gate:
        return gate.scalar(select(User.id).where(User.email == ACCOUNTS[0].email)) is not None


def list_accounts() -> tuple[Account, ...]:
    """Whom one can sign in as; the password of all of them is PASSWORD."""
    return ACCOUNTS
