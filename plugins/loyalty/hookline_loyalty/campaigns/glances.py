"""A campaign at a glance: whom it would reach and who is left out, and how far it has come."""

import json
from typing import Final

from hookline_sdk import Contact, Gate, Link, Panel, Text, Value

from hookline_loyalty.campaigns.audience import LeftOut, audience_of
from hookline_loyalty.campaigns.control import is_held_out
from hookline_loyalty.campaigns.data import OPEN, Campaign, Fate, Occasion, State
from hookline_loyalty.campaigns.launching import counts
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.campaigns.touches import is_suppressed
from hookline_loyalty.plugin import plugin

_REASONS: Final = {
    LeftOut.no_address: Text("No address or number"),
    LeftOut.no_consent: Text("Has not agreed"),
    LeftOut.suppressed: Text("On the suppression list"),
    LeftOut.cap: Text("Written to often enough"),
    LeftOut.holdout: Text("Permanent holdout"),
}
_NEXT: Final = {
    State.draft: Text("Look at the preview, then have it approved."),
    State.approved: Text("It is approved and can be launched."),
}


@plugin.panel(Campaign, "Before the launch", slot="record.main", order=10)
def before_the_launch(campaign: Campaign, gate: Gate) -> Panel:
    """How many get it, and how many do not for which reason."""
    if campaign.state not in OPEN:
        return Panel(empty=None)
    terms = Mailing.of(gate)
    cap = Text(
        "%(next)s At most %(most)s letters in %(within)s days go to anybody, from all campaigns and surveys together.",
        next=_NEXT[State(campaign.state)],
        most=terms.most,
        within=terms.within,
    )
    if campaign.occasion != Occasion.once:
        return Panel(text=cap, facts={str(Text("Goes")): Text(Occasion(campaign.occasion).label)})
    found = audience_of(gate, campaign)
    facts: dict[str, Value] = {
        str(Text("In the segment") if campaign.segment else Text("All contacts")): found.size,
        str(Text("Get it")): len(found.test),
        str(Text("Control group")): len(found.control),
    }
    rows: list[tuple[Value, ...]] = [
        (_reason(reason), found.left_out[reason]) for reason in LeftOut if found.left_out.get(reason)
    ]
    return Panel(
        text=cap,
        facts=facts,
        columns=(Text("Left out"), Text("People")) if rows else (),
        rows=rows,
    )


@plugin.panel(Campaign, "On its way", slot="record.main", order=15)
def on_its_way(campaign: Campaign, gate: Gate) -> Panel:
    """How many letters stand how, and who was left out when it was launched."""
    if campaign.state in OPEN:
        return Panel(empty=None)
    found = counts(gate, campaign.id)
    here = f"/loyalty/letters?campaign={campaign.id}&fate="
    rows: list[tuple[Value, ...]] = [
        (Link(Text(fate.label), f"{here}{fate.value}"), found[fate]) for fate in Fate if found.get(fate)
    ]
    left_out = json.loads(campaign.left_out or "{}")
    rows += [(_reason(reason), left_out[reason]) for reason in LeftOut if left_out.get(reason)]
    return Panel(
        columns=(Text("Letters"), Text("People")),
        rows=rows,
        empty=Text("Nobody was chosen yet."),
        running=campaign.state in (State.sending, State.scheduled)
        and (campaign.launched_at or gate.now) <= gate.now,
    )


@plugin.panel(Contact, "Campaigns", order=160)
def written_to(contact: Contact, gate: Gate) -> Panel:
    """What keeps campaigns from somebody."""
    facts: dict[str, Value] = {}
    if is_suppressed(gate, contact):
        facts[str(Text("Suppressed"))] = Text("No campaign goes to them.")
    if is_held_out(contact.id, Mailing.of(gate).holdout):
        facts[str(Text("Permanent holdout"))] = Text("Stands for those whom no campaign reaches.")
    return Panel(facts=facts, empty=None)


def _reason(reason: LeftOut) -> Value:
    """Why somebody is left out; what can be looked at leads there."""
    label = _REASONS[reason]
    return Link(label, "/loyalty/suppressions") if reason == LeftOut.suppressed else label
