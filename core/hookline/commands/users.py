"""`hookline user`: accounts, for the first administrator and for whoever has lost the password."""

import click
from sqlalchemy import select

from hookline.commands import opened
from hookline.crm.accounts import invite, list_accounts, reset_password
from hookline.crm.roles import Role
from hookline.crm.users import User
from hookline.errors import Invalid, Problem, Text
from hookline.kernel.gate import Gate


@click.group("user")
def user_() -> None:
    r"""Add people, give them new passwords, list them, deactivate them.

    \b
    Example:
      hookline user add "Ada Lovelace" ada@example.com --role Administrator
    """


@user_.command("add")
@click.argument("name")
@click.argument("email")
@click.option(
    "--role", "roles", multiple=True, default=["Administrator"], show_default=True, help="May be repeated."
)
@click.option("--password", default="", help="Made up and shown when it is not given.")
def add(name: str, email: str, roles: tuple[str, ...], password: str) -> None:
    r"""Let a person in.

    \b
    Example:
      hookline user add "Ada Lovelace" ada@example.com --role Seller
    """
    with opened() as home, home.house("user add") as gate:
        ids = tuple(_role(gate, role) for role in roles)
        _, chosen = invite(gate, {"name": name, "email": email, "roles": ids}, password)
    click.echo(f"{email} may sign in" + ("." if password else f" with the password {chosen}"))


@user_.command("password")
@click.argument("email")
@click.option("--password", default="", help="Made up and shown when it is not given.")
def password_(email: str, password: str) -> None:
    r"""Give a person a new password and sign them out everywhere.

    \b
    Example:
      hookline user password ada@example.com
    """
    with opened() as home, home.house("user password") as gate:
        chosen = reset_password(gate, _user(gate, email), password)
    click.echo(f"{email} has a new password" + ("." if password else f": {chosen}"))


@user_.command("list")
def list_() -> None:
    r"""List everybody.

    \b
    Example:
      hookline user list
    """
    with opened() as home, home.house("user list") as gate:
        for account in list_accounts(gate):
            state = "" if account.active else "  (not active)"
            click.echo(f"{account.id:>5}  {account.email or '-':<32} {account.name}{state}")


@user_.command("deactivate")
@click.argument("email")
def deactivate(email: str) -> None:
    r"""Keep a person out. What belongs to them stays theirs.

    \b
    Example:
      hookline user deactivate ada@example.com
    """
    with opened() as home, home.house("user deactivate") as gate:
        gate.update(User, _user(gate, email), {"active": False})
    click.echo(f"{email} can no longer sign in.")


def _user(gate: Gate, email: str) -> int:
    found = gate.scalar(select(User.id).where(User.email == email.strip().lower()))
    if found is None:
        raise Invalid([Problem("email", Text("nobody here has the address %(email)s", email=email))])
    return int(found)


def _role(gate: Gate, name: str) -> int:
    roles = {known.casefold(): id for id, known in gate.rows(select(Role.id, Role.name))}
    if name.casefold() not in roles:
        names = ", ".join(known for _, known in gate.rows(select(Role.id, Role.name).order_by(Role.id)))
        raise Invalid(
            [Problem("role", Text("there is no role %(name)s; there are %(names)s", name=name, names=names))]
        )
    return int(roles[name.casefold()])
