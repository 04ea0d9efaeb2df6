"""What is kept of a person is told, and goes with them."""

from io import BytesIO
from zipfile import ZipFile

import pytest
from hookline_sdk import Contact, Gate, NotFound
from hookline_sdk.testing import Client, Make

from hookline_real_estate.buildings.data import Unit
from hookline_real_estate.holds.data import Hold
from hookline_real_estate.partners.data import Fixation
from hookline_real_estate.viewings.data import Viewing


def test_who_is_erased_has_a_copy_before_and_leaves_no_name_no_phone_and_no_words(
    make: Make, gate: Gate, client: Client
) -> None:
    who, other = make(Contact, last_name="Wit"), make(Contact, last_name="Zorn")
    hold = make(Hold, contact=who, unit=make(Unit, number="101"), number="101 · Wit")
    viewing = make(Viewing, contact=who, buyer_says="Too dark for my eyes")
    waits = make(Hold, contact=other, unit=hold.unit, state="waiting")
    bought, others = make(Unit, number="102"), make(Unit, number="103")
    for buyer, unit in ((who, bought), (other, others)):
        make(Hold, contact=buyer, unit=unit, state="sold")
    kept = make(Viewing, contact=other, buyer_says="Fine")
    named = make(Fixation, contact=who, client="Ingrid Wit", phone="+4942112345")

    copy = client.request("POST", f"/privacy/contact/{who.id}/copy").content
    with ZipFile(BytesIO(copy)) as archive:
        told = archive.read("index.html").decode()
    for words in (f"{named.number}: Ingrid Wit, +4942112345", f"{viewing.number}: Too dark for my eyes"):
        assert words in told

    page = client.get(f"/privacy/contact/{who.id}")
    page.form('form[action$="/erasure"]').submit(name=page.title, reason="They asked for it")
    assert "They asked for it" in client.page
    for entity, id in ((Hold, hold.id), (Viewing, viewing.id), (Fixation, named.id)):
        with pytest.raises(NotFound):
            gate.get(entity, id)
    assert gate.get(Hold, waits.id).state == "active", "whoever waited is next"
    stand = [gate.get(Unit, id).status for id in (hold.unit, bought.id, others.id)]
    assert stand == ["held", "closed", "sold"], "what is sold does not come onto the market again"
    assert gate.get(Viewing, kept.id).buyer_says == "Fine"
