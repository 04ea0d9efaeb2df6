"""What is to be expected of a customer, in one sentence on the contact's page."""

import datetime as dt

from hookline_sdk import Contact, Gate, Money, Panel, Percent, Text, Value

from hookline_loyalty.customers.bought import Bought
from hookline_loyalty.forecast.data import ForecastTerms, Outlook
from hookline_loyalty.plugin import plugin


@plugin.panel(Contact, "Outlook", order=42)
def outlook_of(contact: Contact, gate: Gate) -> Panel:
    """How likely they come back, what is to be expected, and when they count as leaving."""
    outlook, terms = contact[Outlook], ForecastTerms.of(gate)
    if outlook.chance is None:
        return Panel(empty=None)
    facts: dict[str, Value] = {
        str(Text("Still active")): Percent(outlook.chance),
        "Purchases expected": Text(
            "%(number)s in %(weeks)s weeks", number=outlook.expected, weeks=terms.weeks
        ),
    }
    if outlook.purchase_value is not None:
        facts["Expected per purchase"] = Money(outlook.purchase_value)
    if outlook.lifetime_value is not None:
        facts["Lifetime value"] = Money(outlook.lifetime_value)
    if outlook.leaving_on is not None:
        facts["Leaving from"] = outlook.leaving_on
    return Panel(text=sentence(contact, gate.now.date()), facts=facts)


def sentence(contact: Contact, today: dt.date) -> Text:
    """Why: how often they bought, for how long nothing came, and what follows from it."""
    bought, outlook = contact[Bought], contact[Outlook]
    silent = (today - bought.last_bought).days if bought.last_bought else 0
    told = {"silent": _span(silent), "chance": outlook.chance}
    if outlook.rhythm is None:
        return Text("Bought once, nothing for %(silent)s: %(chance)s %% likely to come back.", **told)
    often = _every(round(outlook.rhythm))
    if outlook.leaving_on is not None and outlook.leaving_on <= today:
        return Text(
            "Bought about %(often)s, nothing for %(silent)s: leaving, %(chance)s %% likely to come back.",
            often=often,
            **told,
        )
    return Text(
        "Bought about %(often)s, nothing for %(silent)s: %(chance)s %% likely to come back.",
        often=often,
        **told,
    )


def _span(days: int) -> Text:
    if days < 2:
        return Text("a day") if days else Text("less than a day")
    return Text("%(n)s days", n=days) if days < 14 else Text("%(n)s weeks", n=round(days / 7))


def _every(days: int) -> Text:
    if days < 2:
        return Text("every day")
    if days < 11:
        return Text("every week") if days == 7 else Text("every %(n)s days", n=days)
    return Text("every %(n)s weeks", n=round(days / 7))
