"""What customers are asked, and what they answered."""

import datetime as dt

from hookline_sdk import (
    Choices,
    Contact,
    Entity,
    Fields,
    Mapped,
    choice,
    integer,
    long_text,
    moment,
    ref,
    text,
    yes_no,
)

from hookline_loyalty.campaigns.data import Channel
from hookline_loyalty.plugin import CAMPAIGNS, plugin


class Scale(Choices):
    """What is asked for, and so what the scores mean."""

    nps = "nps", "Would they recommend us, 0 to 10"
    quality = "quality", "How good it was, 1 to 5"


class After(Choices):
    """What a survey follows."""

    purchase = "purchase", "A purchase"
    call = "call", "A call"
    visit = "visit", "A visit"


class Survey(Entity, plugin=plugin, icon="message-square", title="name", menu=CAMPAIGNS, menu_order=30):
    """A question that customers get by a link after something has happened."""

    name: Mapped[str] = text("Survey", max_length=120, search=True, list=True)
    active: Mapped[bool] = yes_no("Running", list=True, filter=True)
    scale: Mapped[str] = choice("Asks", Scale, default=Scale.nps, list=True, filter=True)
    after: Mapped[str] = choice("After", After, default=After.purchase, list=True, filter=True)
    delay: Mapped[int] = integer("Hours after it", minimum=0, maximum=720, default=24)
    pause: Mapped[int] = integer("Days until asked again", minimum=0, maximum=730, default=90)
    low: Mapped[int] = integer("A task for a score up to", minimum=0, maximum=10, default=6)
    channel: Mapped[str] = choice("By", Channel, default=Channel.email)
    purpose: Mapped[int] = ref("consent_purpose", "Purpose of consent")
    question: Mapped[str | None] = text("Question", max_length=200)
    question_ru: Mapped[str | None] = text("Question in Russian", max_length=200)


class Step(Choices):
    """How far a question to one person has come."""

    waiting = "waiting", "Waiting"
    sent = "sent", "Sent", "blue"
    answered = "answered", "Answered", "green"
    skipped = "skipped", "Held back", "gray"


class Answer(
    Entity, plugin=plugin, icon="message-square", title="what", sort="-due_at", by_house=True,
):  # fmt: skip
    """One question to one person, and what they answered."""

    what: Mapped[str] = text("Survey", max_length=120, list=True)
    survey: Mapped[int] = ref("loyalty_survey", "Of", back="Answers", filter=True)
    contact: Mapped[int] = ref("contact", "Contact", back="Answers", list=True, filter=True)
    about: Mapped[str | None] = text("After", max_length=300)
    step: Mapped[str] = choice("State", Step, default=Step.waiting, list=True, filter=True, index=True)
    score: Mapped[int | None] = integer("Score", list=True, filter=True)
    comment: Mapped[str | None] = long_text("Comment", max_length=2000, list=True)
    why: Mapped[str | None] = text("Why", max_length=300)
    due_at: Mapped[dt.datetime] = moment("Due", index=True)
    sent_at: Mapped[dt.datetime | None] = moment("Sent at", filter=True, index=True)
    answered_at: Mapped[dt.datetime | None] = moment("Answered at", list=True, filter=True, index=True)
    key: Mapped[str] = text("Key", max_length=200, unique=True, hidden=True)


class Opinion(Fields[Contact], plugin=plugin, label="Surveys"):
    """What somebody said last."""

    nps: Mapped[int | None] = integer("Last NPS", read_only=True, filter=True, index=True)
    nps_at: Mapped[dt.datetime | None] = moment("Last NPS at", read_only=True, filter=True)
