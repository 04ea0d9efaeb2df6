"""What is kept of forecasts: each fit with its parameters and its back-test, and what it says of each customer."""

import datetime as dt
from decimal import Decimal

from hookline_sdk import (
    Catalog,
    Choices,
    Contact,
    Fields,
    Mapped,
    Settings,
    choice,
    day,
    decimal,
    integer,
    long_text,
    moment,
    money,
    multi_choice,
    percent,
    text,
    yes_no,
)

from hookline_loyalty.forecast.returning import Family
from hookline_loyalty.plugin import plugin


class Doubt(Choices):
    """Why a fit cannot be relied upon, or only with care."""

    few = "few", "Too few customers", "red"
    few_returned = "few_returned", "Too few customers who came back", "red"
    unsettled = "unsettled", "The search for the parameters did not settle", "red"
    no_spending = "no_spending", "The amounts of too few customers are known", "amber"
    related = "related", "Who buys often spends otherwise per purchase", "amber"
    foreign = "foreign", "Amounts in other currencies are left out", "amber"
    off = "off", "The back-test is more than 20 % off", "amber"


class Forecast(
    Catalog,
    plugin=plugin,
    label="Forecast",
    icon="chart-line",
    title="name",
    sort="-fitted_at",
    by_house=True,
):
    """One fit of the models to all that customers had bought. `tested` holds its back-test, as JSON."""

    name: Mapped[str] = text("Name", max_length=120, list=True)
    fitted_at: Mapped[dt.datetime | None] = moment("Fitted", list=True, index=True, read_only=True)
    family: Mapped[str] = choice("Model", Family, default=Family.mbg, list=True, read_only=True)
    usable: Mapped[bool] = yes_no("Usable", list=True, read_only=True)
    doubts: Mapped[tuple[str, ...] | None] = multi_choice("Doubts", Doubt, list=True, read_only=True)
    customers: Mapped[int] = integer("Customers", default=0, list=True, read_only=True)
    returned: Mapped[int] = integer("Customers who came back", default=0, list=True, read_only=True)
    since: Mapped[dt.date | None] = day("From", read_only=True)
    until: Mapped[dt.date | None] = day("To", read_only=True)
    r: Mapped[Decimal | None] = decimal("r", places=6, minimum=0, maximum=10**9, read_only=True)
    alpha: Mapped[Decimal | None] = decimal("alpha", places=6, minimum=0, maximum=10**9, read_only=True)
    a: Mapped[Decimal | None] = decimal("a", places=6, minimum=0, maximum=10**9, read_only=True)
    b: Mapped[Decimal | None] = decimal("b", places=6, minimum=0, maximum=10**9, read_only=True)
    likelihood: Mapped[Decimal | None] = decimal("Log-likelihood", read_only=True)
    other_likelihood: Mapped[Decimal | None] = decimal("Log-likelihood of the other model", read_only=True)
    p: Mapped[Decimal | None] = decimal("p", places=6, minimum=0, maximum=10**9, read_only=True)
    q: Mapped[Decimal | None] = decimal("q", places=6, minimum=0, maximum=10**9, read_only=True)
    gamma: Mapped[Decimal | None] = decimal("gamma", places=6, minimum=0, maximum=10**9, read_only=True)
    correlation: Mapped[Decimal | None] = decimal(
        "Correlation of number and amount", places=3, minimum=-1, maximum=1, read_only=True
    )
    tested: Mapped[str | None] = long_text("Back-test", hidden=True, read_only=True)


class Outlook(Fields[Contact], plugin=plugin, label="Outlook"):
    """What is to be expected of a customer, as of the newest forecast."""

    chance: Mapped[Decimal | None] = percent("Still active", read_only=True, filter=True)
    expected: Mapped[Decimal | None] = decimal("Purchases expected", places=1, read_only=True, filter=True)
    purchase_value: Mapped[Decimal | None] = money("Expected per purchase", read_only=True, filter=True)
    lifetime_value: Mapped[Decimal | None] = money("Lifetime value", read_only=True, filter=True)
    leaving_on: Mapped[dt.date | None] = day(
        "Leaving from", read_only=True, filter=True, help="If nothing is bought until then"
    )
    rhythm: Mapped[Decimal | None] = decimal("Days between purchases", places=1, read_only=True, filter=True)
    warned_of: Mapped[dt.date | None] = day("Warned after the purchase of", read_only=True, hidden=True)


@plugin.settings("Forecast", icon="chart-line")
class ForecastTerms(Settings):
    """What is forecast, and from when on a customer is said to be leaving."""

    family: Mapped[str] = choice(
        "Model", Family, default=Family.mbg, help="BG/NBD never gives up on who has bought once only"
    )
    weeks: Mapped[int] = integer("Weeks ahead", minimum=1, maximum=104, default=12)
    leaving: Mapped[Decimal] = percent(
        "Leaving: still active with less than", minimum=1, maximum=99, default=Decimal(40)
    )
    warning: Mapped[int] = integer("Days of warning before that", minimum=1, maximum=90, default=14)
    horizon: Mapped[int] = integer("Weeks of the lifetime value", minimum=13, maximum=520, default=52)
    discount: Mapped[Decimal] = percent(
        "Discount a year", places=1, minimum=0, maximum=100, default=Decimal(10)
    )
    margin: Mapped[Decimal] = percent(
        "Margin", minimum=1, maximum=100, default=Decimal(100), help="With 100 the value is turnover"
    )
