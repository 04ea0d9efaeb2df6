"""Letters: the mails that carry one-use links. They are sent in the background: a dead mail server holds nobody up.

The link is made when the letter is written, so its secret never lies in a job. Who asked for a link to an account that does
not exist has left the same job, and the same work was done; it ends without a letter.
"""

from datetime import datetime
from html import escape
from typing import Final

from sqlalchemy import select

from hookline.crm.access.users import User
from hookline.crm.core import core
from hookline.crm.listeners import listener
from hookline.crm.settings import setting
from hookline.crm.sign_in.links import HOLDS, Purpose, address_of, make_link
from hookline.errors import Text
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.db import Transaction
from hookline.kernel.gate import Gate
from hookline.kernel.mail import send

JOB: Final = "core.send_link"
_SUBJECTS: Final = {
    Purpose.invitation: Text("Your account with %(house)s"),
    Purpose.reset: Text("A new password for %(house)s"),
}
_FIRST: Final = {
    Purpose.invitation: Text(
        "%(name)s, an account was opened for you with %(house)s. Choose your password here:"
    ),
    Purpose.reset: Text(
        "%(name)s, somebody asked for a new password for your account with %(house)s. Choose it here:"
    ),
}
_LAST: Final = {
    Purpose.invitation: Text(
        "The link holds once, for 24 hours. Ask whoever let you in for another when it is over."
    ),
    Purpose.reset: Text(
        "The link holds once, for 30 minutes. If it was not you, do nothing: your password stays as it is."
    ),
}


def ask_for_reset(tx: Transaction, email: str, now: datetime) -> None:
    """Have a link sent to whoever has this address, if anybody has. The work is the same either way."""
    args = {"email": email.strip().casefold()[:254], "purpose": Purpose.reset.value, "asked": now.isoformat()}
    enqueue(tx, JOB, args, now=now)


def send_invitation(gate: Gate, email: str) -> None:
    """Have a link sent with which a new person chooses a password."""
    args = {"email": email, "purpose": Purpose.invitation.value, "asked": gate.now.isoformat()}
    enqueue(gate.tx, JOB, args, now=gate.now)


@core.job(attempts=5)
def send_link(run: JobRun) -> None:
    """Write and send one letter. A link that could not be sent before it would be over is not sent any more."""
    purpose = Purpose(run.args["purpose"])
    if run.now - datetime.fromisoformat(run.args["asked"]) >= HOLDS[purpose]:
        return
    with run.transaction() as gate:
        person = _person(gate.tx, run.args["email"])
        if person is None:
            return
        user, name, email = person
        to = listener(gate, user)
        secret = make_link(gate.tx, user, purpose, gate.now)
        house = str(setting(gate, "house_name"))
    address = address_of(run.home.settings, secret)
    subject, first, last = (
        to.say(Text(texts[purpose].msgid, name=name, house=house)) for texts in (_SUBJECTS, _FIRST, _LAST)
    )
    button = to.say("Choose a password")
    send(
        run.home.settings,
        email,
        subject,
        f"{first}\n\n{address}\n\n{last}\n",
        _html(to.reader.language, first, address, button, last),
    )


def _person(tx: Transaction, email: str) -> tuple[int, str, str] | None:
    """Whoever works here and has this address."""
    table = User.__table__
    columns = (table.c.id, table.c.name, table.c.email)
    alive = (table.c.active.is_(True), table.c.trashed_at.is_(None))
    row = tx.run(select(*columns).where(table.c.email == email, *alive), why="letters").first()
    return None if row is None else (row.id, row.name, row.email)


def _html(language: str, first: str, address: str, button: str, last: str) -> str:
    """A plain page: mail programs know little more than this."""
    link = escape(address)
    return (
        f'<!doctype html><html lang="{language}"><body style="font-family: sans-serif; line-height: 1.5; color: #1f2328">'
        f'<div style="max-width: 36em; margin: 2em auto; padding: 0 1em"><p>{escape(first)}</p>'
        f'<p><a href="{link}" style="display: inline-block; padding: 0.6em 1.2em; border-radius: 6px; background: #2f4fd0;'
        f' color: #ffffff; text-decoration: none">{escape(button)}</a></p><p style="color: #59636e">{link}</p>'
        f'<p style="color: #59636e">{escape(last)}</p></div></body></html>'
    )
