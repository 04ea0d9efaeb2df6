"""Sending: one letter after the other, each to one person once at most, whatever is killed in between.

Before a letter is handed over it is written down that it is on its way, and committed; after that, what became of it, together
with the next one's being on its way. So whoever kills the process at any moment leaves one letter at most of which nobody knows: it
was on its way. Whoever takes the work up again marks it as unclear and does not send it a second time.
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hookline_sdk import (
    Contact,
    Delivery,
    Gate,
    Handed,
    JobRun,
    Letter,
    Text,
    func,
    may_text_to,
    posting,
    select,
    text_to,
)

from hookline_loyalty.campaigns.data import (
    GOING,
    Campaign,
    Cause,
    Channel,
    Fate,
    Occasion,
    Recipient,
    State,
    Suppression,
)
from hookline_loyalty.campaigns.launching import LAUNCHING, carry, counts, set_going
from hookline_loyalty.campaigns.terms import Mailing
from hookline_loyalty.campaigns.touches import is_suppressed, worn_out
from hookline_loyalty.campaigns.writing import letter_to, message_to, readers
from hookline_loyalty.plugin import plugin

# So often a letter is tried that the server cannot take now, and so long it waits in between.
TRIES: Final = 5
PAUSE: Final = dt.timedelta(minutes=15)
# How often the frequency cap is counted anew while a campaign goes out.
_COUNTED_EVERY: Final = 100
_FATES: Final = {
    Handed.taken: Fate.sent, Handed.no_address: Fate.bounced, Handed.refused: Fate.failed, Handed.unclear: Fate.unclear,
}  # fmt: skip
_UNCLEAR: Final = Text("The work was broken off while it was handed over.")
_SUPPRESSED: Final = Text("Is on the suppression list.")
_OFTEN: Final = Text("Was written to often enough of late.")
_WITHDRAWN: Final = Text("Has not agreed, or no longer does.")
_GONE: Final = Text("Nobody is there.")


@dataclass(frozen=True)
class OnItsWay:
    """A letter that was written down as going, and goes now."""

    recipient: int
    contact: int
    purpose: int
    tries: int
    letter: Letter


@dataclass
class _Work:
    """One run of the job over a campaign."""

    run: JobRun
    campaign: int
    worn: set[int]
    counted: int = 0

    @property
    def must_end(self) -> bool:
        return self.run.cancelled or self.run.going_down.is_set()


@plugin.job(attempts=20)
def send_campaign(run: JobRun) -> None:
    """Send what is due of one campaign."""
    work = _Work(run, int(run.args["campaign"]), set())
    with run.transaction() as gate:
        campaign = _begin(gate, work)
        if campaign is None:
            return
        by_letter = campaign.channel == Channel.email
        total = sum(counts(gate.as_house(LAUNCHING), campaign.id).values())
    if by_letter:
        _send_letters(work, total)
    else:
        _send_messages(work, total)


def _begin(gate: Gate, work: _Work) -> Campaign | None:
    """Take the campaign over from whoever sent it before; what that one left on its way is unclear from now on."""
    house = gate.as_house(LAUNCHING)
    campaign = house.find(Campaign, work.campaign)
    if campaign is None or campaign.state not in GOING:
        return None
    loud = Mailing.of(gate).loud_at(gate.now)
    if loud > gate.now:
        set_going(gate, campaign.id, loud)
        return None
    left = select(Recipient.id).where(Recipient.campaign == campaign.id, Recipient.fate == Fate.claimed)
    if ids := [id for (id,) in house.rows(left)]:
        house.carry(Recipient, {id: {"fate": Fate.unclear, "why": str(_UNCLEAR)} for id in ids})
    carry(gate, campaign.id, runner=work.run.id)
    return campaign


def _send_letters(work: _Work, total: int) -> None:
    last: tuple[OnItsWay, Delivery] | None = None
    done = 0
    with posting(work.run) as post:
        while True:
            with work.run.transaction() as gate:
                if last is not None:
                    _settle(gate, *last)
                following = None if work.must_end else _claim(gate, work)
            work.run.progress(done, total)
            if following is None:
                work.run.check()
                return
            key = f"loyalty.{work.campaign}.{following.recipient}"
            sent = post.send(following.contact, following.letter, purpose=following.purpose, key=key)
            last, done = (following, sent), done + 1


def _claim(gate: Gate, work: _Work) -> OnItsWay | None:
    """The next letter, written down as being on its way. None when there is no more for this run."""

    def going(gate: Gate, campaign: Campaign, row: Any) -> OnItsWay:
        reader = readers(gate, [row.contact], {row.contact: row.told or ""})[row.contact]
        gate.carry(Recipient, {row.id: {"fate": Fate.claimed, "gone_at": gate.now, "tries": row.tries + 1}})
        return OnItsWay(
            row.id, row.contact, campaign.purpose, row.tries + 1, letter_to(gate, campaign, reader)
        )

    return _next(gate, work, going)


def _next(gate: Gate, work: _Work, going: Callable[[Gate, Campaign, Any], OnItsWay]) -> OnItsWay | None:
    """Pass over whoever may not be written to any more, and let the first one go who may."""
    house = gate.as_house(LAUNCHING)
    campaign = house.find(Campaign, work.campaign)
    if campaign is None or campaign.state not in GOING or campaign.runner != work.run.id:
        return None
    if work.counted % _COUNTED_EVERY == 0:
        work.worn = worn_out(gate)
    while True:
        row = _due(house, campaign)
        if row is None:
            _end(gate, campaign)
            return None
        work.counted += 1
        reason = _reason(house, work, row.contact, campaign)
        if reason is None:
            return going(house, campaign, row)
        house.carry(Recipient, {row.id: {"fate": Fate.skipped, "why": str(reason)}})


def _due(house: Gate, campaign: Campaign) -> Any:
    asked = select(Recipient.id, Recipient.contact, Recipient.told, Recipient.tries).where(
        Recipient.campaign == campaign.id, Recipient.fate == Fate.waiting, Recipient.due_at <= house.now
    )
    return next(iter(house.rows(asked.order_by(Recipient.due_at, Recipient.id).limit(1))), None)


def _reason(house: Gate, work: _Work, contact: int, campaign: Campaign) -> Text | None:
    """Why somebody who was chosen gets nothing after all; consent is asked for once more when the letter goes."""
    person = house.find(Contact, contact)
    if person is None:
        return _GONE
    if is_suppressed(house, person):
        return _SUPPRESSED
    return _OFTEN if contact in work.worn else None


def _settle(gate: Gate, letter: OnItsWay, delivery: Delivery) -> None:
    """Write down what became of a letter."""
    house, why = gate.as_house(LAUNCHING), delivery.why
    told: dict[str, Any] = {"why": str(why) if why else None}
    if delivery.handed is None:
        told |= {"fate": Fate.skipped, "gone_at": None}
    elif delivery.handed == Handed.later:
        over = letter.tries >= TRIES
        told |= {"fate": Fate.failed if over else Fate.waiting, "gone_at": None}
        told |= {"due_at": gate.now + PAUSE * letter.tries}
    else:
        told["fate"] = _FATES[delivery.handed]
        if told["fate"] in (Fate.bounced, Fate.failed):
            told["gone_at"] = None
    house.carry(Recipient, {letter.recipient: told})
    if delivery.handed == Handed.no_address:
        suppress(house, letter.contact, Cause.bounced)


def suppress(house: Gate, contact: int, cause: Cause) -> None:
    """Put somebody's addresses on the suppression list, those that are not there yet."""
    person = house.find(Contact, contact)
    if person is None:
        return
    ways = [person.email] if cause == Cause.bounced else [person.email, person.mobile, person.phone]
    wanted = {way.casefold() for way in ways if way}
    known = house.rows(select(Suppression.address).where(Suppression.address.in_(sorted(wanted))))
    missing = sorted(wanted - {address for (address,) in known})
    belongs = {"contact": contact, "cause": cause, "owner": person.owner, "team": person.team}
    house.create_many(Suppression, [{"address": address, **belongs} for address in missing])


