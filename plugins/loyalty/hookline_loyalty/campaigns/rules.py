"""What must hold of campaigns, whatever door they come through."""

from hookline_sdk import BeforeSave, Text

from hookline_loyalty.campaigns.data import OPEN, Campaign, Channel, Occasion, State, Suppression
from hookline_loyalty.campaigns.wording import mistakes
from hookline_loyalty.plugin import plugin
from hookline_loyalty.segments.data import Segment, Subject

_TEXTS = ("subject", "said", "subject_ru", "said_ru")
# What may be corrected afterwards: it changes how the result is counted, not what people got.
_COUNTED = frozenset({"cost", "cost_each", "margin", "window", "owner", "team", "name"})


@plugin.before_save(Campaign)
def stay_as_launched(event: BeforeSave[Campaign]) -> None:
    """A launched campaign's text and audience stay; one that was approved is a draft again when it is changed."""
    before = event.before
    if before is None:
        return
    changed = {name for name in event.values if event.values[name] != getattr(before, name, None)} - _COUNTED
    if not changed:
        return
    if before.state not in OPEN:
        for name in sorted(changed):
            event.reject(Text("It was launched: its text and its audience stay as they are."), name)
    elif before.state == State.approved:
        event.values["state"] = State.draft


@plugin.before_save(Campaign)
def be_readable(event: BeforeSave[Campaign]) -> None:
    """There is a text in one language at least, each letter has a subject, and the placeholders are known."""
    campaign = event.record
    for name in _TEXTS:
        for mistake in mistakes(getattr(campaign, name) or ""):
            event.reject(mistake.text, name)
    if not (campaign.said or campaign.said_ru):
        event.reject(Text("Say something, in one language at least."), "said")
    if campaign.channel == Channel.email:
        for said, subject in (("said", "subject"), ("said_ru", "subject_ru")):
            if getattr(campaign, said) and not getattr(campaign, subject):
                event.reject(Text("A letter needs a subject."), subject)


@plugin.before_save(Campaign)
def have_an_audience(event: BeforeSave[Campaign]) -> None:
    """It is for contacts, and what its occasion needs is there."""
    campaign = event.record
    if campaign.segment is not None:
        house = event.gate.as_house(Text("a campaign asks of whom its segment is"))
        of = house.get(Segment, campaign.segment).of
        if of != Subject.contact:
            event.reject(Text("Campaigns go to contacts; this segment is of companies."), "segment")
    if campaign.occasion == Occasion.no_visit and not campaign.days:
        event.reject(Text("After how many days without a purchase?"), "days")


@plugin.before_save(Suppression)
def fold(event: BeforeSave[Suppression]) -> None:
    """Addresses are compared as mail servers do."""
    event.values["address"] = event.record.address.strip().casefold()
