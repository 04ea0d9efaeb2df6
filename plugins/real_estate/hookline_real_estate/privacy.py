"""What is kept of a person beside the links to them: told to whoever asks for it, and gone with them."""

from collections.abc import Mapping

from hookline_sdk import Contact, Gate, select

from hookline_real_estate.buildings.data import Unit, UnitStatus
from hookline_real_estate.holds.data import Hold, HoldState
from hookline_real_estate.partners.data import Fixation
from hookline_real_estate.plugin import plugin
from hookline_real_estate.viewings.data import Viewing


@plugin.personal_data(Contact)
def told_of(contact: Contact, gate: Gate) -> Mapping[str, object]:
    """Who named them to us, and what they said at viewings."""
    named = select(Fixation.number, Fixation.client, Fixation.phone).where(Fixation.contact == contact.id)
    said = select(Viewing.number, Viewing.buyer_says).where(
        Viewing.contact == contact.id, Viewing.buyer_says.is_not(None)
    )
    found = {
        "Named by partners": [f"{number}: {client}, {phone}" for number, client, phone in gate.rows(named)],
        "Said at viewings": [f"{number}: {words}" for number, words in gate.rows(said)],
    }
    return {heading: lines for heading, lines in found.items() if lines}


@plugin.erase_personal_data(Contact)
def erase_traces(contact: Contact, gate: Gate) -> None:
    """Fixations go. What is for them alone, holds and viewings, goes by itself; a unit that they bought is not for sale again."""
    named = select(Fixation.id).where(Fixation.contact == contact.id)
    gate.erase_many(Fixation, [id for (id,) in gate.rows(named)])
    bought = select(Hold.unit).where(Hold.contact == contact.id, Hold.state == HoldState.sold)
    for (id,) in gate.rows(bought):
        gate.update(Unit, id, {"status": UnitStatus.closed})
