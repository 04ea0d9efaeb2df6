"""How fixations end: they run out, the client becomes ours, or the partner lets go."""

from hookline_sdk import Act, Contact, Gate, JobRun, Redirect, Text, select

from hookline_real_estate.partners.data import Fixation, FixationState
from hookline_real_estate.plugin import plugin

VALID = 'state = "valid"'
_AT_ONCE = 500


@plugin.job(cron="*/10 * * * *")
def end_fixations(run: JobRun) -> None:
    """Let fixations run out whose time is over; the next partner may then fix the client."""
    ended = 0
    while True:
        with run.transaction() as gate:
            over = select(Fixation.id, Fixation.version).where(
                Fixation.state == FixationState.valid, Fixation.until <= run.now
            )
            found = gate.rows(over.order_by(Fixation.until, Fixation.id).limit(_AT_ONCE))
            for id, version in found:
                gate.update(Fixation, id, {"state": FixationState.expired}, version=version)
        ended += len(found)
        if len(found) < _AT_ONCE:
            break
    run.result = {"ended": ended}


@plugin.action(Fixation, "Make a contact", icon="user-plus", when=VALID)
def make_contact(act: Act[Fixation], gate: Gate) -> Redirect:
    """The client has come: a contact with this phone. The fixation keeps saying who brought them."""
    fixation = act.record
    first, _, last = fixation.client.rpartition(" ")
    named = {"first_name": first or None, "last_name": last, "phone": fixation.phone}
    contact = gate.create(Contact, {**named, "owner": fixation.owner, "team": fixation.team})
    became = {"state": FixationState.client, "contact": contact}
    gate.update(Fixation, fixation.id, became, version=fixation.version)
    return Redirect(f"contact:{contact}", Text("The client is a contact now."))


@plugin.action(Fixation, "Withdraw", icon="undo-2", confirm="Let others fix this client?", when=VALID)
def withdraw(act: Act[Fixation], gate: Gate) -> Text:
    """The partner lets go of the client."""
    fixation = act.record
    gate.update(Fixation, fixation.id, {"state": FixationState.withdrawn}, version=fixation.version)
    return Text("The fixation is withdrawn.")
