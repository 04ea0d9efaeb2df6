"""Mandates: how a new one starts, and that whoever has one is asked in good time to prolong it."""

import datetime as dt
from calendar import monthrange
from decimal import Decimal

from hookline_sdk import (
    Activity,
    Draft,
    Gate,
    JobRun,
    Mapped,
    Settings,
    Text,
    integer,
    percent,
    select,
    words_for,
)

from hookline_real_estate.plugin import plugin
from hookline_real_estate.properties.data import Mandate, Property, Status

_OVER = (Status.sold, Status.let, Status.withdrawn)


@plugin.settings("Mandates", icon="file-text")
class MandateTerms(Settings):
    """How long a new mandate is meant to last, what it brings, and when whoever has it is asked to prolong it."""

    months: Mapped[int] = integer("Usual term, months", default=6, minimum=1, maximum=60)
    commission: Mapped[Decimal | None] = percent("Usual commission", places=2, minimum=0, maximum=100)
    days: Mapped[int] = integer("Days of notice before the end", default=14, minimum=1, maximum=180)


@plugin.default(Mandate, "starts_on")
def start_today(draft: Draft[Mandate], gate: Gate) -> dt.date:
    """A mandate begins when it is written."""
    return gate.now.date()


@plugin.default(Mandate, "ends_on")
def end_after_the_term(draft: Draft[Mandate], gate: Gate) -> dt.date:
    """It lasts as long as the settings say, from the day on which it starts."""
    starts_on: dt.date = draft.values.get("starts_on") or gate.now.date()
    months = starts_on.month - 1 + MandateTerms.of(gate).months
    year, month = starts_on.year + months // 12, months % 12 + 1
    return dt.date(year, month, min(starts_on.day, monthrange(year, month)[1]))


@plugin.default(Mandate, "commission")
def usual_commission(draft: Draft[Mandate], gate: Gate) -> Decimal | None:
    """It brings what the settings say."""
    return MandateTerms.of(gate).commission


@plugin.job(cron="15 5 * * *")
def mind_mandates(run: JobRun) -> None:
    """Ask for each mandate that ends soon, once, to prolong it, unless its property has left the market."""
    with run.transaction() as gate:
        until = run.now.date() + dt.timedelta(days=MandateTerms.of(gate).days)
        ending = (
            select(Mandate.id)
            .join(Property, Mandate.property == Property.id)
            .where(
                Mandate.ends_on >= run.now.date(),
                Mandate.ends_on <= until,
                Mandate.warned.is_not(True),
                Property.status.not_in(_OVER),
            )
        )
        ids = [id for (id,) in gate.rows(ending.order_by(Mandate.ends_on, Mandate.id))]
        for id in ids:
            _ask(gate, gate.get(Mandate, id))
    run.result = {"announced": len(ids)}


def _ask(gate: Gate, mandate: Mandate) -> None:
    values = {
        "subject": words_for(gate, mandate.owner, Text("Mandate %(number)s ends", number=mandate.number)),
        "about": f"real_estate_property:{mandate.property}",
        "due_at": dt.datetime.combine(mandate.ends_on, dt.time(9), dt.UTC),
        "owner": mandate.owner,
        "team": mandate.team,
    }
    gate.create(Activity, values)
    gate.update(Mandate, mandate.id, {"warned": True}, version=mandate.version)
