"""What is kept of commissions: a statement for each deal, who gets something before, the part of each agent, and their plans."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Choices,
    Deal,
    Entity,
    Mapped,
    Text,
    choice,
    day,
    decimal,
    integer,
    long_text,
    money,
    only_one,
    percent,
    ref,
    sequence,
    text,
)

from hookline_real_estate.plugin import MONEY, plugin


class CommissionState(Choices):
    """How far a statement has come. It can be changed while it is pending, and no more once it is paid."""

    pending = "pending", "Pending", "gray"
    reviewed = "reviewed", "Reviewed", "blue"
    approved = "approved", "Approved", "violet"
    paid = "paid", "Paid out", "green"


class SplitKind(Choices):
    """Who gets something before the agents."""

    referral = "referral", "Referral", "blue"
    partner = "partner", "Partner agency", "violet"
    franchise = "franchise", "Franchise", "amber"
    other = "other", "Other"


class SplitOf(Choices):
    """What the percentage of a split is of."""

    gross = "gross", "Of the gross"
    left = "left", "Of what is left"


class Method(Choices):
    """How the share of an agent is found."""

    fixed = "fixed", "Fixed share"
    flat = "flat", "Flat amount"
    sliding = "sliding", "By the level of the year's volume"
    progressive = "progressive", "Progressive across levels"


class Commission(
    Entity, plugin=plugin, icon="wallet", title="number", menu=MONEY, menu_order=20, sort="-number"
):
    """What the agency earns of a deal: its statement. A counter-entry is one too, with amounts below zero."""

    number: Mapped[str] = sequence("Statement", "C-{year}-{n:04}", list=True, search=True)
    deal: Mapped[int] = ref(Deal, "Deal", back="Commissions", list=True, filter=True)
    state: Mapped[str] = choice(
        "State", CommissionState, default=CommissionState.pending, read_only=True, list=True, filter=True, index=True
    )  # fmt: skip
    earned_on: Mapped[dt.date] = day("Earned on", list=True, filter=True)
    amount: Mapped[Decimal] = money("Amount of the deal", list=True)
    rate: Mapped[Decimal | None] = percent("Rate, %", places=3, minimum=0, maximum=100)
    fixed: Mapped[Decimal | None] = money(
        "Fixed commission", minimum=0, help="Instead of the rate, when it was agreed upon."
    )
    gross: Mapped[Decimal | None] = money("Gross", read_only=True, list=True, filter=True)
    left: Mapped[Decimal | None] = money("Left for the agents", read_only=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True)
    corrects: Mapped[int | None] = ref(
        "real_estate_commission", "Counter-entry to", back="Counter-entries", read_only=True, filter=True
    )
    # How many statements this deal has had, this one counted; none for a counter-entry.
    turn: Mapped[int | None] = integer("Turn", hidden=True, read_only=True)
    note: Mapped[str | None] = long_text("Note")


class CommissionSplit(
    Entity, plugin=plugin, label="Split before", plural="Splits before", slug="splits", icon="scale"
):
    """What somebody else gets of the gross before the agents do."""

    name: Mapped[str] = text("Who", max_length=160, search=True, list=True)
    commission: Mapped[int] = ref("real_estate_commission", "Statement", back="Splits before", list=True)
    kind: Mapped[str] = choice("Kind", SplitKind, default=SplitKind.referral, list=True)
    position: Mapped[int] = integer("Order", minimum=1, maximum=99, default=1, list=True)
    percent: Mapped[Decimal | None] = percent(
        "Per cent", places=3, minimum=0, maximum=100, default=0, list=True
    )
    of: Mapped[str] = choice("Per cent", SplitOf, default=SplitOf.gross)
    flat: Mapped[Decimal | None] = money("Flat amount", minimum=0)
    amount: Mapped[Decimal | None] = money("Amount", read_only=True, list=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True, read_only=True)


class CommissionShare(
    Entity, plugin=plugin, label="Commission line", slug="lines", icon="percent", title="number", sort="-earned_on"
):  # fmt: skip
    """The line of one agent in a statement; it belongs to the agent. Volume and units are credited apart from money."""

    number: Mapped[str | None] = text(
        "Statement number", max_length=60, read_only=True, list=True, search=True
    )
    commission: Mapped[int] = ref("real_estate_commission", "Statement", back="Commission lines")
    deal: Mapped[int | None] = ref(
        Deal, "Deal", back="Commission lines", read_only=True, list=True, filter=True
    )
    state: Mapped[str | None] = choice(
        "State", CommissionState, read_only=True, list=True, filter=True, index=True
    )
    earned_on: Mapped[dt.date | None] = day("Earned on", read_only=True, list=True, filter=True, index=True)
    share: Mapped[Decimal] = percent("Share, %", places=3, minimum=0, maximum=100, list=True)
    volume_share: Mapped[Decimal | None] = percent(
        "Volume credit, %", places=3, minimum=0, maximum=100, help="When this stays empty, as the share."
    )
    units: Mapped[Decimal | None] = decimal(
        "Unit credit", places=3, help="How much of a deal counts; when this stays empty, as the share."
    )
    volume: Mapped[Decimal | None] = money("Volume", read_only=True, list=True)
    counted: Mapped[Decimal | None] = decimal(
        "Deals counted", places=3, read_only=True, follows=("units", "share")
    )
    part: Mapped[Decimal | None] = money("Part", read_only=True)
    capped: Mapped[Decimal | None] = money("Above the cap", read_only=True)
    kept: Mapped[Decimal | None] = money("Agency", read_only=True)
    desk_fee: Mapped[Decimal | None] = money("Desk fee", read_only=True)
    insurance: Mapped[Decimal | None] = money("Insurance", read_only=True)
    net: Mapped[Decimal | None] = money("Net", read_only=True, list=True, filter=True)
    # The agent's shares by level, as `keeping` writes them.
    slices: Mapped[str | None] = long_text("Levels", hidden=True, read_only=True)
    plan: Mapped[int | None] = ref("real_estate_commission_plan", "Plan", read_only=True)
    currency: Mapped[str | None] = text("Currency", max_length=3, hidden=True, read_only=True)


class CommissionPlan(
    Entity,
    plugin=plugin,
    plural="Commission plans",
    slug="plans",
    icon="trending-up",
    menu=MONEY,
    menu_order=40,
):
    """What has been agreed with an agent from a day on. It belongs to the agent."""

    name: Mapped[str] = text("Plan", max_length=160, search=True, list=True)
    starts_on: Mapped[dt.date] = day("From", list=True)
    method: Mapped[str] = choice("Method", Method, default=Method.fixed, list=True, filter=True)
    share: Mapped[Decimal | None] = percent(
        "Share, %", places=3, minimum=0, maximum=100, default=50, list=True, help="For a fixed share."
    )
    flat: Mapped[Decimal | None] = money("Flat amount", minimum=0, help="For a flat amount of each deal.")
    cap: Mapped[Decimal | None] = money("The house keeps at most, a year", minimum=0, list=True, summed=False)
    desk_fee: Mapped[Decimal | None] = money("Desk fee, each deal", minimum=0)
    insurance: Mapped[Decimal | None] = percent(
        "Insurance, % of the agent's share", places=3, minimum=0, maximum=100
    )


class CommissionLevel(Entity, plugin=plugin, slug="levels", icon="layers"):
    """From a volume of the year on, the agent of the plan has this share."""

    name: Mapped[str] = text("Level", max_length=80, list=True)
    plan: Mapped[int] = ref("real_estate_commission_plan", "Plan", back="Levels")
    above: Mapped[Decimal] = money("From a volume of", minimum=0, default=0, list=True, summed=False)
    share: Mapped[Decimal] = percent("Share, %", places=3, minimum=0, maximum=100, list=True)


# Empty for counter-entries, which do not count here.
only_one(Commission, "deal", "turn", text=Text("This deal has a statement already."))
only_one(Commission, "corrects", text=Text("There is a counter-entry to this statement already."))
only_one(CommissionShare, "commission", "owner", text=Text("This agent has a line in the statement already."))
only_one(CommissionPlan, "owner", "starts_on", text=Text("This agent has a plan from that day on already."))
only_one(CommissionLevel, "plan", "above", text=Text("The plan has a level from that volume on already."))
