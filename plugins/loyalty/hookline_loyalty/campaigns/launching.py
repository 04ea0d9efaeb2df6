"""From a draft to people: approving, launching, pausing, going on, stopping."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, Final

from hookline_sdk import Act, Gate, Invalid, JobRun, Problem, Text, enqueue, func, select

from hookline_loyalty.campaigns.audience import Person, audience_of
from hookline_loyalty.campaigns.data import Campaign, Fate, Group, Occasion, Recipient, State
from hookline_loyalty.campaigns.rights import APPROVE, LAUNCH
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.plugin import plugin

LAUNCHING: Final = Text("campaign")
_AT_ONCE: Final = 500


@plugin.action(Campaign, "Approve", icon="badge-check", needs=APPROVE, when='state = "draft"', order=10)
def approve(act: Act[Campaign], gate: Gate) -> Text:
    """It may be launched as it stands; a change makes it a draft again."""
    writers = {act.record.created_by, act.record.updated_by}
    if Mailing.of(gate).four_eyes and gate.actor.user in writers:
        raise Invalid([Problem("", Text("Somebody else approves what you have written."))])
    carry(gate, act.record.id, state=State.approved)
    return Text("Approved.")


@plugin.action(
    Campaign, "Launch", icon="send", needs=LAUNCH, when='state = "approved"', order=20,
    confirm="From now on it goes to people, and its text and audience stay as they are. The preview says how many get it. Launch it?",
)  # fmt: skip
def launch(act: Act[Campaign], gate: Gate) -> Text:
    """Let it go out: at once, at its time, or whenever its occasion comes."""
    campaign = act.record
    if campaign.occasion != Occasion.once:
        carry(gate, campaign.id, state=State.live, launched_at=gate.now)
        return Text("It is live: whoever it is for gets it when the time comes.")
    starts = max(gate.now, campaign.starts_at or gate.now)
    later = starts > gate.now
    carry(gate, campaign.id, state=State.scheduled if later else State.sending, launched_at=starts)
    _work(gate, "choose_people", campaign.id, starts, gate.actor.user)
    return Text("It goes out when its time has come.") if later else Text("It is going out.")


@plugin.action(
    Campaign, "Pause", icon="pause", needs=LAUNCH, when='state = "sending" or state = "live" or state = "scheduled"', order=30
)  # fmt: skip
def pause(act: Act[Campaign], gate: Gate) -> Text:
    """Let nothing more go for now. What is being handed over at this moment still goes."""
    carry(gate, act.record.id, state=State.paused)
    return Text("Paused.")


@plugin.action(Campaign, "Go on", icon="play", needs=LAUNCH, when='state = "paused"', order=30)
def go_on(act: Act[Campaign], gate: Gate) -> Text:
    """Send to those who have not had it yet."""
    campaign = act.record
    if campaign.occasion != Occasion.once:
        carry(gate, campaign.id, state=State.live)
        set_going(gate, campaign.id, gate.now)
        return Text("It is live again.")
    starts = max(gate.now, campaign.starts_at or gate.now)
    carry(gate, campaign.id, state=State.scheduled if starts > gate.now else State.sending)
    _work(gate, "choose_people", campaign.id, starts, gate.actor.user)
    return Text("It goes on.")


@plugin.action(
    Campaign, "Stop", icon="ban", needs=LAUNCH, order=40,
    when='state = "sending" or state = "live" or state = "scheduled" or state = "paused"',
    confirm="Whoever has not had it yet gets nothing any more. This cannot be taken back. Stop it?",
)  # fmt: skip
def stop(act: Act[Campaign], gate: Gate) -> Text:
    """End it for good. Who was still waiting is taken out: they were never written to."""
    house = gate.as_house(LAUNCHING)
    carry(gate, act.record.id, state=State.stopped, finished_at=gate.now)
    waiting = select(Recipient.id).where(Recipient.campaign == act.record.id, Recipient.fate == Fate.waiting)
    ids = [id for (id,) in house.rows(waiting)]
    for place in range(0, len(ids), _AT_ONCE):
        told = {id: {"fate": Fate.skipped, "why": str(_STOPPED)} for id in ids[place : place + _AT_ONCE]}
        house.carry(Recipient, told)
    return Text("Stopped.")


_STOPPED: Final = Text("The campaign was stopped.")


@plugin.job()
def choose_people(run: JobRun) -> None:
    """Choose who gets it and who is of the control group, with the eyes of whoever launched it; then let it go out."""
    id = int(run.args["campaign"])
    with run.reading() as gate:
        campaign = gate.find(Campaign, id)
        if campaign is None or campaign.state not in (State.scheduled, State.sending):
            return
        found = None if campaign.left_out is not None else audience_of(gate, campaign)
    if found is not None:
        chosen = [*((p, Group.test) for p in found.test), *((p, Group.control) for p in found.control)]
        for place in range(0, len(chosen), _AT_ONCE):
            run.check()
            with run.transaction() as gate:
                put_down(gate, campaign, chosen[place : place + _AT_ONCE], gate.now)
            run.progress(place, len(chosen))
    with run.transaction() as gate:
        told: dict[str, Any] = {"state": State.sending}
        if found is not None:
            told["left_out"] = json.dumps({reason.value: number for reason, number in found.left_out.items()})
        carry(gate, id, **told)
        set_going(gate, id, run.now)


def put_down(
    gate: Gate, campaign: Campaign, people: Sequence[tuple[Person, Group]], due: dt.datetime, occasion: str = "", key: str = ""
) -> None:  # fmt: skip
    """Write down who gets it and who does not; who stands there already under this key is passed over."""
    house = gate.as_house(LAUNCHING)
    keys = {person.id: f"{campaign.id}:{person.id}{f':{key}' if key else ''}" for person, _ in people}
    there = select(Recipient.key).where(Recipient.key.in_(keys.values()))
    known = {row.key for row in house.rows(there)}
    house.create_many(
        Recipient,
        [
            {
                "what": campaign.name, "campaign": campaign.id, "contact": person.id, "group": group,
                "fate": Fate.waiting if group == Group.test else Fate.untouched, "told": occasion or None,
                "joined_at": gate.now, "due_at": due, "stratum": person.stratum, "key": keys[person.id],
                "owner": person.owner, "team": person.team,
            }
            for person, group in people
            if keys[person.id] not in known
        ],
    )  # fmt: skip


def set_going(gate: Gate, campaign: int, at: dt.datetime) -> None:
    """Ask for the job that sends what is due."""
    _work(gate, "send_campaign", campaign, at, None)


def carry(gate: Gate, campaign: int, **told: Any) -> None:
    """Write what follows from an action or a job; nobody else may set it."""
    gate.as_house(LAUNCHING).carry(Campaign, {campaign: told})


def counts(gate: Gate, campaign: int) -> dict[Fate, int]:
    """How many letters stand how."""
    found = select(Recipient.fate, func.count(Recipient.id)).where(Recipient.campaign == campaign)
    return {Fate(fate): number for fate, number in gate.rows(found.group_by(Recipient.fate))}


def _work(gate: Gate, job: str, campaign: int, at: dt.datetime, user: int | None) -> None:
    enqueue(gate.tx, f"loyalty.{job}", {"campaign": campaign}, now=gate.now, run_at=at, user=user)