def _end(gate: Gate, campaign: Campaign) -> None:
    """Nothing is due: come again for what waits, or say that the campaign is over."""
    house = gate.as_house(LAUNCHING)
    waiting = select(func.min(Recipient.due_at)).where(
        Recipient.campaign == campaign.id, Recipient.fate == Fate.waiting
    )
    due = house.scalar(waiting)
    if due is not None:
        set_going(gate, campaign.id, due)
    elif campaign.occasion == Occasion.once:
        carry(gate, campaign.id, state=State.sent, finished_at=gate.now)


def _send_messages(work: _Work, total: int) -> None:
    """Short messages go with the transaction that writes them down: the carrier gets each under a key of its own."""

    def going(gate: Gate, campaign: Campaign, row: Any) -> OnItsWay:
        reader = readers(gate, [row.contact], {row.contact: row.told or ""})[row.contact]
        told: dict[str, Any] = {"fate": Fate.skipped, "why": str(_WITHDRAWN)}
        said = message_to(gate, campaign, reader)
        if may_text_to(gate, row.contact, campaign.purpose):
            by = "sms" if campaign.channel == Channel.sms else "messenger"
            about, key = f"loyalty_campaign:{campaign.id}", f"loyalty.{campaign.id}.{row.id}"
            text_to(gate, row.contact, said, purpose=campaign.purpose, about=about, key=key, by=by)  # type: ignore[arg-type]  # one of the two
            told = {"fate": Fate.sent, "gone_at": gate.now, "why": None}
        gate.carry(Recipient, {row.id: told})
        return OnItsWay(row.id, row.contact, campaign.purpose, row.tries, Letter("", said))

    for done in range(1, total + 2):
        with work.run.transaction() as gate:
            following = None if work.must_end else _next(gate, work, going)
        work.run.progress(done, total)
        if following is None:
            work.run.check()
            return
