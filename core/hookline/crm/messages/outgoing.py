"""Letters to contacts: written by people or plugins, sent in the background, kept with the record once they have gone.

Nobody gets one who has not agreed to its purpose, at the moment it goes; a consent that was withdrawn meanwhile holds it back.
"""

from html import escape
from typing import Final

from sqlalchemy import select

from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.core import core
from hookline.crm.messages.consents import standings
from hookline.errors import Invalid, Problem, Text
from hookline.kernel import mail
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.entity import link_table
from hookline.kernel.gate import Gate

JOB: Final = "core.send_to_contact"


def write_to(
    gate: Gate, contact: int, subject: str, text: str, *, purpose: int, about: str = "", key: str = ""
) -> None:
    """Have a letter sent to a contact who agrees to this purpose, a `consent_purpose`.

    It goes with this transaction, in the background, and is then kept as an e-mail about `about` (else about the contact).
    With `key` the same letter is not sent twice. Raises Invalid where there is no address, or no consent that holds.
    """
    person = gate.get(Contact, contact)
    problem = hindrance(gate, person, purpose)
    if problem is not None:
        raise Invalid([Problem("", problem)])
    args = {"contact": contact, "subject": subject, "text": text, "purpose": purpose, "about": about}
    unique = f"{JOB}@{key}" if key else None
    enqueue(gate.tx, JOB, args, now=gate.now, unique_key=unique, user=gate.actor.user)


def may_write_to(gate: Gate, contact: int, purpose: int) -> bool:
    """Whether `write_to` would take a letter."""
    person = gate.find(Contact, contact)
    return person is not None and hindrance(gate, person, purpose) is None


def who_agrees(gate: Gate, purpose: int) -> frozenset[int]:
    """The ids of all contacts who agree to this purpose now, in sight or not: to count with, and to write to many.

    One statement, however many they are. `write_to`, `text_to` and `Post.send` ask again at the moment when something goes.
    """
    agreed = link_table(Contact.__tablename__, "consents")
    found = gate.run(select(agreed.c.record).where(agreed.c.target == purpose))
    return frozenset(found.scalars())


@core.job(attempts=5)
def send_to_contact(run: JobRun) -> None:
    """Send one letter, and keep it. What may not go any more stays unsent, and the job says why."""
    with run.reading() as gate:
        person = gate.find(Contact, run.args["contact"])
        problem = (
            hindrance(gate, person, run.args["purpose"]) if person is not None else Text("Nobody is there.")
        )
    if person is None or person.email is None or problem is not None:
        run.result = {"unsent": str(problem)}
        return
    # Raises where no server takes it: tried again, then parked where an administrator sees it.
    subject, text = run.args["subject"], run.args["text"]
    mail.send(run.home.settings, person.email, subject, text, plain_page(text))
    with run.transaction() as gate:
        gate.create(
            Activity,
            {
                "subject": subject, "kind": "email", "direction": "outgoing", "body": text, "contact": person.id,
                "about": run.args["about"] or f"contact:{person.id}", "done_at": run.now,
            },
        )  # fmt: skip


def hindrance(gate: Gate, person: Contact, purpose: int) -> Text | None:
    """Why nothing may be written to somebody; None where nothing speaks against it."""
    if not person.email:
        return Text("%(name)s has no e-mail address.", name=person.name)
    if not any(one.purpose == purpose and one.holds for one in standings(gate, f"contact:{person.id}")):
        return Text("%(name)s has not agreed to such letters.", name=person.name)
    return None


def plain_page(text: str) -> str:
    """A plain page: mail programs know little more than this."""
    said = "".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n")).replace("\n", "<br>")
    return f'<!doctype html><html><body style="font-family: sans-serif; line-height: 1.5; color: #1f2328">{said}</body></html>'
