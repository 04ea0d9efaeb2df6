"""Letters to contacts: through a real mail server, to those who have agreed, and kept with the record."""

import pytest
from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.messages.consents import Consent, ConsentPurpose
from hookline.crm.messages.outgoing import who_agrees, write_to
from hookline.errors import Invalid
from hookline.start import create_worker
from sqlalchemy import select

from tests.crm.test_report_letters import mail
from tests.town import Town


def agreed(town: Town, said: str, purpose: int = 0, contact: int = 0) -> tuple[int, int]:
    """Somebody with an address, and a purpose, about which they said this."""
    with town.as_("ada") as gate:
        who = contact or gate.create(Contact, {"last_name": "Wit", "email": "wit@mail.example"})
        what = purpose or gate.create(ConsentPurpose, {"name": "Offers of flats"})
        gate.create(Consent, {"about": f"contact:{who}", "purpose": what, "said": said, "source": "A call"})
    return who, what


def work(town: Town) -> None:
    worker = create_worker(town.installation)
    while worker.run_once():
        pass


def test_who_agreed_gets_it_once_and_it_is_kept(town: Town) -> None:
    who, what = agreed(town, "given")
    with mail(town) as post:
        for _ in range(2):
            with town.as_("ada") as gate:
                write_to(gate, who, "Mill Lane 4", "It is <cheaper> now.", purpose=what, key="7")
        work(town)
        assert [letter["To"] for letter in post.taken] == ["wit@mail.example"]
        assert "&lt;cheaper&gt;" in str(post.taken[0])
    with town.as_("ada") as gate:
        kept = select(Activity.kind, Activity.subject, Activity.direction).where(Activity.contact == who)
        assert gate.rows(kept) == [("email", "Mill Lane 4", "outgoing")]


def test_without_consent_nothing_goes_also_when_it_is_withdrawn_on_the_way(town: Town) -> None:
    who, what = agreed(town, "given")
    with mail(town) as post:
        with town.as_("ada") as gate:
            write_to(gate, who, "Mill Lane 4", "Come and see it.", purpose=what)
        agreed(town, "withdrawn", what, who)
        work(town)
        assert post.taken == []
    with town.as_("ada") as gate, pytest.raises(Invalid, match="has not agreed"):
        write_to(gate, who, "Mill Lane 4", "Come and see it.", purpose=what)


def test_who_agrees_to_a_purpose_is_known_at_once(town: Town) -> None:
    who, what = agreed(town, "given")
    other, _ = agreed(town, "given", what)
    with town.as_("ada") as gate:
        assert who_agrees(gate, what) == {who, other}
    agreed(town, "withdrawn", what, who)
    with town.as_("ada") as gate:
        assert who_agrees(gate, what) == {other}
