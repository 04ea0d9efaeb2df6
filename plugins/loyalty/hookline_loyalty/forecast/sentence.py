"""What is to be expected of a customer, in one sentence that says why."""

import datetime as dt

from hookline_sdk import Contact, Text, plural

from hookline_loyalty.customers.bought import Bought
from hookline_loyalty.forecast.data import Outlook


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
    if days < 14:
        return plural("%(count)s day", "%(count)s days", count=days)
    return plural("%(count)s week", "%(count)s weeks", count=round(days / 7))


def _every(days: int) -> Text:
    if days < 2:
        return Text("every day")
    if days < 11:
        return (
            Text("every week")
            if days == 7
            else plural("every %(count)s day", "every %(count)s days", count=days)
        )
    return plural("every %(count)s week", "every %(count)s weeks", count=round(days / 7))
