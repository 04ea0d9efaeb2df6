"""The card of the newest forecast: what was fitted to whom, how well it foretold, and what speaks against relying on it."""

from hookline_sdk import (
    Ask,
    Badge,
    Chart,
    Form,
    Gate,
    Mark,
    Money,
    PageRequest,
    Panel,
    Percent,
    Redirect,
    Report,
    Text,
    Value,
    select,
)

from hookline_loyalty.customers.exact import part, rounded
from hookline_loyalty.forecast.data import Doubt, Forecast
from hookline_loyalty.forecast.fitting import LEAST_CUSTOMERS, LEAST_RETURNED, MANY, Test, read
from hookline_loyalty.forecast.returning import Family
from hookline_loyalty.forecast.spending import Spending
from hookline_loyalty.forecast.telling import ask_for_one
from hookline_loyalty.plugin import INSIGHT, plugin

ANEW = plugin.permission("forecast", "Forecasts", "Have the forecast of customers worked out anew.")


class Anew(Form):
    """Asks for nothing but the work."""


@plugin.page("Forecast", menu=INSIGHT, icon="chart-line", order=22)
def forecast(asked: PageRequest, gate: Gate) -> list[Ask | Panel | Report] | Redirect:
    """What the outlook of each customer rests on."""
    may = gate.actor.may(ANEW)
    if asked.is_post and may:
        ask_for_one(gate)
        return Redirect("", Text("It is being worked out in the background; in a minute it stands here."))
    fitted = select(Forecast.id).where(Forecast.fitted_at.is_not(None))
    newest = gate.scalar(fitted.order_by(Forecast.fitted_at.desc(), Forecast.id.desc()).limit(1))
    parts: list[Ask | Panel | Report] = []
    if newest is None:
        empty = Text("Nothing was forecast yet. It is done each night, and when you ask for it.")
        parts.append(Panel(empty=empty))
    else:
        card = gate.get(Forecast, newest)
        parts += _parts(card)
    return [*parts, Ask(Anew, submit=Text("Work it out anew"))] if may else parts


def _parts(card: Forecast) -> list[Ask | Panel | Report]:
    found: list[Ask | Panel | Report] = [_head(card)]
    if card.usable and card.tested:
        found.append(_tested(read(card.tested)))
    if card.usable:
        found.append(Panel(facts=_parameters(card)))
    return found


def _head(card: Forecast) -> Panel:
    doubts = [Doubt(each) for each in card.doubts or ()]
    return Panel(
        text=_verdict(card),
        facts=_facts(card),
        columns=(Text("Warnings"),) if doubts else (),
        rows=[(Badge(each.label, each.tone),) for each in doubts],
    )


def _verdict(card: Forecast) -> Text:
    """What to make of it, in one sentence."""
    doubts = set(card.doubts or ())
    if Doubt.few in doubts or Doubt.few_returned in doubts:
        return Text(
            "%(customers)s customers, of whom %(returned)s came back: too few to forecast anything. It needs %(least)s"
            " customers and %(back)s who came back.",
            customers=card.customers, returned=card.returned, least=LEAST_CUSTOMERS, back=LEAST_RETURNED,
        )  # fmt: skip
    if not card.usable:
        return Text("The search for the parameters did not settle: nothing is said of customers.")
    if Doubt.off in doubts:
        return Text("It foretold badly what was bought since: take the single numbers with care.")
    return Text("It can be relied upon, as far as customers go on as they did.")


def _facts(card: Forecast) -> dict[str, Value]:
    facts: dict[str, Value] = {
        "Fitted": card.fitted_at,
        "Model": Family(card.family).label,
        "Customers": card.customers,
        "Customers who came back": card.returned,
    }
    if card.since and card.until:
        facts[str(Text("Period"))] = Text("%(since)s – %(until)s", since=card.since, until=card.until)
    return facts


def _parameters(card: Forecast) -> dict[str, Value]:
    """The parameters as they are known in the literature, and what they say in the words of a shop."""
    facts: dict[str, Value] = {"r": card.r, "alpha": card.alpha, "a": card.a, "b": card.b}
    if card.r and card.alpha and card.a and card.b:
        facts[str(Text("Purchases a year, while active"))] = rounded(float(card.r / card.alpha) * 52, 1)
        facts[str(Text("Stop after a purchase"))] = Percent(round(card.a / (card.a + card.b) * 100, 1))
    facts["Log-likelihood"] = card.likelihood
    facts["Log-likelihood of the other model"] = card.other_likelihood
    if card.p and card.q and card.gamma:
        facts |= {"p": card.p, "q": card.q, "gamma": card.gamma}
        if card.q > 1:
            facts[str(Text("A usual purchase"))] = Money(
                rounded(Spending(float(card.p), float(card.q), float(card.gamma)).usual) or 0
            )
        facts["Correlation of number and amount"] = card.correlation
    return facts


def _tested(test: Test) -> Report:
    """The back-test, group by group: fitted to what was known on a day, compared with what came after."""
    rows: list[tuple[Value, ...]] = []
    expected, real = [], []
    for group in test.groups:
        label = f"{group.repeats}+" if group.repeats >= MANY else f"{group.repeats}"
        rows.append(
            (
                label,
                group.customers,
                rounded(group.expected, 1),
                group.real,
                part(group.expected - group.real, group.real),
            )
        )
        expected.append(
            Mark(label, group.expected / group.customers, rounded(group.expected / group.customers))
        )
        real.append(Mark(label, group.real / group.customers, rounded(group.real / group.customers)))
    columns = (
        Text("Repeat purchases before"),
        Text("Customers"),
        Text("Expected after"),
        Text("Real"),
        Text("Difference"),
    )
    people = sum(group.customers for group in test.groups)
    return Report(
        columns,
        rows,
        totals=(Text("Together"), people, rounded(test.expected, 1), test.real, part(test.expected - test.real, test.real)),
        chart=Chart(
            "line",
            series=[(Text("Expected"), expected), (Text("Real"), real)],
            title=Text("Purchases per customer in the time foretold, by repeat purchases before"),
        ),
        note=Text(
            "Back-test: fitted to what was known on %(day)s, then compared with the %(weeks)s weeks after it.",
            day=test.until, weeks=test.days // 7,
        ),
    )  # fmt: skip
