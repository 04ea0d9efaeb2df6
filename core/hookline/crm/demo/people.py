"""Who works in the demo's house."""

from dataclasses import dataclass
from typing import Final

from argon2 import PasswordHasher
from sqlalchemy import insert, select

from hookline.crm.access.roles import Role
from hookline.crm.access.teams import Team
from hookline.crm.access.users import User
from hookline.crm.sign_in.credentials import credential
from hookline.kernel.gate import Gate

PASSWORD: Final = "demo-password"  # noqa: S105  # printed for everybody who starts the demo


@dataclass(frozen=True)
class Account:
    """Somebody to sign in as. `team` is the one they belong to; `leads` says that they manage it."""

    name: str
    email: str
    role: str
    job_title: str
    team: str | None
    language: str = "en"
    time_zone: str = "Europe/Amsterdam"
    leads: bool = False


HOUSE_TEAM: Final = "Sales"
# Each team with the one it is part of and its region.
TEAMS: Final = (("Sales", None, None), ("Europe", "Sales", "Europe"), ("Россия", "Sales", "Россия"))
ACCOUNTS: Final = (
    Account("Anna Kovaleva", "anna@example.com", "Administrator", "Operations lead", "Sales"),
    Account("Marcus Bell", "marcus@example.com", "Head", "Head of sales", "Sales", leads=True),
    Account("Priya Nair", "priya@example.com", "Manager", "Team manager", "Europe", leads=True),
    Account("Tom Walsh", "tom@example.com", "Seller", "Account executive", "Europe"),
    Account(
        "Дарья Орлова", "daria@example.com", "Seller", "Менеджер по продажам", "Россия", "ru", "Europe/Moscow"
    ),
    Account("Илья Сомов", "ilya@example.com", "Observer", "Аналитик", "Sales", "ru", "Europe/Moscow"),
)


def settle_people(gate: Gate) -> None:
    """Teams, accounts and their passwords."""
    teams: dict[str, int] = {}
    for name, parent, region in TEAMS:
        teams[name] = gate.create(Team, {"name": name, "parent": teams.get(parent or ""), "region": region})
    users: list[int] = []
    roles = {name: id for id, name in gate.rows(select(Role.id, Role.name))}
    for account in ACCOUNTS:
        user = gate.create(
            User,
            {
                "name": account.name, "email": account.email, "job_title": account.job_title, "language": account.language,
                "time_zone": account.time_zone, "team": teams.get(account.team or ""), "roles": (roles[account.role],),
            },
        )  # fmt: skip
        if account.leads and account.team is not None:
            gate.update(Team, teams[account.team], {"manager": user})
        users.append(user)
    _let_in(gate, users)
    gate.configured()


def _let_in(gate: Gate, users: list[int]) -> None:
    """One hash for all of them: to work out six takes longer than the rest of the story's people."""
    hash = PasswordHasher().hash(PASSWORD)
    rows = [{"user": user, "password_hash": hash, "changed_at": gate.now} for user in users]
    gate.tx.run(insert(credential), rows, why="demo")
