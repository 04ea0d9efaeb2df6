"""Short messages to contacts: to those who have agreed, through the carrier of the settings, once, and kept with the record."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hookline.crm.activities import Activity
from hookline.crm.contacts import Contact
from hookline.crm.core import core
from hookline.crm.messages.consents import Consent, ConsentPurpose
from hookline.crm.messages.texting import text_to
from hookline.errors import Invalid
from hookline.kernel.background.jobs import JobState
from hookline.kernel.gate import Gate
from hookline.kernel.plugins.host import PluginHost
from hookline.kernel.plugins.plugin import Plugin
from hookline.kernel.short_messages import Carrier, FolderCarrier, ShortMessage
from hookline.kernel.tables import job
from hookline.start import create_worker
from sqlalchemy import select

from tests.town import NOW, Town


class Network(Carrier):
    """Takes what it is given, but fails the first time."""

    def __init__(self) -> None:
        self.tried: list[ShortMessage] = []

    def send(self, message: ShortMessage) -> None:
        self.tried.append(message)
        if len(self.tried) == 1:
            raise ConnectionError("no line")


def agreed(town: Town, said: str = "given", purpose: int = 0, contact: int = 0) -> tuple[int, int]:
    with town.as_("ada") as gate:
        who = contact or gate.create(Contact, {"last_name": "Wit", "mobile": "+442079460958"})
        what = purpose or gate.create(ConsentPurpose, {"name": "Offers of flats"})
        gate.create(Consent, {"about": f"contact:{who}", "purpose": what, "said": said, "source": "A call"})
    return who, what


def work(town: Town, carrier: str, folder: Path) -> None:
    old = town.installation.settings
    town.installation.settings = replace(old, sms_carrier=carrier, messenger_carrier=carrier, data_dir=folder)
    worker = create_worker(town.installation)
    while worker.run_once():
        pass
    town.installation.settings = old


def test_who_agreed_gets_it_once_and_it_is_kept(town: Town, tmp_path: Path) -> None:
    who, what = agreed(town)
    for _ in range(2):
        with town.as_("ada") as gate:
            text_to(gate, who, "Mill Lane 4 is cheaper now.", purpose=what, key="7")
    work(town, "folder", tmp_path)
    (sent,) = (tmp_path / "sms").iterdir()
    assert sent.read_text() == "+442079460958\n\nMill Lane 4 is cheaper now.\n"
    with town.as_("ada") as gate:
        kept = select(Activity.kind, Activity.subject, Activity.direction).where(Activity.contact == who)
        assert gate.rows(kept) == [("message", "Mill Lane 4 is cheaper now.", "outgoing")]


def test_by_messenger_it_goes_by_the_carrier_of_that(town: Town, tmp_path: Path) -> None:
    who, what = agreed(town)
    with town.as_("ada") as gate:
        text_to(gate, who, "Mill Lane 4 is cheaper now.", purpose=what, by="messenger")
    work(town, "folder", tmp_path)
    assert len(list((tmp_path / "messenger").iterdir())) == 1
    assert not (tmp_path / "sms").exists()


def test_what_is_tried_again_is_one_message(tmp_path: Path) -> None:
    for _ in range(2):
        FolderCarrier(tmp_path).send(ShortMessage("+44", "Hello", "one"))
    FolderCarrier(tmp_path).send(ShortMessage("+44", "Hello", "two"))
    assert len(list(tmp_path.iterdir())) == 2


def test_without_consent_nothing_goes_also_when_it_is_withdrawn_on_the_way(
    town: Town, tmp_path: Path
) -> None:
    who, what = agreed(town)
    with town.as_("ada") as gate:
        text_to(gate, who, "Come and see it.", purpose=what)
    agreed(town, "withdrawn", what, who)
    work(town, "folder", tmp_path)
    assert not (tmp_path / "sms").exists()
    with town.as_("ada") as gate, pytest.raises(Invalid, match="has not agreed"):
        text_to(gate, who, "Come and see it.", purpose=what)


def test_without_a_carrier_it_waits_and_is_not_kept_as_sent(town: Town, tmp_path: Path) -> None:
    who, what = agreed(town)
    with town.as_("ada") as gate:
        text_to(gate, who, "Come and see it.", purpose=what)
    work(town, "", tmp_path)
    with town.house() as gate:
        asked = select(job.c.state, job.c.error).where(job.c.name == "core.send_short_message")
        ((state, error),) = gate.tx.run(asked, why="test").all()
        assert state != JobState.done
        assert "HOOKLINE_SMS_CARRIER is empty" in error
        assert gate.rows(select(Activity.id).where(Activity.contact == who)) == []


def test_a_plugin_carries_it_and_sees_the_same_key_when_it_is_tried_again(town: Town, tmp_path: Path) -> None:
    network, post = Network(), Plugin("post")

    @post.provides("core.carrier")
    def mine(message: ShortMessage, gate: Gate) -> Carrier:
        return network

    host = PluginHost()
    host.load([core, post])
    town.installation = replace(town.installation, host=host)
    who, what = agreed(town)
    with town.as_("ada") as gate:
        text_to(gate, who, "Come and see it.", purpose=what)
    work(town, "post", tmp_path)
    town.installation.clock = lambda: NOW + timedelta(minutes=1)
    work(town, "post", tmp_path)
    first, again = network.tried
    assert first == again
    assert (first.to, first.text) == ("+442079460958", "Come and see it.")
