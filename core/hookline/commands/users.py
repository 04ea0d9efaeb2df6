"""`hookline user`: accounts, for the first administrator and for whoever has lost the password."""

import click
from sqlalchemy import select

from hookline.commands.installations import opened
from hookline.crm.access.roles import Role
from hookline.crm.access.users import User
from hookline.crm.sign_in.accounts import invitation, invite, list_accounts, remove_two_step, reset_password
from hookline.crm.sign_in.links import HOLDS, Purpose, address_of
from hookline.errors import Invalid, NotFound, Problem, Text
from hookline.kernel.gate import Gate
from hookline.kernel.installation import Installation


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
@click.option("--password", default="", help="Without it a link is shown with which the person chooses one.")
def add(name: str, email: str, roles: tuple[str, ...], password: str) -> None:
    r"""Let a person in.

    \b
    Example:
      hookline user add "Ada Lovelace" ada@example.com --role Seller
    """
    with opened() as home, home.house("user add") as gate:
        ids = tuple(_role(gate, role) for role in roles)
        user = invite(gate, {"name": name, "email": email, "roles": ids}, password)
        secret = "" if password else invitation(gate, user)
    click.echo(f"{email} may sign in" + ("." if password else ", with a password chosen here:"))
    _show_link(home, secret, Purpose.invitation)


@user_.command("password")
@click.argument("email")
@click.option("--password", default="", help="Without it a link is shown with which the person chooses one.")
def password_(email: str, password: str) -> None:
    r"""Give a person a new password and sign them out everywhere, or make a link to choose one.

    \b
    Example:
      hookline user password ada@example.com
    """
    with opened() as home, home.house("user password") as gate:
        user = _user(gate, email)
        if password:
            reset_password(gate, user, password)
        secret = "" if password else invitation(gate, user)
    click.echo(f"{email} has a new password." if password else f"{email} chooses a password here:")
    _show_link(home, secret, Purpose.invitation)


@user_.command("enter")
@click.argument("email")
def enter(email: str) -> None:
    r"""Make a link that signs a person in without a password: when the provider of identities is down.

    \b
    Example:
      hookline user enter ada@example.com
    """
    with opened() as home, home.house("user enter") as gate:
        secret = invitation(gate, _user(gate, email), Purpose.entry)
    click.echo(f"{email} comes in here:")
    _show_link(home, secret, Purpose.entry)


@user_.command("two-step")
@click.argument("email")
def two_step(email: str) -> None:
    r"""Remove the second step of a person who has lost phone and recovery codes.

    \b
    Example:
      hookline user two-step ada@example.com
    """
    with opened() as home, home.house("user two-step") as gate:
        user = _user(gate, email)
        try:
            remove_two_step(gate, user)
        except NotFound as error:
            raise Invalid([Problem("email", Text("no second step is set up there"))]) from error
    click.echo(f"{email} signs in with the password alone, until a second step is set up again.")


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


def _show_link(home: Installation, secret: str, purpose: Purpose) -> None:
    if secret:
        click.echo(f"  {address_of(home.settings, secret)}")
        click.echo(f"It holds once, for {HOLDS[purpose].total_seconds() / 60:.0f} minutes.")


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
