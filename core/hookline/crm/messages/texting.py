"""Short messages to contacts: handed to the carrier of the settings in the background, kept with the record once they have gone.

Nobody gets one who has not agreed to its purpose, at the moment it goes; a consent that was withdrawn meanwhile holds it back.
"""

from typing import Final, Literal, TypeAlias

from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.core import core
from hookline.crm.messages.consents import standings
from hookline.errors import Invalid, Problem, SettingsError, Text
from hookline.kernel.background.jobs import enqueue
from hookline.kernel.background.runs import JobRun
from hookline.kernel.gate import Gate
from hookline.kernel.short_messages import Carrier, FolderCarrier, ShortMessage

By: TypeAlias = Literal["sms", "messenger"]

JOB: Final = "core.send_short_message"
FOLDER: Final = "folder"
_TITLE: Final = 80


@core.point
def carrier(message: ShortMessage, gate: Gate) -> Carrier:
    """Who can hand this short message on? Asked is the plugin that HOOKLINE_SMS_CARRIER or HOOKLINE_MESSENGER_CARRIER names."""
    raise NotImplementedError


def text_to(
    gate: Gate, contact: int, text: str, *, purpose: int, about: str = "", key: str = "", by: By = "sms"
) -> None:
    """Have a short message sent to a contact who agrees to this purpose, a `consent_purpose`; `by` SMS or messenger.

    It goes with this transaction, in the background, to the mobile number or else the telephone number, and is then kept as
    a message about `about` (else about the contact). With `key` the same message is not sent twice. Raises Invalid where there
    is no number, or no consent that holds.
    """
    person = gate.get(Contact, contact)
    problem = _hindrance(gate, person, purpose)
    if problem is not None:
        raise Invalid([Problem("", problem)])
    args = {"contact": contact, "text": text, "purpose": purpose, "about": about, "by": by}
    unique = f"{JOB}@{key}" if key else None
    enqueue(gate.tx, JOB, args, now=gate.now, unique_key=unique, user=gate.actor.user)


def may_text_to(gate: Gate, contact: int, purpose: int) -> bool:
    """Whether `text_to` would take a message."""
    person = gate.find(Contact, contact)
    return person is not None and _hindrance(gate, person, purpose) is None


@core.job(attempts=5)
def send_short_message(run: JobRun) -> None:
    """Send one short message, and keep it. What may not go any more stays unsent, and the job says why."""
    with run.reading() as gate:
        person = gate.find(Contact, run.args["contact"])
        problem = (
            _hindrance(gate, person, run.args["purpose"]) if person is not None else Text("Nobody is there.")
        )
        number = (person.mobile or person.phone) if person is not None else None
        if person is None or number is None or problem is not None:
            run.result = {"unsent": str(problem)}
            return
        message = ShortMessage(number, run.args["text"], f"{JOB}:{run.id}", run.args.get("by", "sms"))
        chosen = _chosen(run, message, gate)
    # Raises where it is not taken: tried again, then parked where an administrator sees it.
    chosen.send(message)
    with run.transaction() as gate:
        gate.create(
            Activity,
            {
                "subject": message.text.partition("\n")[0][:_TITLE], "kind": "message", "direction": "outgoing",
                "body": message.text, "contact": person.id,
                "about": run.args["about"] or f"contact:{person.id}", "done_at": run.now,
            },
        )  # fmt: skip


def _chosen(run: JobRun, message: ShortMessage, gate: Gate) -> Carrier:
    """The carrier that the settings name."""
    settings = run.home.settings
    wanted = settings.sms_carrier if message.by == "sms" else settings.messenger_carrier
    if wanted == FOLDER:
        return FolderCarrier(settings.data_dir / message.by)
    for answer in carrier.answers(message, gate) if wanted else ():
        if answer.plugin == wanted:
            return answer.value
    name = f"HOOKLINE_{message.by.upper()}_CARRIER"
    raise SettingsError(
        f"{name}: {wanted!r} carries no short messages"
        if wanted
        else f"no short messages are sent: {name} is empty"
    )


def _hindrance(gate: Gate, person: Contact, purpose: int) -> Text | None:
    """Why nothing may be sent to somebody; None where nothing speaks against it."""
    if not (person.mobile or person.phone):
        return Text("%(name)s has no telephone number.", name=person.name)
    if not any(one.purpose == purpose and one.holds for one in standings(gate, f"contact:{person.id}")):
        return Text("%(name)s has not agreed to such messages.", name=person.name)
    return None
