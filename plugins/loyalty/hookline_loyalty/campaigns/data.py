"""What is kept of campaigns: what is said, to whom, what it costs, and what became of it with each person."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Choices,
    Contact,
    Entity,
    Fields,
    Mapped,
    Text,
    choice,
    decimal,
    integer,
    long_text,
    moment,
    money,
    only_one,
    percent,
    ref,
    text,
)

from hookline_loyalty.plugin import CAMPAIGNS, plugin


class Language(Choices):
    """In what language somebody is written to."""

    en = "en", "English"
    ru = "ru", "Russian"


class WrittenTo(Fields[Contact], plugin=plugin, label="Letters"):
    """How somebody wants to be written to."""

    language: Mapped[str | None] = choice("Language of letters", Language, filter=True)


class State(Choices):
    """How far a campaign has come."""

    draft = "draft", "Draft"
    approved = "approved", "Approved", "blue"
    scheduled = "scheduled", "Scheduled", "blue"
    live = "live", "Live", "green"
    sending = "sending", "Sending", "amber"
    paused = "paused", "Paused", "orange"
    sent = "sent", "Sent", "green"
    stopped = "stopped", "Stopped", "red"


# In these its text and its audience may be changed.
OPEN = (State.draft, State.approved)
# In these it goes out, now or when something happens.
GOING = (State.sending, State.live)


class Channel(Choices):
    """On what way people are reached."""

    email = "email", "E-mail"
    sms = "sms", "SMS"
    messenger = "messenger", "Messenger"


class Occasion(Choices):
    """When somebody is written to."""

    once = "once", "All at once"
    birthday = "birthday", "On their birthday"
    first_purchase = "first_purchase", "After the first purchase"
    no_visit = "no_visit", "When nothing was bought for some days"
    leaving_soon = "leaving_soon", "When they are about to leave"
    price_cut = "price_cut", "When something they look for gets cheaper"


_ONE_BY_ONE = 'occasion != "once"'


class Campaign(
    Entity, plugin=plugin, icon="megaphone", title="name", sort="-created_at", menu=CAMPAIGNS, menu_order=20
):
    """Letters or messages to many, at once or one by one, measured against people who get none."""

    name: Mapped[str] = text("Campaign", max_length=120, search=True, list=True)
    state: Mapped[str] = choice(
        "State", State, default=State.draft, list=True, filter=True, index=True, read_only=True
    )
    occasion: Mapped[str] = choice("When", Occasion, default=Occasion.once, list=True, filter=True)
    days: Mapped[int | None] = integer(
        "Days", minimum=0, maximum=1000, help="Before the birthday, or without a purchase", shown_when=_ONE_BY_ONE
    )  # fmt: skip
    starts_at: Mapped[dt.datetime | None] = moment("Not before", help="At once, when this stays empty")
    segment: Mapped[int | None] = ref(
        "loyalty_segment", "Segment", back="Campaigns", list=True, filter=True, help="Everybody, when empty"
    )
    channel: Mapped[str] = choice("By", Channel, default=Channel.email, filter=True)
    purpose: Mapped[int] = ref("consent_purpose", "Purpose of consent", filter=True)
    control: Mapped[Decimal] = percent(
        "Control group", minimum=0, maximum=50, default=10, help="Who gets nothing, to measure what it brings"
    )  # fmt: skip
    window: Mapped[int] = integer(
        "Days measured", minimum=1, maximum=365, default=30, help="Purchases so long after the start count"
    )  # fmt: skip
    cost: Mapped[Decimal] = money("Fixed cost", minimum=0, default=0)
    cost_each: Mapped[Decimal] = decimal(
        "Cost of each letter",
        places=4,
        minimum=0,
        maximum=1000,
        default=0,
        help="In the currency of the house",
    )
    margin: Mapped[Decimal] = percent(
        "Margin", minimum=0, maximum=100, default=100, help="What is left of a purchase"
    )
    subject: Mapped[str | None] = text(
        "Subject", max_length=200, section="Letter", shown_when='channel = "email"'
    )
    said: Mapped[str | None] = long_text("Text", max_length=10_000, section="Letter")
    subject_ru: Mapped[str | None] = text("Subject in Russian", max_length=200, section="Letter", shown_when='channel = "email"')  # fmt: skip
    said_ru: Mapped[str | None] = long_text("Text in Russian", max_length=10_000, section="Letter")
    launched_at: Mapped[dt.datetime | None] = moment("Launched", list=True, filter=True, read_only=True)
    finished_at: Mapped[dt.datetime | None] = moment("Finished", read_only=True)
    runner: Mapped[int | None] = integer("Runs as", hidden=True, read_only=True)
    left_out: Mapped[str | None] = text("Left out", max_length=1000, hidden=True, read_only=True)


class Group(Choices):
    """Whether somebody is written to, or stands for those who are not."""

    test = "test", "Written to", "blue"
    control = "control", "Control group", "gray"


class Fate(Choices):
    """What became of a letter to one person."""

    waiting = "waiting", "Waiting"
    claimed = "claimed", "On its way", "amber"
    sent = "sent", "Sent", "green"
    unclear = "unclear", "Unclear: it may have gone", "orange"
    bounced = "bounced", "No such address", "red"
    failed = "failed", "Not taken", "red"
    skipped = "skipped", "Held back", "gray"
    untouched = "untouched", "Control group", "gray"


class Recipient(
    Entity, plugin=plugin, label="Letter of a campaign", plural="Letters of campaigns", slug="letters",
    icon="mail", title="what", sort="-joined_at", by_house=True,
):  # fmt: skip
    """One person of a campaign: chosen once, written to once at most, whatever happens on the way."""

    what: Mapped[str] = text("Campaign", max_length=120, list=True)
    campaign: Mapped[int] = ref("loyalty_campaign", "Of", back="Letters", filter=True)
    contact: Mapped[int] = ref("contact", "Contact", back="Campaigns", list=True, filter=True)
    group: Mapped[str] = choice("Group", Group, list=True, filter=True)
    fate: Mapped[str] = choice("State", Fate, list=True, filter=True, index=True)
    why: Mapped[str | None] = text("Why", max_length=300, list=True)
    told: Mapped[str | None] = text("Occasion", max_length=300)
    joined_at: Mapped[dt.datetime] = moment("Chosen", filter=True)
    due_at: Mapped[dt.datetime] = moment("Due", hidden=True, index=True)
    gone_at: Mapped[dt.datetime | None] = moment("Sent at", list=True, filter=True, index=True)
    stratum: Mapped[str] = text("Stratum", max_length=60, default="", filter=True)
    tries: Mapped[int] = integer("Tries", default=0, hidden=True)
    key: Mapped[str] = text("Key", max_length=120, unique=True, hidden=True)


class Cause(Choices):
    """Why nobody is written to any more."""

    asked = "asked", "Wants no more", "gray"
    bounced = "bounced", "No such address", "red"
    complained = "complained", "Called it spam", "red"
    by_hand = "by_hand", "Put here by hand", "gray"


class Suppression(
    Entity, plugin=plugin, label="Suppressed address", plural="Suppression list", slug="suppressions",
    icon="ban", title="address", sort="-created_at",
):  # fmt: skip
    """An address or a number to which no campaign and no survey goes, whoever has it."""

    address: Mapped[str] = text("Address or number", max_length=254, search=True, list=True, index=True)
    contact: Mapped[int | None] = ref("contact", "Contact", back="Suppressed", list=True, filter=True)
    cause: Mapped[str] = choice("Why", Cause, default=Cause.by_hand, list=True, filter=True)


only_one(Suppression, "address", text=Text("This address is on the list already."))
