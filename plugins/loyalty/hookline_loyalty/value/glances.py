"""How a customer stands, at a glance."""

from hookline_sdk import Badge, Contact, Gate, Money, Panel, Text, Value

from hookline_loyalty.customers.bought import Bought
from hookline_loyalty.plugin import plugin
from hookline_loyalty.value.data import Standing
from hookline_loyalty.value.rating import WHY, customers_scored
from hookline_loyalty.value.rfm import LEAST_CUSTOMERS, ValueGroup


@plugin.panel(Contact, "Value", order=41)
def value_of(contact: Contact, gate: Gate) -> Panel:
    """The group, the three scores and what they are made of."""
    standing, bought = contact[Standing], contact[Bought]
    if standing.value_group is None:
        return Panel(empty=None)
    group = ValueGroup(standing.value_group)
    scores = f"{standing.recency} – {standing.frequency} – {standing.spend}"
    facts: dict[str, Value] = {
        "Value group": Badge(group.label, group.tone),
        str(Text("Recency – frequency – money")): scores,
        "Last purchase": bought.last_bought,
        "Purchases": bought.purchases,
        "Spent": Money(bought.spent or 0),
    }
    number = customers_scored(gate.as_house(WHY))
    few = Text("Only %(number)s customers are compared: a fifth of them is few.", number=number)
    return Panel(text=few if number < LEAST_CUSTOMERS else "", facts=facts)
