"""One at a time: whoever changes who has a unit holds its row until the transaction ends."""

from hookline_sdk import Action, Gate, Text

from hookline_real_estate.buildings.data import Unit

# Stands in the history of what follows by itself.
QUEUE = Text("the queue of a unit")


def lock_unit(gate: Gate, *units: int) -> Gate:
    """Wait for those who change who has these units. The house's gate in this transaction, which sees all of their holds."""
    house = gate.as_house(QUEUE)
    house.hold(Unit, sorted(set(units)), Action.read)
    return house
