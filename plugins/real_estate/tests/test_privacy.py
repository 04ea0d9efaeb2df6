"""What is kept of a person is told, and goes with them."""

import pytest
from hookline_sdk import Contact, Gate, NotFound
from hookline_sdk.testing import Make

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.partners.data import Fixation
from hookline_real_estate.privacy import erase_traces, told_of
from hookline_real_estate.viewings.data import Viewing


def test_who_is_erased_leaves_no_name_no_phone_and_no_words(make: Make, gate: Gate) -> None:
    who, other = make(Contact, last_name="Wit"), make(Contact, last_name="Zorn")
    hold = make(Hold, contact=who, unit=make(Unit, number="101"), number="101 · Wit")
    viewing = make(Viewing, contact=who, buyer_says="Too dark for my eyes")
    kept = make(Viewing, contact=other, buyer_says="Fine")
    named = make(Fixation, contact=who, client="Ingrid Wit", phone="+4942112345")
    told = told_of(who, gate)
    assert told == {
        "Named by partners": [f"{named.number}: Ingrid Wit, +4942112345"],
        "Said at viewings": [f"{viewing.number}: Too dark for my eyes"],
    }
    erase_traces(who, gate)
    assert told_of(who, gate) == {}
    assert gate.get(Hold, hold.id).number == "101"
    assert gate.get(Viewing, kept.id).buyer_says == "Fine"
    with pytest.raises(NotFound):
        gate.get(Fixation, named.id)
