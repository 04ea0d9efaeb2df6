"""How a customer stands and what is to be expected, at a glance on the contact's page."""

from hookline_sdk import Badge, Contact, Gate, Money, Panel, Percent, Text, Value, plural

from hookline_loyalty.customers.bought import Bought
from hookline_loyalty.forecast.data import ForecastTerms, Outlook
from hookline_loyalty.forecast.sentence import sentence
from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.data import Standing
from hookline_loyalty.value.rating import WHY, customers_scored
from hookline_loyalty.value.rfm import LEAST_CUSTOMERS, ValueGroup


@plugin.panel(Contact, "Value and outlook", order=41)
def value_of(contact: Contact, gate: Gate) -> Panel:
    """The group, what was bought, and how likely more is; how both are worked out stands among the fields."""
    outlook = contact[Outlook]
    facts = {**_bought(contact, gate), **_expected(contact, gate)}
    text = sentence(contact, gate.now.date()) if outlook.chance is not None else ""
    return Panel(text=text, facts=facts, empty=None)


def _bought(contact: Contact, gate: Gate) -> dict[str, Value]:
    standing, bought = contact[Standing], contact[Bought]
    facts: dict[str, Value] = {}
    if standing.value_group is not None:
        group = ValueGroup(standing.value_group)
        facts["Value group"] = Badge(group.label, group.tone)
        number = customers_scored(gate.as_house(WHY))
        if number < LEAST_CUSTOMERS:
            facts[str(Text("Compared with"))] = plural(
                "%(count)s customer: few", "%(count)s customers: few", count=number
            )
    if bought.purchases:
        facts["Purchases"] = bought.purchases
        facts["Spent"] = Money(bought.spent or 0)
        facts["Last purchase"] = bought.last_bought
    return facts


def _expected(contact: Contact, gate: Gate) -> dict[str, Value]:
    outlook = contact[Outlook]
    if outlook.chance is None:
        return {}
    facts: dict[str, Value] = {str(Text("Still active")): Percent(outlook.chance)}
    if outlook.expected is not None:
        weeks = ForecastTerms.of(gate).weeks
        expected = Text("%(number)s in %(weeks)s weeks", number=outlook.expected, weeks=weeks)
        facts["Purchases expected"] = expected
    if outlook.lifetime_value is not None:
        facts["Lifetime value"] = Money(outlook.lifetime_value)
    if outlook.leaving_on is not None:
        facts["Leaving from"] = outlook.leaving_on
    return facts
